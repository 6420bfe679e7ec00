/// Plans on PostgreSQL: values, transactions, time limits, lost connections.

#include <chrono>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <rowan/errors.hpp>

#include "on_database.hpp"

using namespace rowan;
using namespace rowan::driver_tests;
using namespace std::chrono_literals;

namespace {

/// A connection with a table orders of three rows, made anew.
Open with_orders(const std::string& url) {
  Open open(url);
  run(*open.connection, statement("DROP TABLE IF EXISTS orders"));
  run(*open.connection,
      statement("CREATE TABLE orders (id bigint PRIMARY KEY, name text NOT NULL)"));
  run(*open.connection, statement("INSERT INTO orders VALUES (1, 'a'), (2, 'b'), (3, 'c')"));
  return open;
}

std::int64_t process(Connection& connection) {
  return std::get<std::int64_t>(cell(connection, "SELECT pg_backend_pid()", ColumnType::integer));
}

/// Ends the server's side of a connection, and waits until it is gone.
void terminate(Connection& by, std::int64_t process) {
  CHECK(cell(by, "SELECT pg_terminate_backend($1, 10000)", ColumnType::boolean, {process}) ==
        Value(true));
}

}  // namespace

TEST_CASE("Postgres: values come back as they were bound") {
  const auto url = postgres_url();
  if (!url) return;
  const Open open(*url);
  const auto same = [&](const Value& value, ColumnType type, const char* sql_type) {
    CAPTURE(std::string(sql_type));
    CHECK(cell(*open.connection, std::string("SELECT $1::") + sql_type, type, {value}) == value);
  };

  same(Null{}, ColumnType::integer, "bigint");
  same(true, ColumnType::boolean, "boolean");
  same(false, ColumnType::boolean, "boolean");
  same(std::numeric_limits<std::int64_t>::min(), ColumnType::integer, "bigint");
  same(std::numeric_limits<std::int64_t>::max(), ColumnType::integer, "bigint");
  same(0.1, ColumnType::real, "double precision");
  same(std::numeric_limits<double>::denorm_min(), ColumnType::real, "double precision");
  same(-std::numeric_limits<double>::infinity(), ColumnType::real, "double precision");
  same(std::string(), ColumnType::text, "text");
  same(std::string("it's \\ \xC3\xA9"), ColumnType::text, "text");
  same(Bytes{}, ColumnType::blob, "bytea");
  same(Bytes{std::byte{0}, std::byte{255}, std::byte{'\\'}}, ColumnType::blob, "bytea");
  same(Timestamp(1612087200123456us), ColumnType::timestamp, "timestamptz");
  same(Timestamp(1612087200123456us), ColumnType::timestamp, "timestamp");
  same(Timestamp(-1us), ColumnType::timestamp, "timestamptz");
  same(Date(std::chrono::year(2020) / 2 / 29), ColumnType::date, "date");
  same(Uuid::v7(), ColumnType::uuid, "uuid");
  same(Decimal("12345678901234567890.10"), ColumnType::decimal, "numeric");
}

TEST_CASE("Postgres: what fits a column's type is read as it, and what does not stays a text") {
  const auto url = postgres_url();
  if (!url) return;
  const Open open(*url);
  Connection& connection = *open.connection;

  CHECK(cell(connection, "SELECT 3.00", ColumnType::integer) == Value(std::int64_t{3}));
  CHECK(cell(connection, "SELECT 1", ColumnType::boolean) == Value(true));
  CHECK(cell(connection, "SELECT 3.5", ColumnType::integer) == Value("3.5"));
  CHECK(cell(connection, "SELECT 'infinity'::timestamptz", ColumnType::timestamp) ==
        Value("infinity"));
  CHECK(cell(connection, "SELECT 'NaN'::numeric", ColumnType::decimal) == Value("NaN"));
  CHECK(cell(connection, "SELECT 2", ColumnType::boolean) == Value("2"));
}

TEST_CASE("Postgres: times are right in a session of another time zone") {
  const auto url = postgres_url();
  if (!url) return;
  const Open open(*url);
  const Timestamp time(1612087200000000us);
  CHECK(cell(*open.connection, "SHOW TimeZone", ColumnType::text) == Value("UTC"));
  run(*open.connection, statement("SET TIME ZONE 'Asia/Kolkata'"));

  for (const char* type : {"timestamptz", "timestamp"}) {
    CHECK(cell(*open.connection, std::string("SELECT $1::") + type, ColumnType::timestamp,
               {time}) == Value(time));
  }
}

TEST_CASE("Postgres: a text with NUL is refused, not cut off") {
  const auto url = postgres_url();
  if (!url) return;
  const Open open = with_orders(*url);

  const PlanResult result =
      open->run(plan({statement("UPDATE orders SET name = $1", {std::string("a\0b", 3)})}));

  CHECK(failure(result).kind == FailureKind::value);
  CHECK(open->clean());
}

