/// try_commit: a conflict is an answer, and the unit goes on from there.

#include <chrono>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::Conflict;
using rowan::StaleDataError;
using rowan::Transaction;

namespace {

/// Somebody changes these orders.
void change(rowan::Store& store, std::initializer_list<std::int64_t> ids) {
  store.transact([&](rowan::UnitOfWork& other) {
    for (const std::int64_t id : ids) other.get<Order>({id})->customer = "Bob";
  });
}

}  // namespace

TEST_CASE_TEMPLATE("try_commit commits, and has nothing to tell", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  CHECK_FALSE(work.try_commit().has_value());  // with nothing to write
  auto ref = work.get<Order>({1});
  auto added = work.add(order(2));
  ref->customer = "Cid";
  CHECK_FALSE(work.try_commit().has_value());
  CHECK(ref.version() == 2);
  CHECK(added.version() == 1);
  CHECK(db.text("SELECT customer FROM orders WHERE id = 1") == "Cid");
}

TEST_CASE_TEMPLATE("try_commit returns all conflicts, as commit throws them", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2, 3, 4});
  auto work = store.begin();
  auto one = work.get<Order>({1});
  one->customer = "Cid";
  work.get<Order>({2})->customer = "Cid";
  work.remove(work.get<Order>({3}));
  work.expect_unchanged(work.get<Order>({4}));
  change(store, {1, 3, 4});
  const auto error = work.try_commit();
  REQUIRE(error.has_value());
  REQUIRE(error->conflicts().size() == 3);
  CHECK(error->complete());
  CHECK(error->retryable());
  CHECK(error->concerns(one));
  CHECK(error->conflicts()[0].key == key_of({1}));
  CHECK(error->conflicts()[0].operation == Conflict::Operation::update);
  CHECK(error->conflicts()[0].expected == 1);
  CHECK(error->conflicts()[0].found == 2);
  CHECK(error->conflicts()[1].key == key_of({3}));
  CHECK(error->conflicts()[1].operation == Conflict::Operation::remove);
  CHECK(error->conflicts()[2].key == key_of({4}));
  CHECK(error->conflicts()[2].operation == Conflict::Operation::verify);
  CHECK(has(error->what(), "orders 1"));
  CHECK(store.counters().conflicts == 1);
  CHECK(store.counters().rollbacks >= 1);
  CHECK(db.number("SELECT count(*) FROM orders WHERE customer = 'Cid'") == 0);
}

TEST_CASE_TEMPLATE("after a conflict objects and versions are as they were, edits kept", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto work = store.begin();
  auto one = work.get<Order>({1});
  auto two = work.get<Order>({2});
  auto added = work.add(order(3));
  one->customer = "Cid";
  one->lines[0].quantity = 9;
  one->notes.pop_back();
  two->customer = "Cid";
  change(store, {1});
  REQUIRE(work.try_commit().has_value());
  CHECK(one->customer == "Cid");
  CHECK(one->lines[0].quantity == 9);
  CHECK(one->notes.size() == 2);
  CHECK(one->version == 1);
  CHECK(one.version() == 1);
  CHECK(two->customer == "Cid");
  CHECK(two.version() == 1);
  CHECK(added.version() == 0);
  CHECK(work.get<Order>({1}) == one);  // the unit is of use at once
  CHECK(work.count<Order>() == 2);
}

TEST_CASE_TEMPLATE("after a conflict the stale aggregate is refreshed, and the unit committed", B,
                   Sqlite, Postgres) {
  for (const Transaction span : {Transaction::at_commit, Transaction::from_first_read}) {
    // On SQLite a unit that may write lets nobody in between from its first read on.
    if (B::backend == rowan::Backend::sqlite && span == Transaction::from_first_read) continue;
    Database<B> db;
    rowan::Store store = open_orders(db, {1, 2});
    rowan::UnitOfWork work = store.begin({.transaction = span});
    rowan::Ref<Order> one = work.get<Order>({1});
    rowan::Ref<Order> two = work.get<Order>({2});
    one->remark = "mine";
    two->remark = "mine";
    change(store, {1});
    REQUIRE(work.try_commit().has_value());
    REQUIRE(work.try_commit().has_value());  // it is as stale as before
    work.refresh(one);
    CHECK(one->customer == "Bob");
    CHECK(!one->remark);
    one->remark = "mine";
    CHECK_FALSE(work.try_commit().has_value());
    CHECK(one.version() == 3);
    CHECK(two.version() == 2);
    CHECK(db.number("SELECT count(*) FROM orders WHERE remark = 'mine'") == 2);
    CHECK(db.text("SELECT customer FROM orders WHERE id = 1") == "Bob");
  }
}

