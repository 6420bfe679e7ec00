/// The recording and the failing connection change nothing but what they are told to.

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <rowan/testing/failing_connection.hpp>
#include <rowan/testing/recording_connection.hpp>

#include "on_database.hpp"
#include "store/pool.hpp"

using namespace rowan;
using namespace rowan::driver_tests;
using namespace rowan::testing;
using rowan::store::Pool;
using Texts = std::vector<std::string>;

namespace {

std::shared_ptr<Pool> pool_of_orders(StoreOptions options) {
  const auto pool = Pool::open("sqlite3://:memory:", options);
  run(*pool->lease(), statement("CREATE TABLE orders (id INTEGER PRIMARY KEY, name TEXT)"));
  run(*pool->lease(), statement("INSERT INTO orders VALUES (1, 'a'), (2, 'b')"));
  return pool;
}

std::shared_ptr<Pool> recorded(const std::shared_ptr<Log>& log) {
  StoreOptions options;
  options.wrap = record(log);
  const auto pool = pool_of_orders(options);
  log->clear();
  return pool;
}

std::shared_ptr<Pool> failing(const std::shared_ptr<Script>& script) {
  StoreOptions options;
  options.wrap = fail(script);
  return pool_of_orders(options);
}

/// Three operations and COMMIT; all or nothing leaves two rows or none.
PlanResult delete_both(Connection& connection) {
  return connection.run(
      committed({statement("DELETE FROM orders WHERE id = ?", {std::int64_t{1}}, {}, 1),
                 statement("DELETE FROM orders WHERE id = ?", {std::int64_t{2}}, {}, 1)}));
}

}  // namespace

TEST_CASE("everything that is sent is recorded, in order") {
  const auto log = std::make_shared<Log>();
  const auto pool = recorded(log);

  CHECK(delete_both(*pool->lease()).complete);

  CHECK(log->sql() == Texts{"BEGIN IMMEDIATE", "DELETE FROM orders WHERE id = ?",
                            "DELETE FROM orders WHERE id = ?", "COMMIT"});
  CHECK(log->writes().size() == 2);
  CHECK(log->statements().at(2).params == std::vector<Value>{std::int64_t{2}});
  log->clear();
  CHECK(log->sql().empty());
}

TEST_CASE("a rollback is recorded when there is something to roll back") {
  const auto log = std::make_shared<Log>();
  const auto pool = recorded(log);
  {
    const auto lease = pool->lease();
    lease->rollback();
    REQUIRE(lease->run(begun({}, read_only())).complete);
  }

  CHECK(log->sql() == Texts{"BEGIN", "ROLLBACK"});
}

TEST_CASE("a recorded plan stops where the plan itself would have") {
  const auto log = std::make_shared<Log>();
  const auto pool = recorded(log);

  const PlanResult result = pool->lease()->run(
      committed({statement("DELETE FROM orders WHERE id = 9", {}, {}, 1), statement("SELECT 1")}));

  CHECK_FALSE(result.complete);
  CHECK_FALSE(result.failure);
  CHECK(result.outcomes.size() == 1);
  CHECK(log->sql() == Texts{"BEGIN IMMEDIATE", "DELETE FROM orders WHERE id = 9", "ROLLBACK"});
  CHECK(count(*pool->lease(), "orders") == 2);
}

TEST_CASE("rows pass through a recording connection") {
  const auto log = std::make_shared<Log>();
  const auto pool = recorded(log);

  CHECK(cell(*pool->lease(), "SELECT name FROM orders WHERE id = 2", ColumnType::text) ==
        Value("b"));
}

TEST_CASE("a scripted answer takes the place of one statement") {
  const auto log = std::make_shared<Log>();
  const auto pool = recorded(log);
  log->answer_next("WHERE id", 0);
  log->answer_next("UPDATE", 7);

  const PlanResult stopped = delete_both(*pool->lease());
  CHECK_FALSE(stopped.complete);
  CHECK(stopped.outcomes.size() == 1);
  CHECK(log->writes().size() == 1);
  CHECK(count(*pool->lease(), "orders") == 2);

  CHECK(run(*pool->lease(), statement("UPDATE orders SET name = 'x'")).affected == 7);
  CHECK(run(*pool->lease(), statement("UPDATE orders SET name = 'x'")).affected == 2);
  CHECK(delete_both(*pool->lease()).complete);
}

TEST_CASE("writes are told from reads") {
  Log log;
  for (const char* sql : {"SELECT 1", "INSERT INTO t VALUES (1)", "UPDATE t SET a = 1",
                          "WITH v AS (VALUES (1)) UPDATE t SET a = 1", "DELETE FROM t",
                          "WITH v AS (VALUES (1)) SELECT * FROM v", "COMMIT"})
    log.add(statement(sql));

  CHECK(log.writes() == Texts{"INSERT INTO t VALUES (1)", "UPDATE t SET a = 1",
                              "WITH v AS (VALUES (1)) UPDATE t SET a = 1", "DELETE FROM t"});
}

TEST_CASE("each operation can fail, before or after it is executed, and only COMMIT changes data") {
  const auto script = std::make_shared<Script>();
  const auto pool = failing(script);
  script->count();
  (void)pool->lease()->run(committed({statement("SELECT 1"), statement("SELECT 1")}));
  const std::size_t all = script->operations();
  REQUIRE(all == 4);

  for (const FailureKind kind :
       {FailureKind::serialization, FailureKind::connection_lost, FailureKind::resources}) {
    for (const Fail when : {Fail::before, Fail::after}) {
      for (std::size_t n = 1; n <= all; ++n) {
        CAPTURE(n);
        auto lease = pool->lease();
        script->fail_at(n, kind, when);
        const PlanResult result = delete_both(*lease);

        CHECK(failure(result).kind == kind);
        CHECK(script->operations() == n);
        CHECK((result.stage == PlanResult::Stage::begin) == (n == 1));
        CHECK((result.stage == PlanResult::Stage::commit) == (n == all));
        if (kind == FailureKind::connection_lost) CHECK_FALSE(lease->clean());
        lease.reset();
        script->count();
        const bool happened = n == all && when == Fail::after;
        CHECK(count(*pool->lease(), "orders") == (happened ? 0 : 2));
        if (happened)
          run(*pool->lease(), statement("INSERT INTO orders VALUES (1, 'a'), (2, 'b')"));
      }
    }
  }
}

TEST_CASE("nothing more runs on a connection that a script has ended") {
  const auto script = std::make_shared<Script>();
  const auto pool = failing(script);
  const auto lease = pool->lease();
  script->fail_at(2, FailureKind::connection_lost);
  CHECK_FALSE(delete_both(*lease).complete);

  const PlanResult commit = lease->run(just_commit());

  CHECK(failure(commit).kind == FailureKind::connection_lost);
  CHECK(commit.stage == PlanResult::Stage::statement);
  CHECK(failure(lease->run(begun({}))).kind == FailureKind::connection_lost);
  CHECK(script->operations() == 2);
}

TEST_CASE("a failure of the database's own comes before one that is scripted for after it") {
  const auto script = std::make_shared<Script>();
  const auto pool = failing(script);
  script->fail_at(1, FailureKind::deadlock, Fail::after);

  const PlanResult result =
      pool->lease()->run(plan({statement("INSERT INTO orders VALUES (1, 'again')")}));

  CHECK(failure(result).kind == FailureKind::unique);
}