TEST_CASE("Postgres: affected counts the rows changed, or those answered") {
  const auto url = postgres_url();
  if (!url) return;
  const Open open = with_orders(*url);
  Connection& connection = *open.connection;

  CHECK(run(connection, statement("UPDATE orders SET name = 'x' WHERE id < 3")).affected == 2);
  CHECK(run(connection, statement("SET search_path = public")).affected == 0);
  CHECK(run(connection, statement("SELECT id FROM orders")).affected == 3);
  const Outcome answered =
      run(connection, statement("INSERT INTO orders VALUES (4, 'd'), (5, 'e') RETURNING id", {},
                                {ColumnType::integer}));
  CHECK(answered.affected == 2);
  CHECK(answered.rows.at(1).at(0) == Value(std::int64_t{5}));
}

TEST_CASE("Postgres: COMMIT of an aborted transaction is an error") {
  const auto url = postgres_url();
  if (!url) return;
  const Open open = with_orders(*url);
  const PlanResult first = open->run(begun(
      {statement("DELETE FROM orders"), statement("INSERT INTO orders VALUES (1, $1)", {Null{}})}));
  CHECK(failure(first).kind == FailureKind::not_null);
  CHECK(failure(first).constraint == "name");
  CHECK(failure(open->run(plan({statement("SELECT 1")}))).kind == FailureKind::aborted);

  const PlanResult result = open->run(just_commit());

  CHECK(failure(result).kind == FailureKind::aborted);
  CHECK(result.stage == PlanResult::Stage::commit);
  CHECK_FALSE(open->clean());
  open->rollback();
  CHECK(open->clean());
  CHECK(count(*open.connection, "orders") == 3);
}

TEST_CASE("Postgres: a transaction that somebody else ended is not carried on") {
  const auto url = postgres_url();
  if (!url) return;
  const Open open = with_orders(*url);
  REQUIRE(open->run(begun({})).complete);
  static_cast<soci::session*>(open->session())->rollback();

  CHECK(failure(open->run(plan({statement("DELETE FROM orders")}))).kind == FailureKind::aborted);
  CHECK(failure(open->run(just_commit())).kind == FailureKind::aborted);
  open->rollback();
  CHECK(count(*open.connection, "orders") == 3);
}

TEST_CASE("Postgres: a constraint that is checked at COMMIT fails there, by its name") {
  const auto url = postgres_url();
  if (!url) return;
  const Open open = with_orders(*url);
  Connection& connection = *open.connection;
  run(connection, statement("DROP TABLE IF EXISTS lines"));
  run(connection, statement("CREATE TEMP TABLE roots (id bigint PRIMARY KEY)"));
  run(connection, statement("CREATE TEMP TABLE lines (root bigint CONSTRAINT of_root REFERENCES "
                            "roots DEFERRABLE INITIALLY DEFERRED)"));

  const PlanResult result = connection.run(committed({statement("INSERT INTO lines VALUES (7)")}));

  CHECK(failure(result).kind == FailureKind::foreign_key);
  CHECK(failure(result).constraint == "of_root");
  CHECK(failure(result).code == "23503");
  CHECK(result.stage == PlanResult::Stage::commit);
  connection.rollback();
  CHECK(connection.clean());
}

TEST_CASE("Postgres: unknown tables and columns are told from other mistakes") {
  const auto url = postgres_url();
  if (!url) return;
  const Open open = with_orders(*url);
  const auto kind = [&](const char* sql) {
    return failure(open->run(plan({statement(sql)}))).kind;
  };

  CHECK(kind("SELECT * FROM carts") == FailureKind::unknown_table);
  CHECK(kind("SELECT colour FROM orders") == FailureKind::unknown_column);
  CHECK(kind("SELEC 1") == FailureKind::refused);
  CHECK(kind("") == FailureKind::refused);
  CHECK(kind("SELECT 1; SELECT 2") == FailureKind::refused);
  CHECK(kind("SELECT 'x'::int") == FailureKind::value);
}

TEST_CASE("Postgres: a lock is waited for as long as it is told to, in this transaction only") {
  const auto url = postgres_url();
  if (!url) return;
  const Open first = with_orders(*url);
  const Open second(*url);
  const Statement update = statement("UPDATE orders SET name = 'x' WHERE id = 1");
  REQUIRE(first->run(begun({update})).complete);

  for (const auto timeout : {50ms, 0ms}) {
    const PlanResult result = second->run(begun({update}, waiting(timeout)));
    CHECK(failure(result).kind == FailureKind::lock_timeout);
    CHECK(failure(result).code == "55P03");
    second->rollback();
  }
  CHECK(cell(*second.connection, "SHOW lock_timeout", ColumnType::text) == Value("0"));
}

TEST_CASE("Postgres: a statement that takes too long is cancelled") {
  const auto url = postgres_url();
  if (!url) return;
  const Open open(*url);
  Begin begin = limited(20ms);
  begin.lock_timeout = 10s;

  const PlanResult result = open->run(begun({statement("SELECT pg_sleep(30)")}, begin));

  CHECK(failure(result).kind == FailureKind::statement_timeout);
  open->rollback();
  CHECK(cell(*open.connection, "SHOW statement_timeout", ColumnType::text) == Value("0"));
}

