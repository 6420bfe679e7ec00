/// Wishes of a savepoint that is taken back, and what it has read.

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::StaleDataError;

namespace {

struct Oops {};  // not a std::exception

/// Runs `work` in a savepoint and takes it back.
template <class F>
void take_back(rowan::UnitOfWork& unit, F&& work) {
  CHECK_THROWS_AS(unit.savepoint([&] {
    work();
    unit.flush();
    throw Oops();
  }),
                  Oops);
}

}  // namespace

TEST_CASE_TEMPLATE("wishes of a savepoint end with it: touched, removed by its id", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto work = store.begin();
  auto one = work.get<Order>({1});
  CHECK_THROWS_AS(work.savepoint([&] {
    work.touch(one);
    work.remove<Order>({2});
    throw Oops();
  }),
                  Oops);
  work.rollback();
  work.commit();
  CHECK(db.number("SELECT sum(version) FROM orders") == 2);
  // It was removed whatever its version, but it is written at the one that was read.
  auto two = work.get<Order>({2});
  store.transact([](rowan::UnitOfWork& other) { other.get<Order>({2})->customer = "Bob"; });
  two->customer = "Cid";
  CHECK_THROWS_AS(work.commit(), StaleDataError);
  CHECK(db.text("SELECT customer FROM orders WHERE id = 2") == "Bob");
}

TEST_CASE_TEMPLATE("loaded again inside, an aggregate shows no version newer than its content", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  store.transact([](rowan::UnitOfWork& other) { other.get<Order>({1})->customer = "Bob"; });
  take_back(work, [&] { work.refresh(ref); });
  CHECK(ref.version() == (ref->customer == "Bob" ? 2 : 1));
  CHECK(ref->version == ref.version());
}

TEST_CASE_TEMPLATE("a guard that was asked for inside ends with its savepoint", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto work = store.begin();
  auto one = work.get<Order>({1});
  store.transact([](rowan::UnitOfWork& other) { other.get<Order>({1})->customer = "Bob"; });
  SUBCASE("expect_unchanged") {
    take_back(work, [&] { work.expect_unchanged(one); });
  }
  SUBCASE("expect") {
    take_back(work, [&] { work.expect(one, 1); });
  }
  work.get<Order>({2})->customer = "Cid";
  CHECK_NOTHROW(work.commit());
  CHECK(db.text("SELECT customer FROM orders WHERE id = 2") == "Cid");
}

TEST_CASE_TEMPLATE(
    "a copy that a bulk statement had passed before is passed again when its refresh "
    "is taken back",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  work.update_all<Order>(rowan::set("customer = 'Bob'"), rowan::Query());
  take_back(work, [&] { work.refresh(ref); });
  ref->remark = "mine";
  if (ref->customer == "Ann") {
    CHECK_THROWS_AS(work.commit(), rowan::UsageError);
    work.refresh(ref);
    ref->remark = "mine";
  }
  work.commit();
  CHECK(db.text("SELECT customer FROM orders") == "Bob");
  CHECK(db.text("SELECT remark FROM orders") == "mine");
  CHECK(ref.version() == db.number("SELECT version FROM orders"));
}

TEST_CASE_TEMPLATE("what is guarded or expected cannot be forgotten inside of a savepoint", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto work = store.begin();
  auto guarded = work.get<Order>({1});
  auto expected = work.get<Order>({2});
  work.expect_unchanged(guarded);
  work.expect(expected, 1);
  work.savepoint([&] {
    CHECK_THROWS_AS(work.discard(guarded), rowan::UsageError);
    CHECK_THROWS_AS(work.discard(expected), rowan::UsageError);
  });
  work.discard(guarded);
  work.discard(expected);
  work.commit();
}
