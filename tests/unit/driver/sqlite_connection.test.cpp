/// Plans on SQLite: values, transactions, locks, time limits, cursors left open.

#include <chrono>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <rowan/errors.hpp>

#include "driver/sqlite_statements.hpp"
#include "on_database.hpp"

using namespace rowan;
using namespace rowan::driver_tests;
using namespace std::chrono_literals;

namespace {

constexpr auto memory = "sqlite3://:memory:";

Open with_orders(const std::string& url = memory, const StoreOptions& options = {}) {
  Open open(url, options);
  run(*open.connection, statement("CREATE TABLE orders (id INTEGER PRIMARY KEY, name TEXT)"));
  run(*open.connection, statement("INSERT INTO orders VALUES (1, 'a'), (2, 'b'), (3, 'c')"));
  return open;
}

Value round_trip(Connection& connection, const Value& value, ColumnType type) {
  return cell(connection, "SELECT ?", type, {value});
}

Bytes bytes(std::size_t size) {
  return Bytes(size, std::byte{0});
}

}  // namespace

TEST_CASE("values come back from SQLite as they were bound") {
  const Open open(memory);
  Connection& connection = *open.connection;
  const auto same = [&](const Value& value, ColumnType type) {
    CHECK(round_trip(connection, value, type) == value);
  };

  same(Null{}, ColumnType::integer);
  same(true, ColumnType::boolean);
  same(false, ColumnType::boolean);
  same(std::numeric_limits<std::int64_t>::min(), ColumnType::integer);
  same(std::numeric_limits<std::int64_t>::max(), ColumnType::integer);
  same(0.1, ColumnType::real);
  same(std::numeric_limits<double>::infinity(), ColumnType::real);
  same(std::string(), ColumnType::text);
  same(std::string("a\0b", 3), ColumnType::text);
  same(bytes(0), ColumnType::blob);
  same(bytes(5), ColumnType::blob);
  same(Timestamp(1612087200123456us), ColumnType::timestamp);
  same(Date(std::chrono::year(2020) / 2 / 29), ColumnType::date);
  same(Uuid::v7(), ColumnType::uuid);
  same(Decimal("12345678901234567890.10"), ColumnType::decimal);
}

TEST_CASE("what fits a column's type exactly is read as it, whatever SQLite stores it as") {
  const Open open(memory);
  Connection& connection = *open.connection;

  CHECK(cell(connection, "SELECT 3.0", ColumnType::integer) == Value(std::int64_t{3}));
  CHECK(cell(connection, "SELECT 3", ColumnType::real) == Value(3.0));
  CHECK(cell(connection, "SELECT 19.9", ColumnType::decimal) == Value(Decimal("19.9")));
  CHECK(cell(connection, "SELECT 7", ColumnType::decimal) == Value(Decimal(7)));
  CHECK(cell(connection, "SELECT x'00112233445566778899aabbccddeeff'", ColumnType::uuid) ==
        Value(*Uuid::parse("00112233-4455-6677-8899-aabbccddeeff")));
}

TEST_CASE("what does not fit a column's type is given as SQLite has it") {
  const Open open(memory);
  Connection& connection = *open.connection;

  CHECK(cell(connection, "SELECT 2", ColumnType::boolean) == Value(std::int64_t{2}));
  CHECK(cell(connection, "SELECT 3.5", ColumnType::integer) == Value(3.5));
  CHECK(cell(connection, "SELECT 1e300", ColumnType::integer) == Value(1e300));
  CHECK(cell(connection, "SELECT 9007199254740993", ColumnType::real) ==
        Value(std::int64_t{9007199254740993}));
  CHECK(cell(connection, "SELECT '42'", ColumnType::integer) == Value("42"));
  CHECK(cell(connection, "SELECT 42", ColumnType::text) == Value(std::int64_t{42}));
  CHECK(cell(connection, "SELECT 'soon'", ColumnType::timestamp) == Value("soon"));
  CHECK(cell(connection, "SELECT 0.1 + 0.2", ColumnType::decimal) == Value(0.1 + 0.2));
  CHECK(cell(connection, "SELECT x'00'", ColumnType::uuid) == Value(bytes(1)));
}

TEST_CASE("a value that SQLite cannot hold is a failure, and nothing is run") {
  const Open open = with_orders();
  for (const Value& value :
       {Value(std::numeric_limits<double>::quiet_NaN()), Value(Timestamp::max())}) {
    const PlanResult result = open->run(plan({statement("UPDATE orders SET name = ?", {value})}));
    CHECK(failure(result).kind == FailureKind::value);
  }
  CHECK(cell(*open.connection, "SELECT name FROM orders WHERE id = 1", ColumnType::text) ==
        Value("a"));
}