TEST_CASE("Postgres: isolation and access are those of the transaction") {
  const auto url = postgres_url();
  if (!url) return;
  const Open open = with_orders(*url);
  Begin begin = read_only();
  begin.isolation = Isolation::serializable;
  REQUIRE(open->run(begun({}, begin)).complete);

  CHECK(cell(*open.connection, "SHOW transaction_isolation", ColumnType::text) ==
        Value("serializable"));
  CHECK(failure(open->run(plan({statement("DELETE FROM orders")}))).kind == FailureKind::read_only);
}

TEST_CASE("Postgres: a concurrent update is a serialization failure under REPEATABLE READ") {
  const auto url = postgres_url();
  if (!url) return;
  const Open first = with_orders(*url);
  const Open second(*url);
  Begin begin;
  begin.isolation = Isolation::repeatable_read;
  REQUIRE(first->run(begun({statement("SELECT * FROM orders")}, begin)).complete);
  REQUIRE(second->run(committed({statement("UPDATE orders SET name = 'x'")})).complete);

  const PlanResult result = first->run(plan({statement("UPDATE orders SET name = 'y'")}));

  CHECK(failure(result).kind == FailureKind::serialization);
}

TEST_CASE("Postgres: a connection ended while idle is lost at BEGIN, and known not to be clean") {
  const auto url = postgres_url();
  if (!url) return;
  const Open open(*url);
  const Open other(*url);
  terminate(*other.connection, process(*open.connection));

  SUBCASE("asked first") {
    CHECK_FALSE(open->clean());
  }
  const PlanResult result = open->run(committed({}));

  CHECK(failure(result).kind == FailureKind::connection_lost);
  CHECK(result.stage == PlanResult::Stage::begin);
  open->rollback();
  CHECK_FALSE(open->clean());
}

TEST_CASE("Postgres: a connection ended between statements is lost, and nothing was written") {
  const auto url = postgres_url();
  if (!url) return;
  const Open open = with_orders(*url);
  const Open other(*url);
  const std::int64_t victim = process(*open.connection);
  REQUIRE(open->run(begun({statement("DELETE FROM orders")})).complete);
  terminate(*other.connection, victim);

  const PlanResult result = open->run(plan({statement("SELECT 1")}));

  CHECK(failure(result).kind == FailureKind::connection_lost);
  CHECK(result.stage == PlanResult::Stage::statement);
  open->rollback();
  CHECK_FALSE(open->clean());
  CHECK(count(*other.connection, "orders") == 3);
}

TEST_CASE("Postgres: a connection ended before COMMIT is sent is lost, not in doubt") {
  const auto url = postgres_url();
  if (!url) return;
  const Open open = with_orders(*url);
  const Open other(*url);
  const std::int64_t victim = process(*open.connection);
  REQUIRE(open->run(begun({statement("DELETE FROM orders")})).complete);
  terminate(*other.connection, victim);

  const PlanResult result = open->run(just_commit());

  CHECK(failure(result).kind == FailureKind::connection_lost);
  CHECK(result.stage == PlanResult::Stage::statement);
  CHECK(count(*other.connection, "orders") == 3);
}

TEST_CASE("Postgres: a connection that ends during COMMIT leaves its outcome in doubt") {
  const auto url = postgres_url();
  if (!url) return;
  const Open open = with_orders(*url);
  // A trigger that runs at COMMIT, and ends the connection from within.
  run(*open.connection, statement("CREATE OR REPLACE FUNCTION suicide() RETURNS trigger LANGUAGE "
                                  "plpgsql AS $$ BEGIN PERFORM pg_terminate_backend("
                                  "pg_backend_pid()); PERFORM pg_sleep(10); RETURN NULL; END $$"));
  run(*open.connection, statement("CREATE CONSTRAINT TRIGGER at_commit AFTER DELETE ON orders "
                                  "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "
                                  "suicide()"));

  const PlanResult result = open->run(committed({statement("DELETE FROM orders")}));

  CHECK(failure(result).kind == FailureKind::connection_lost);
  CHECK(failure(result).code != "");
  CHECK(result.stage == PlanResult::Stage::commit);
  CHECK(result.outcomes.size() == 1);
}

TEST_CASE("Postgres: a connection that cannot be made names its target and not the password") {
  const auto url = postgres_url();
  if (!url) return;

  try {
    const Open open(*url + " port=1 password=s3cret");
    FAIL("there is a server on port 1");
  } catch (const ConnectionFailed& error) {
    const std::string message = error.what();
    CHECK(message.find("port=1") != std::string::npos);
    CHECK(message.find("s3cret") == std::string::npos);
  }
}

TEST_CASE("Postgres: the session says who it is, and speaks UTF-8") {
  const auto url = postgres_url();
  if (!url) return;

  CHECK(cell(*Open(*url).connection, "SHOW application_name", ColumnType::text) == Value("rowan"));
  CHECK(cell(*Open(*url + " application_name='my till'").connection, "SHOW application_name",
             ColumnType::text) == Value("my till"));
  CHECK(cell(*Open(*url + " client_encoding=LATIN1").connection, "SHOW client_encoding",
             ColumnType::text) == Value("UTF8"));
}