TEST_CASE_TEMPLATE("after a conflict the stale aggregate is discarded, and the others committed", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto work = store.begin();
  auto one = work.get<Order>({1});
  auto two = work.get<Order>({2});
  one->customer = "Cid";
  two->customer = "Cid";
  auto added = work.add(order(3));
  SUBCASE("changed") {
    change(store, {1});
  }
  SUBCASE("deleted") {
    store.transact([](rowan::UnitOfWork& other) { other.remove<Order>({1}); });
  }
  const auto error = work.try_commit();
  REQUIRE(error.has_value());
  CHECK(error->concerns(one));
  CHECK_FALSE(error->concerns(two));
  work.discard(one);
  CHECK_FALSE(work.try_commit().has_value());
  CHECK(two.version() == 2);
  CHECK(added.version() == 1);
  CHECK(db.number("SELECT count(*) FROM orders WHERE customer = 'Cid'") == 1);
}

TEST_CASE_TEMPLATE("try_commit takes back what was flushed before the conflict", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto stale = work.get<Order>({1});
  change(store, {1});
  auto added = work.add(order(2));
  work.flush();
  stale->customer = "Cid";
  REQUIRE(work.try_commit().has_value());
  CHECK(added.version() == 0);
  CHECK(db.number("SELECT count(*) FROM orders") == 1);
  work.discard(stale);
  CHECK_FALSE(work.try_commit().has_value());
  CHECK(added.version() == 1);
  CHECK(db.number("SELECT count(*) FROM orders") == 2);
}

TEST_CASE_TEMPLATE("try_commit returns what was expected from outside, and says so", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1}, rowan::Expect{1});
  change(store, {1});
  const auto error = work.try_commit();
  REQUIRE(error.has_value());
  CHECK_FALSE(error->retryable());
  CHECK(error->conflicts().front().expectation == Conflict::Expectation::given);
  work.refresh(ref);
  CHECK_FALSE(work.try_commit().has_value());
}

TEST_CASE_TEMPLATE("a conflict that try_commit returns is rolled back once, and hooks hear of it",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  int committed = 0;
  int rolled_back = 0;
  rowan::WorkOptions options;
  options.hooks.after_commit = [&](rowan::UnitOfWork&) { ++committed; };
  options.hooks.after_rollback = [&](rowan::UnitOfWork&) { ++rolled_back; };
  auto work = store.begin(options);
  auto ref = work.get<Order>({1});
  ref->customer = "Cid";
  change(store, {1});
  REQUIRE(work.try_commit().has_value());
  CHECK(committed == 0);
  CHECK(rolled_back == 1);
  work.refresh(ref);
  ref->customer = "Cid";
  CHECK_FALSE(work.try_commit().has_value());
  CHECK(committed == 1);
  CHECK(rolled_back == 1);
}

TEST_CASE_TEMPLATE("everything else try_commit throws, as commit does", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  SUBCASE("a constraint") {
    auto twice = work.add(order(2));
    store_all(store, order(2));
    CHECK_THROWS_AS((void)work.try_commit(), rowan::ConstraintViolation);
    CHECK_THROWS_AS((void)work.try_commit(), rowan::UnitFailed);
    work.rollback();
    work.discard(twice);
  }
  SUBCASE("a lock that is not to be had in time") {
    auto holder = store.begin();
    holder.get<Order>({1})->customer = "Bob";
    holder.flush();
    auto waiter = store.begin({.lock_timeout = std::chrono::milliseconds(10)});
    waiter.get<Order>({1})->customer = "Cid";
    CHECK_THROWS_AS((void)waiter.try_commit(), rowan::LockTimeout);
  }
  SUBCASE("a version changed by hand") {
    ref->version = 7;
    CHECK_THROWS_AS((void)work.try_commit(), rowan::UsageError);
    ref->version = 1;
  }
  SUBCASE("an invariant") {
    ref->customer = "nobody";
    CHECK_THROWS_AS((void)work.try_commit(), std::logic_error);
    ref->customer = "Ann";
  }
  SUBCASE("a write that a savepoint is around") {
    CHECK_THROWS_AS(work.savepoint([&] { (void)work.try_commit(); }), rowan::UsageError);
  }
  SUBCASE("in a unit that is read only") {
    auto reader = store.begin({.access = rowan::Access::read_only});
    reader.get<Order>({1})->customer = "Bob";
    CHECK_THROWS_AS((void)reader.try_commit(), rowan::ReadOnly);
  }
  ref->remark = "mine";
  CHECK_FALSE(work.try_commit().has_value());
  CHECK(ref.version() == 2);
}