TEST_CASE("affected counts the rows changed, or those answered") {
  const Open open = with_orders();
  Connection& connection = *open.connection;

  CHECK(run(connection, statement("UPDATE orders SET name = 'x' WHERE id < 3")).affected == 2);
  CHECK(run(connection, statement("CREATE TABLE other (id INTEGER)")).affected == 0);
  CHECK(run(connection, statement("SELECT id FROM orders")).affected == 3);
  CHECK(run(connection, statement("DELETE FROM orders WHERE id = 9")).affected == 0);
  const Outcome answered =
      run(connection, statement("INSERT INTO orders VALUES (4, 'd'), (5, 'e') RETURNING id", {},
                                {ColumnType::integer}));
  CHECK(answered.affected == 2);
  CHECK(answered.rows.size() == 2);
  CHECK(count(connection, "orders") == 5);
}

TEST_CASE("a plan stops at the first statement that affects another number of rows") {
  const Open open = with_orders();

  const PlanResult result = open->run(committed({
      statement("DELETE FROM orders WHERE id = 1", {}, {}, 1),
      statement("DELETE FROM orders WHERE id = 9", {}, {}, 1),
      statement("DELETE FROM orders WHERE id = 2", {}, {}, 1),
  }));

  CHECK_FALSE(result.complete);
  CHECK_FALSE(result.failure);
  CHECK(result.outcomes.size() == 2);
  CHECK(result.outcomes.back().affected == 0);
  CHECK_FALSE(open->clean());
  open->rollback();
  CHECK(open->clean());
  CHECK(count(*open.connection, "orders") == 3);
}

TEST_CASE("a statement that fails has an outcome, and ends the plan") {
  const Open open = with_orders();

  const PlanResult result = open->run(committed({
      statement("DELETE FROM orders WHERE id = 1"),
      statement("INSERT INTO orders VALUES (2, 'again')"),
      statement("DELETE FROM orders"),
  }));

  CHECK(failure(result).kind == FailureKind::unique);
  CHECK(failure(result).constraint == "orders.id");
  CHECK(result.stage == PlanResult::Stage::statement);
  CHECK(result.outcomes.size() == 2);
  open->rollback();
  CHECK(count(*open.connection, "orders") == 3);
}

TEST_CASE("a statement is refused when its values or its columns are not as many as it has") {
  const Open open = with_orders();

  CHECK(failure(open->run(plan({statement("SELECT ?")}))).kind == FailureKind::refused);
  CHECK(failure(open->run(plan({statement("SELECT 1", {}, {ColumnType::text, ColumnType::text})})))
            .kind == FailureKind::refused);
  CHECK(failure(open->run(plan({statement("SELECT 1; SELECT 2")}))).kind == FailureKind::refused);
  CHECK(failure(open->run(plan({statement(" ;")}))).kind == FailureKind::refused);
}

TEST_CASE("a quoted name that is no column is an error and not a text") {
  const Open open = with_orders();

  const PlanResult result =
      open->run(plan({statement("SELECT id FROM orders WHERE \"colour\" = 'colour'")}));

  CHECK(failure(result).kind == FailureKind::unknown_column);
}

TEST_CASE("foreign keys are enforced, RESTRICT included") {
  const Open open = with_orders();
  Connection& connection = *open.connection;
  run(connection, statement("CREATE TABLE lines (order_id INTEGER REFERENCES orders(id))"));
  run(connection,
      statement("CREATE TABLE notes (order_id INTEGER REFERENCES orders(id) ON DELETE RESTRICT)"));
  run(connection, statement("INSERT INTO notes VALUES (1)"));

  CHECK(failure(connection.run(plan({statement("INSERT INTO lines VALUES (9)")}))).kind ==
        FailureKind::foreign_key);
  CHECK(failure(connection.run(plan({statement("DELETE FROM orders WHERE id = 1")}))).kind ==
        FailureKind::foreign_key);
}

TEST_CASE("statements beyond the cache's capacity are prepared again") {
  const Open open = with_orders();

  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < driver::SqliteStatements::capacity + 50; ++i) {
      const auto number = static_cast<std::int64_t>(i);
      CHECK(cell(*open.connection, "SELECT " + std::to_string(i), ColumnType::integer) ==
            Value(number));
    }
  }
}

TEST_CASE("a writer waits for a lock as long as it is told to") {
  const TemporaryFile file("lock_timeout.db");
  const Open first = with_orders(file.url());
  const Open second(file.url());
  REQUIRE(first->run(begun({})).complete);

  const auto start = std::chrono::steady_clock::now();
  const PlanResult result = second->run(begun({}, waiting(50ms)));

  CHECK(std::chrono::steady_clock::now() - start >= 40ms);
  CHECK(failure(result).kind == FailureKind::lock_timeout);
  CHECK(failure(result).code == "SQLITE_BUSY");
  CHECK(result.stage == PlanResult::Stage::begin);
  CHECK(second->clean());
}

