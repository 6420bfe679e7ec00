/// The hook after a rollback, and hooks of a unit that moves.

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "database.hpp"
#include "failing_stores.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::FailureKind;
using rowan::StaleDataError;
using rowan::UnitOfWork;
using rowan::testing::Script;

namespace {

/// Counts rollbacks, and throws what is lost.
rowan::WorkOptions counting(int& rollbacks) {
  rowan::WorkOptions options;
  options.hooks.after_rollback = [&](UnitOfWork&) {
    ++rollbacks;
    throw std::runtime_error("lost");
  };
  return options;
}

}  // namespace

TEST_CASE_TEMPLATE("after_rollback is called once for each transaction that was to write", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  int rollbacks = 0;
  auto work = store.begin(counting(rollbacks));
  auto ref = work.get<Order>({1});
  SUBCASE("nothing was open") {
    ref->customer = "Bob";
    work.rollback();
    CHECK(rollbacks == 0);
  }
  SUBCASE("an explicit one") {
    ref->customer = "Bob";
    work.flush();
    work.rollback();
    CHECK(rollbacks == 1);
    work.rollback();
    CHECK(rollbacks == 1);
  }
  SUBCASE("an explicit one after a bulk statement") {
    work.update_all<Order>(rowan::set("customer = 'Bob'"), rowan::Query());
    work.rollback();
    CHECK(rollbacks == 1);
  }
  SUBCASE("a conflict") {
    store.transact([](UnitOfWork& other) { other.get<Order>({1})->remark = "x"; });
    ref->customer = "Bob";
    CHECK_THROWS_AS(work.commit(), StaleDataError);
    CHECK(rollbacks == 1);
    work.rollback();
    CHECK(rollbacks == 1);
  }
  SUBCASE("a conflict of try_commit") {
    store.transact([](UnitOfWork& other) { other.get<Order>({1})->remark = "x"; });
    ref->customer = "Bob";
    CHECK(work.try_commit().has_value());
    CHECK(rollbacks == 1);
  }
  SUBCASE("a violated constraint") {
    work.add(order(2));
    CHECK_THROWS_AS(work.commit(), rowan::ConstraintViolation);
    CHECK(rollbacks == 1);
  }
  SUBCASE("a savepoint that was taken back is none") {
    CHECK_THROWS_AS(work.savepoint([&] { work.add(order(2)); }), rowan::ConstraintViolation);
    CHECK(rollbacks == 0);
    work.commit();
  }
  SUBCASE("a conflict in a savepoint") {
    store.transact([](UnitOfWork& other) { other.get<Order>({1})->remark = "x"; });
    CHECK_THROWS_AS(work.savepoint([&] { ref->customer = "Bob"; }), StaleDataError);
    CHECK(rollbacks == 1);
    work.rollback();
    CHECK(rollbacks == 1);
  }
  CHECK(db.number("SELECT count(*) FROM orders WHERE customer = 'Ann'") == 2);
}

TEST_CASE_TEMPLATE("a transaction that only read is rolled back without the hook", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  int rollbacks = 0;
  auto options = counting(rollbacks);
  options.transaction = rowan::Transaction::from_first_read;
  auto work = store.begin(options);
  (void)work.get<Order>({1});
  work.rollback();
  CHECK(rollbacks == 0);
}

TEST_CASE_TEMPLATE(
    "after_rollback is called when a savepoint's own statement breaks the "
    "transaction that had written",
    B, Sqlite, Postgres) {
  Database<B> db;
  const auto script = std::make_shared<Script>();
  rowan::Store store = open_orders(db, {1}, failing(db, script));
  // Behind the flush: SAVEPOINT, the function's UPDATE, RELEASE.
  for (const std::size_t n : {1U, 2U, 3U}) {
    CAPTURE(n);
    int rollbacks = 0;
    auto work = store.begin(counting(rollbacks));
    auto ref = work.get<Order>({1});
    ref->remark = "mine";
    work.flush();
    script->fail_at(n, FailureKind::connection_lost);
    CHECK_THROWS_AS(work.savepoint([&] { ref->customer = "Bob"; }), rowan::ConnectionLost);
    CHECK(rollbacks == 1);
    CHECK_THROWS_AS(work.commit(), rowan::UnitFailed);
    script->count();
    CHECK(db.text("SELECT remark FROM orders") == "NULL");
  }
}

TEST_CASE_TEMPLATE("after_rollback of an explicit rollback finds a unit that can be used", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  std::string seen;
  rowan::WorkOptions options;
  options.hooks.after_rollback = [&](UnitOfWork& unit) { seen = unit.get<Order>({1})->customer; };
  auto work = store.begin(options);
  work.get<Order>({1})->customer = "Bob";
  work.flush();
  work.rollback();
  CHECK(seen == "Bob");
  work.commit();
  CHECK(db.text("SELECT customer FROM orders") == "Bob");
}

TEST_CASE_TEMPLATE("a unit of work that has moved is the one its hooks are called with", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  std::vector<UnitOfWork*> seen;
  rowan::WorkOptions options;
  const auto hook = [&](UnitOfWork& unit) {
    seen.push_back(&unit);
    CHECK(unit.get<Order>({1})->customer == "Bob");
  };
  options.hooks = {.before_flush = hook, .before_commit = hook, .after_commit = hook};
  UnitOfWork first = store.begin(options);
  auto ref = first.get<Order>({1});
  ref->customer = "Bob";
  UnitOfWork second(std::move(first));
  SUBCASE("into a new one") {
    second.commit();
    CHECK(seen == std::vector<UnitOfWork*>(3, &second));
  }
  SUBCASE("into one that had been another's") {
    UnitOfWork third = store.begin();
    third.get<Order>({1})->customer = "lost";
    third = std::move(second);
    third.commit();
    CHECK(seen == std::vector<UnitOfWork*>(3, &third));
  }
  CHECK(db.text("SELECT customer FROM orders") == "Bob");
  CHECK(ref.version() == 2);
}
