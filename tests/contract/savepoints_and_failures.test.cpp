/// Savepoints inside of savepoints, and what may fail in them.

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::ConstraintViolation;
using rowan::StaleDataError;
using rowan::UnitFailed;
using rowan::UsageError;

namespace {

struct Oops {};  // not a std::exception

/// Calls `work` in a savepoint; whether it was taken back.
template <class F>
bool is_taken_back(rowan::UnitOfWork& unit, F&& work) {
  try {
    unit.savepoint(work);
    return false;
  } catch (const Oops&) {
    return true;
  }
}

}  // namespace

TEST_CASE_TEMPLATE("in savepoints two and three deep, each takes back what is inside of it only", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  // Which of the three end with an exception: bit 0 is the outermost.
  for (int failing = 0; failing < 8; ++failing) {
    CAPTURE(failing);
    std::string expected = "0";
    ref->customer = "0";
    const auto ends = [&](int depth) {
      if ((failing >> depth & 1) != 0) throw Oops();
    };
    const bool outer = is_taken_back(work, [&] {
      ref->customer += "a";
      const bool middle = is_taken_back(work, [&] {
        ref->customer += "b";
        const bool inner = is_taken_back(work, [&] {
          ref->customer += "c";
          work.flush();
          ends(2);
        });
        CHECK(inner == (failing >> 2 == 1));
        CHECK(ref->customer == (inner ? "0ab" : "0abc"));
        ref->customer += "d";
        ends(1);
      });
      CHECK(middle == ((failing >> 1 & 1) == 1));
      if (middle) CHECK(ref->customer == "0a");
      ref->customer += "e";
      expected = ref->customer;
      ends(0);
    });
    CHECK(outer == ((failing & 1) == 1));
    if (outer) expected = "0";
    CHECK(ref->customer == expected);
    const std::int64_t version = ref.version();
    work.touch(ref);
    work.commit();
    CHECK(db.text("SELECT customer FROM orders") == expected);
    CHECK(ref.version() == version + 1);
    CHECK(db.number("SELECT version FROM orders") == version + 1);
  }
}

TEST_CASE_TEMPLATE("a violated constraint is taken back with its savepoint; the rest is committed",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto work = store.begin();
  auto one = work.get<Order>({1});
  one->customer = "Bob";
  const auto clash = [&] {
    one->customer = "inside";
    work.flush();
    work.add(order(2, "a second one"));
    work.flush();
  };
  SUBCASE("thrown on") {
    CHECK_THROWS_AS(work.savepoint(clash), ConstraintViolation);
    CHECK(one->customer == "Bob");
  }
  SUBCASE("at the flush that ends it") {
    CHECK_THROWS_AS(work.savepoint([&] { work.add(order(2)); }), ConstraintViolation);
  }
  SUBCASE("swallowed inside: it is not committed all the same") {
    CHECK_THROWS_AS(work.savepoint([&] { CHECK_THROWS_AS(clash(), ConstraintViolation); }),
                    UnitFailed);
    CHECK(one->customer == "Bob");
  }
  SUBCASE("between the two levels") {
    work.savepoint([&] {
      one->customer = "Cid";
      CHECK_THROWS_AS(work.savepoint(clash), ConstraintViolation);
      CHECK(one->customer == "Cid");
      one->customer = "Bob";
    });
  }
  SUBCASE("in SQL that the database does not take") {
    CHECK_THROWS_AS(work.savepoint([&] {
      one->customer = "inside";
      work.update_all<Order>(rowan::set("nothing = 1"), rowan::Query());
    }),
                    rowan::QueryError);
  }
  work.get<Order>({2})->remark = "mine";
  work.commit();
  CHECK(db.text("SELECT customer FROM orders WHERE id = 1") == "Bob");
  CHECK(db.text("SELECT remark FROM orders WHERE id = 2") == "mine");
  CHECK(db.number("SELECT count(*) FROM orders WHERE version = 2") == 2);
  CHECK(store.counters().commits == 2);
}

TEST_CASE_TEMPLATE("an invariant broken inside takes the savepoint back, and nothing more", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  ref->remark = "mine";
  CHECK_THROWS_AS(work.savepoint([&] { ref->customer = "nobody"; }), std::logic_error);
  CHECK(ref->customer == "Ann");
  work.commit();
  CHECK(db.text("SELECT remark FROM orders") == "mine");
}