TEST_CASE(
    "COMMIT that a reader keeps waiting is a lock timeout, and the transaction is still open") {
  const TemporaryFile file("busy_commit.db");
  const Open writer = with_orders(file.url());
  const Open reader(file.url());
  REQUIRE(reader->run(begun({statement("SELECT id FROM orders")}, read_only())).complete);

  const PlanResult result =
      writer->run(committed({statement("DELETE FROM orders")}, waiting(20ms)));

  CHECK(failure(result).kind == FailureKind::lock_timeout);
  CHECK(result.stage == PlanResult::Stage::commit);
  CHECK_FALSE(writer->clean());
  writer->rollback();
  CHECK(writer->clean());
  CHECK(count(*reader.connection, "orders") == 3);
}

TEST_CASE("a write on an old state is a serialization failure") {
  const TemporaryFile file("busy_snapshot.db");
  const Open first = with_orders(file.url(), with_journal(Journal::write_ahead));
  const Open second(file.url());
  REQUIRE(first->run(begun({statement("SELECT id FROM orders")}, read_only())).complete);
  REQUIRE(second->run(committed({statement("UPDATE orders SET name = 'x'")})).complete);

  const PlanResult result = first->run(plan({statement("UPDATE orders SET name = 'y'")}));

  CHECK(failure(result).kind == FailureKind::serialization);
  CHECK(failure(result).code == "SQLITE_BUSY_SNAPSHOT");
}

TEST_CASE("a statement that takes too long is interrupted, and the next transaction is not") {
  const Open open = with_orders();
  const std::string endless =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) "
      "SELECT count(*) FROM n";

  const PlanResult result =
      open->run(begun({statement("DELETE FROM orders"), statement(endless)}, limited(1ms)));

  CHECK(failure(result).kind == FailureKind::statement_timeout);
  open->rollback();
  CHECK(open->clean());
  CHECK(count(*open.connection, "orders") == 3);
  CHECK(cell(*open.connection, endless, ColumnType::integer) == Value(std::int64_t{300000}));
}

TEST_CASE("after SQLite has rolled back by itself, nothing more of the transaction is run") {
  const Open open = with_orders();
  REQUIRE(open->run(begun({})).complete);
  CHECK(failure(open->run(plan({statement("INSERT OR ROLLBACK INTO orders VALUES (1, 'x')")})))
            .kind == FailureKind::unique);

  CHECK(failure(open->run(plan({statement("DELETE FROM orders")}))).kind == FailureKind::aborted);
  const PlanResult result = open->run(just_commit());

  CHECK(failure(result).kind == FailureKind::aborted);
  CHECK(result.stage == PlanResult::Stage::commit);
  open->rollback();
  CHECK(count(*open.connection, "orders") == 3);
}

TEST_CASE("BEGIN within a transaction and COMMIT without one are refused") {
  const Open open = with_orders();

  CHECK(failure(open->run(just_commit())).kind == FailureKind::refused);
  REQUIRE(open->run(begun({})).complete);
  CHECK(failure(open->run(begun({}))).kind == FailureKind::refused);
}

TEST_CASE("a cursor that a user of the session left open does not survive the transaction") {
  const TemporaryFile file("cursor.db");
  const Open open = with_orders(file.url(), with_journal(Journal::write_ahead));
  const Open other(file.url());
  auto* session = static_cast<soci::session*>(open->session());
  int id = 0;
  REQUIRE(open->run(begun({})).complete);
  soci::statement half_read = (session->prepare << "SELECT id FROM orders", soci::into(id));
  half_read.execute(true);

  REQUIRE(open->run(just_commit()).complete);
  REQUIRE(other->run(committed({statement("DELETE FROM orders")})).complete);

  CHECK(count(*open.connection, "orders") == 0);
  CHECK(open->run(committed({statement("INSERT INTO orders VALUES (1, 'x')")})).complete);
}

TEST_CASE("the journal is changed where asked for, and stays") {
  const TemporaryFile file("journal.db");
  const auto mode = [&](Journal journal) {
    const Open open(file.url(), with_journal(journal));
    return std::get<std::string>(cell(*open.connection, "PRAGMA journal_mode", ColumnType::text));
  };

  CHECK(mode(Journal::as_it_is) == "delete");
  CHECK(mode(Journal::write_ahead) == "wal");
  CHECK(mode(Journal::as_it_is) == "wal");
  CHECK(mode(Journal::rollback) == "delete");
  CHECK(Open(memory, with_journal(Journal::write_ahead))->clean());
}

TEST_CASE("a file that is no database, or cannot be, is noticed when it is opened") {
  const TemporaryFile file("nonsense.db");
  std::ofstream(file.path()) << std::string(4096, 'x');

  CHECK_THROWS_WITH_AS(Open{file.url()},
                       doctest::Contains("file is not a database (SQLITE_NOTADB)"),
                       ConnectionFailed);
  CHECK_THROWS_WITH_AS(Open{"sqlite3:///no/such/folder/shop.db"},
                       doctest::Contains("cannot open sqlite3:///no/such/folder/shop.db"),
                       ConnectionFailed);
}
