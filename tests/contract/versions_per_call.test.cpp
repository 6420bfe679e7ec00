/// Versions::ignore for one flush or commit alone.

#include <chrono>
#include <functional>

#include "orders.hpp"
#include "ways.hpp"

using namespace contract;
using rowan::StaleDataError;
using rowan::UnitOfWork;
using rowan::Versions;

namespace {

/// Somebody else moves the order on.
void change(rowan::Store& store, std::int64_t id) {
  store.transact([&](UnitOfWork& other) { other.touch(other.get<Order>({id})); });
}

}  // namespace

TEST_CASE_TEMPLATE("a commit that ignores versions wins, and the next one checks them again", B,
                   Sqlite, Postgres) {
  const std::function<void(UnitOfWork&)> ways_to_end[] = {
      [](UnitOfWork& work) { work.commit(Versions::ignore); },
      [](UnitOfWork& work) { CHECK_FALSE(work.try_commit(Versions::ignore).has_value()); },
      [](UnitOfWork& work) {
        work.flush(Versions::ignore);
        work.commit();
      }};
  for (const auto& end : ways_to_end) {
    Database<B> db;
    rowan::Store store = open_orders(db, {1});
    UnitOfWork work = store.begin();
    auto ref = work.get<Order>({1});
    change(store, 1);
    ref->customer = "Bob";
    ref->lines[0].quantity = 9;
    end(work);
    CHECK(ref.version() == 3);
    CHECK(ref->version == 3);
    CHECK(db.number("SELECT version FROM orders") == 3);
    CHECK(db.text("SELECT customer FROM orders") == "Bob");

    change(store, 1);
    ref->customer = "Cid";
    const auto error = thrown<StaleDataError>([&] { work.commit(); });
    CHECK(error.conflicts().front().expected == 3);
    CHECK(error.conflicts().front().found == 4);
  }
}

TEST_CASE_TEMPLATE("a unit that ignores versions can check them in one commit", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  UnitOfWork work = store.begin({.versions = Versions::ignore});
  auto ref = work.get<Order>({1});
  change(store, 1);
  ref->customer = "Bob";
  CHECK(work.try_commit(Versions::check).has_value());
  CHECK(db.text("SELECT customer FROM orders") == "Ann");
  work.commit();
  CHECK(db.text("SELECT customer FROM orders") == "Bob");
  CHECK(ref.version() == 3);
}

TEST_CASE_TEMPLATE("a commit that ignores versions and fails leaves the unit as it was told to be",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  UnitOfWork work = store.begin();
  auto ref = work.get<Order>({1});
  auto twice = work.add(order(2));
  change(store, 1);
  ref->customer = "Bob";
  CHECK_THROWS_AS(work.commit(Versions::ignore), rowan::ConstraintViolation);
  work.rollback();
  work.discard(twice);
  CHECK(work.try_commit().has_value());
  work.commit(Versions::ignore);
  CHECK(db.text("SELECT customer FROM orders WHERE id = 1") == "Bob");
}

TEST_CASE_TEMPLATE("what one flush wrote over is not to blame for the failure of the next", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2, 3});
  UnitOfWork work = store.begin();
  auto one = work.get<Order>({1});
  auto two = work.get<Order>({2});
  change(store, 1);
  one->customer = "Bob";
  SUBCASE("where nothing is stale") {
    work.flush(Versions::ignore);
    work.add(order(3));
    CHECK_THROWS_AS(work.commit(), rowan::ConstraintViolation);
  }
  SUBCASE("where something else is") {
    change(store, 2);
    work.flush(Versions::ignore);
    two->customer = "Cid";
    const auto error = thrown<StaleDataError>([&] { work.commit(); });
    CHECK(error.conflicts().size() == 1);
    CHECK(error.concerns(two));
  }
  CHECK(db.text("SELECT customer FROM orders WHERE id = 1") == "Ann");
  CHECK(one.version() == 1);
}

TEST_CASE_TEMPLATE("a version from outside and a guard are checked by a call that ignores versions",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  UnitOfWork work = store.begin();
  auto one = work.get<Order>({1}, rowan::Expect{1});
  auto two = work.get<Order>({2});
  work.expect_unchanged(two);
  change(store, 1);
  change(store, 2);
  one->customer = "Bob";
  const auto error = thrown<StaleDataError>([&] { work.commit(Versions::ignore); });
  CHECK(error.conflicts().size() == 2);
}