TEST_CASE_TEMPLATE("a conflict inside fails the whole unit, edits are kept", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto work = store.begin();
  auto one = work.get<Order>({1});
  auto two = work.get<Order>({2});
  store.transact([](rowan::UnitOfWork& other) { other.get<Order>({2})->customer = "Bob"; });
  one->remark = "mine";
  two->remark = "mine";
  const auto refused = [&] { work.savepoint([&] { two->customer = "Cid"; }); };
  SUBCASE("at its first flush") {
    CHECK_THROWS_AS(refused(), StaleDataError);
  }
  SUBCASE("at its last one") {
    two->remark.reset();
    CHECK_THROWS_AS(refused(), StaleDataError);
  }
  SUBCASE("swallowed by the one around it") {
    two->remark.reset();
    CHECK_THROWS_AS(work.savepoint([&] { CHECK_THROWS_AS(refused(), StaleDataError); }),
                    UnitFailed);
  }
  SUBCASE("swallowed inside") {
    two->remark.reset();
    CHECK_THROWS_AS(work.savepoint([&] {
      two->customer = "Cid";
      CHECK_THROWS_AS(work.flush(), StaleDataError);
    }),
                    UnitFailed);
  }
  CHECK_THROWS_AS(work.commit(), UnitFailed);
  CHECK(db.number("SELECT count(*) FROM orders WHERE remark = 'mine'") == 0);
  work.rollback();
  CHECK(one->remark == "mine");
  work.refresh(two);
  work.commit();
  CHECK(db.text("SELECT remark FROM orders WHERE id = 1") == "mine");
  CHECK(db.text("SELECT customer FROM orders WHERE id = 2") == "Bob");
  CHECK(one.version() == 2);
}

TEST_CASE_TEMPLATE("commit is refused inside of a savepoint", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  ref->remark = "mine";
  CHECK_THROWS_AS(work.savepoint([&] {
    ref->customer = "Bob";
    work.commit();
  }),
                  UsageError);
  CHECK(db.text("SELECT remark FROM orders") == "NULL");
  CHECK(ref->customer == "Ann");
  work.commit();
  CHECK(db.text("SELECT customer FROM orders") == "Ann");
  CHECK(db.text("SELECT remark FROM orders") == "mine");
}

TEST_CASE_TEMPLATE("a rollback inside ends the savepoint with a UsageError, and nothing is written",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  SUBCASE("with nothing to write") {
    CHECK_THROWS_AS(work.savepoint([&] { work.rollback(); }), UsageError);
  }
  SUBCASE("with edits") {
    ref->customer = "Bob";
    CHECK_THROWS_AS(work.savepoint([&] { work.rollback(); }), UsageError);
    CHECK(ref->customer == "Bob");
  }
  SUBCASE("in the inner one, with edits") {
    ref->customer = "Bob";
    CHECK_THROWS_AS(work.savepoint([&] { work.savepoint([&] { work.rollback(); }); }), UsageError);
  }
  CHECK_THROWS_AS(work.commit(), UnitFailed);
  CHECK(db.text("SELECT customer FROM orders") == "Ann");
  work.rollback();
  ref->customer = "Cid";
  work.commit();
  CHECK(db.text("SELECT customer FROM orders") == "Cid");
  CHECK(ref.version() == 2);
}

TEST_CASE_TEMPLATE("in a transaction from the first read a savepoint takes back what it wrote", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto work = store.begin({.isolation = rowan::Isolation::serializable});
  auto one = work.get<Order>({1});
  one->customer = "Bob";
  CHECK(is_taken_back(work, [&] {
    work.get<Order>({2})->customer = "Bob";
    CHECK(work.count<Order>(rowan::where("customer = 'Bob'")) == 2);  // flushes
    throw Oops();
  }));
  CHECK(ids(work.find_all<Order>(rowan::where("customer = 'Bob'"))) == Ids{1});
  work.commit();
  CHECK(db.number("SELECT count(*) FROM orders WHERE customer = 'Bob'") == 1);
  CHECK(one.version() == 2);
}

TEST_CASE_TEMPLATE("each step of for_each may be tried in a savepoint", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2, 3, 4});
  auto work = store.begin();
  work.for_each<Order>({}, [&](rowan::Ref<Order> ref) {
    const bool taken_back = is_taken_back(work, [&] {
      ref->customer = "Bob";
      work.flush();
      if (ref->id.value % 2 == 0) throw Oops();
    });
    CHECK(taken_back == (ref->id.value % 2 == 0));
  });
  work.commit();
  CHECK(db.number("SELECT sum(id) FROM orders WHERE customer = 'Bob' AND version = 2") == 4);
  CHECK(db.number("SELECT sum(id) FROM orders WHERE customer = 'Ann' AND version = 1") == 6);
}
