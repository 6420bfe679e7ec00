/// What a unit of work can still do when something has failed. fault_loop.test.cpp lets everything
/// fail in turn.

#include <rowan/soci.hpp>

#include "database.hpp"
#include "failing_stores.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::FailureKind;
using rowan::UnitFailed;
using rowan::testing::Script;

TEST_CASE_TEMPLATE("wherever a load fails, the unit can load again", B, Sqlite, Postgres) {
  Database<B> db;
  const auto script = std::make_shared<Script>();
  rowan::Store store = open_orders(db, {1}, failing(db, script));
  script->count();
  { CHECK(store.begin().template get<Order>({1})->lines.size() == 2); }
  const std::size_t operations = script->operations();
  REQUIRE(operations > 5);
  for (const auto kind : {FailureKind::refused, FailureKind::connection_lost,
                          FailureKind::serialization, FailureKind::lock_timeout})
    for (std::size_t n = 1; n <= operations; ++n) {
      CAPTURE(static_cast<int>(kind));
      CAPTURE(n);
      auto work = store.begin();
      script->fail_at(n, kind);
      try {
        (void)work.template get<Order>({1});
        FAIL("nothing was thrown");
      } catch (const rowan::Error& error) {  // of a COMMIT too: nothing can have been written
        CHECK(error.retryable() == (kind != FailureKind::refused));
      }
      auto ref = work.template get<Order>({1});
      CHECK(ref->lines.size() == 2);
      CHECK(ref->tags.size() == 2);
    }
}

TEST_CASE_TEMPLATE(
    "a read that fails in an open transaction fails the unit, and what was flushed is "
    "undone in memory too",
    B, Sqlite, Postgres) {
  Database<B> db;
  const auto script = std::make_shared<Script>();
  rowan::Store store = open_orders(db, {1, 2}, failing(db, script));
  auto work = store.begin({.transaction = rowan::Transaction::from_first_read});
  auto ref = work.get<Order>({1});
  ref->customer = "Bob";
  work.flush();
  script->fail_at(1, FailureKind::connection_lost);
  CHECK_THROWS_AS((void)work.get<Order>({2}), rowan::ConnectionLost);
  CHECK_THROWS_AS(work.commit(), UnitFailed);
  CHECK(db.text("SELECT customer FROM orders WHERE id = 1") == "Ann");
  work.rollback();
  CHECK(ref->customer == "Bob");
  CHECK(ref.version() == 1);
  work.commit();
  CHECK(db.text("SELECT customer FROM orders WHERE id = 1") == "Bob");
  CHECK(ref.version() == 2);
}

TEST_CASE_TEMPLATE("a second flush that fails takes the first one back, in memory too", B, Sqlite,
                   Postgres) {
  Database<B> db;
  const auto script = std::make_shared<Script>();
  rowan::Store store = open_orders(db, {1, 2}, failing(db, script));
  auto work = store.begin();
  auto one = work.get<Order>({1});
  auto two = work.get<Order>({2});
  one->customer = "Bob";
  auto added = work.add(order(3));
  work.flush();
  two->customer = "Cid";
  script->fail_at(1, FailureKind::refused);
  CHECK_THROWS_AS(work.flush(), rowan::QueryError);
  CHECK_THROWS_AS((void)rowan::session(work), UnitFailed);
  CHECK(db.number("SELECT count(*) FROM orders") == 2);
  work.rollback();
  CHECK(one.version() == 1);
  CHECK(added.version() == 0);
  work.commit();
  CHECK(db.number("SELECT count(*) FROM orders WHERE version = 2") == 2);
  CHECK(db.number("SELECT version FROM orders WHERE id = 3") == 1);
  CHECK(one.version() == 2);
  CHECK(two.version() == 2);
}
