/// Removals without an object at hand: by id, at whatever version, or at one that is expected.

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::Conflict;
using rowan::Expect;
using rowan::NotFound;
using rowan::StaleDataError;

namespace {

/// Somebody moves order 1 on, and adds rows to it at every depth.
void add_to_order(rowan::Store& store) {
  store.transact([](rowan::UnitOfWork& other) {
    auto ref = other.get<Order>({1});
    ref->customer = "Bob";
    ref->lines[0].discounts.push_back({"more", 1});
    ref->lines.push_back({3, 1, {}, {{"new", 1}}});
    ref->notes.push_back({"more"});
    ref->tags.push_back(11);
  });
}

template <class B>
std::int64_t rows_beneath(Database<B>& db) {
  return db.number(
      "SELECT (SELECT count(*) FROM order_lines) + (SELECT count(*) FROM discounts) + (SELECT "
      "count(*) FROM notes) + (SELECT count(*) FROM tags)");
}

}  // namespace

TEST_CASE_TEMPLATE("removed by id an aggregate is deleted with everything beneath it", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto work = store.begin();
  auto ref = work.remove<Order>({1});
  CHECK(!work.find<Order>({1}));
  CHECK(db.number("SELECT count(*) FROM orders") == 2);  // not before flush or commit
  work.commit();
  CHECK(ids(store.begin().find_all<Order>()) == Ids{2});
  CHECK(rows_beneath(db) == 8);
  CHECK_THROWS_AS((void)ref->customer, rowan::UsageError);
}

TEST_CASE_TEMPLATE("removed by id it goes at whatever version it is by then, children and all", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  work.remove<Order>({1});
  add_to_order(store);
  work.commit();
  CHECK(db.number("SELECT count(*) FROM orders") == 0);
  CHECK(rows_beneath(db) == 0);
  CHECK(store.counters().conflicts == 0);
}

TEST_CASE_TEMPLATE("removed by id it goes though others have removed rows beneath it", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  work.remove<Order>({1});
  store.transact([](rowan::UnitOfWork& other) {
    auto ref = other.get<Order>({1});
    ref->lines.clear();
    ref->notes.clear();
    ref->tags.clear();
  });
  work.commit();
  CHECK(db.number("SELECT count(*) FROM orders") == 0);
  CHECK(rows_beneath(db) == 0);
}

TEST_CASE_TEMPLATE("removed by id in a unit that holds it, it has to be as the unit has read it", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto held = work.get<Order>({1});
  auto removed = work.remove<Order>({1});
  CHECK(removed == held);
  add_to_order(store);
  const auto error = thrown<StaleDataError>([&] { work.commit(); });
  REQUIRE(error.conflicts().size() == 1);
  const Conflict& conflict = error.conflicts().front();
  CHECK(conflict.operation == Conflict::Operation::remove);
  CHECK(conflict.expectation == Conflict::Expectation::read);
  CHECK(conflict.expected == 1);
  CHECK(conflict.found == 2);
  CHECK(error.retryable());
  CHECK(db.number("SELECT count(*) FROM orders") == 1);
}

TEST_CASE_TEMPLATE("removed by id and taken back it is as any other, its version checked again", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.remove<Order>({1});
  SUBCASE("by refresh") {
    work.refresh(ref);
    CHECK(work.get<Order>({1}) == ref);
  }
  SUBCASE("by discard") {
    work.discard(ref);
    ref = work.get<Order>({1});
  }
  work.commit();
  CHECK(db.number("SELECT count(*) FROM orders") == 1);
  ref->customer = "Cid";
  add_to_order(store);
  CHECK_THROWS_AS(work.commit(), StaleDataError);
  work.rollback();
  work.refresh(ref);
  CHECK(ref->customer == "Bob");
  work.remove(ref);
  db.execute("UPDATE orders SET version = version + 1");
  CHECK_THROWS_AS(work.commit(), StaleDataError);
  CHECK(db.number("SELECT count(*) FROM orders") == 1);
}

TEST_CASE_TEMPLATE("a rollback keeps a removal by id to be tried again, at any version still", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  work.remove<Order>({1});
  work.flush();
  work.rollback();
  CHECK(db.number("SELECT count(*) FROM orders") == 1);
  add_to_order(store);
  work.commit();
  CHECK(db.number("SELECT count(*) FROM orders") == 0);
  CHECK(rows_beneath(db) == 0);
}

TEST_CASE_TEMPLATE("what is not there, or not any more, is not removed by id", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  CHECK_THROWS_WITH_AS(work.remove<Order>({9}), "orders 9: there is none", NotFound);
  work.remove<Order>({1});
  CHECK_THROWS_AS(work.remove<Order>({1}), NotFound);  // it was removed in this unit
  work.commit();
  CHECK_THROWS_AS(work.remove<Order>({1}), NotFound);
}

TEST_CASE_TEMPLATE("removed by id at an expected version it goes if it is at that one", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  add_to_order(store);
  auto work = store.begin();
  const auto check = [](const StaleDataError& error, std::optional<std::int64_t> found) {
    REQUIRE(error.conflicts().size() == 1);
    const Conflict& conflict = error.conflicts().front();
    CHECK(conflict.expectation == Conflict::Expectation::given);
    CHECK(conflict.found == found);
    CHECK(conflict.kind == (found ? Conflict::Kind::changed : Conflict::Kind::missing));
    CHECK_FALSE(error.retryable());
  };
  check(thrown<StaleDataError>([&] { work.remove<Order>({1}, Expect{1}); }), 2);
  check(thrown<StaleDataError>([&] { work.remove<Order>({9}, Expect{1}); }), {});
  work.commit();
  CHECK(db.number("SELECT count(*) FROM orders") == 1);
  work.remove<Order>({1}, Expect{2});
  SUBCASE("and still is") {
    work.commit();
    CHECK(db.number("SELECT count(*) FROM orders") == 0);
    CHECK(rows_beneath(db) == 0);
  }
  SUBCASE("and is not by then") {
    db.execute("UPDATE orders SET version = version + 1");
    const auto error = thrown<StaleDataError>([&] { work.commit(); });
    check(error, 3);
    CHECK(error.conflicts().front().operation == Conflict::Operation::remove);
    CHECK(db.number("SELECT count(*) FROM orders") == 1);
  }
}

TEST_CASE_TEMPLATE("a Ref removed at an expected version goes if it was read at that one", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin({.versions = rowan::Versions::ignore});
  auto ref = work.get<Order>({1});
  CHECK_THROWS_AS(work.remove(ref, Expect{2}), StaleDataError);
  CHECK(work.find<Order>({1}));  // it was not removed
  work.remove(ref, Expect{1});
  CHECK(!work.find<Order>({1}));
  SUBCASE("and still is") {
    work.commit();
    CHECK(db.number("SELECT count(*) FROM orders") == 0);
  }
  SUBCASE("and is not by then, though the unit ignores versions") {
    add_to_order(store);
    const auto error = thrown<StaleDataError>([&] { work.commit(); });
    CHECK(error.conflicts().front().expectation == Conflict::Expectation::given);
    CHECK(error.conflicts().front().operation == Conflict::Operation::remove);
    CHECK(db.number("SELECT count(*) FROM orders") == 1);
  }
}
