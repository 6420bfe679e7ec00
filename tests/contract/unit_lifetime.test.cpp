/// Where a unit of work ends, and what ends with it.

#include <stdexcept>

#include "ask.hpp"
#include "database.hpp"
#include "failing_stores.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::UsageError;

TEST_CASE_TEMPLATE("a unit that ends without commit rolls back", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  db.log->clear();
  {
    auto work = store.begin();
    auto ref = work.get<Order>({1});
    ref->customer = "Bob";
    work.remove(work.get<Order>({2}));
    work.add(order(3));
    work.flush();
  }
  CHECK(db.log->sql().back() == "ROLLBACK");
  CHECK(db.number("SELECT count(*) FROM orders WHERE customer = 'Ann' AND version = 1") == 2);
  CHECK(db.number("SELECT count(*) FROM order_lines") == 4);
  db.log->clear();
  {
    auto work = store.begin();
    work.add(order(3));
  }
  CHECK(db.log->sql().empty());
}

TEST_CASE_TEMPLATE("a unit that ends without commit leaves nothing behind", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::StoreOptions options;
  options.connections = 1;
  rowan::Store store = open_orders(db, {1}, options);
  {
    auto work = store.begin();
    work.get<Order>({1})->customer = "Bob";
    work.flush();
  }
  auto work = store.begin();
  CHECK(work.get<Order>({1})->customer == "Ann");
  CHECK(store.counters().commits == 1);
}

TEST_CASE_TEMPLATE("a unit that ends with its connection lost throws nothing and leaves nothing", B,
                   Sqlite, Postgres) {
  enum class Seen { not_yet, in_a_savepoint, by_a_flush };
  for (const Seen seen : {Seen::not_yet, Seen::in_a_savepoint, Seen::by_a_flush}) {
    CAPTURE(static_cast<int>(seen));
    Database<B> db;
    const auto script = std::make_shared<rowan::testing::Script>();
    auto options = failing(db, script);
    options.connections = 1;
    rowan::Store store = open_orders(db, {1}, options);
    CHECK_NOTHROW([&] {
      auto work = store.begin();
      auto ref = work.get<Order>({1});
      ref->customer = "Bob";
      work.flush();
      if (db.postgres)
        db.execute("SELECT pg_terminate_backend(" +
                   ask(work, "SELECT cast(pg_backend_pid() AS text)") + ")");
      else
        script->fail_at(1, rowan::FailureKind::connection_lost);
      ref->customer = "Cid";
      if (seen == Seen::in_a_savepoint)
        CHECK_THROWS_AS(work.savepoint([&] { work.flush(); }), rowan::ConnectionLost);
      if (seen == Seen::by_a_flush) CHECK_THROWS_AS(work.flush(), rowan::ConnectionLost);
    }());
    script->count();
    auto work = store.begin();  // takes another connection
    CHECK(work.get<Order>({1})->customer == "Ann");
    CHECK(work.get<Order>({1}).version() == 1);
  }
}

TEST_CASE_TEMPLATE("a unit that ends within a savepoint leaves nothing behind", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1}, {.connections = 1});
  SUBCASE("of its own, left by an exception") {
    const auto leave = [&] {
      auto work = store.begin();
      work.savepoint([&] {
        work.get<Order>({1})->customer = "Bob";
        work.savepoint([&] {
          work.add(order(2));
          work.flush();
        });
        throw std::domain_error("left");
      });
    };
    CHECK_THROWS_WITH_AS(leave(), "left", std::domain_error);
  }
  SUBCASE("of the user's own SQL, still open") {
    auto work = store.begin();
    work.get<Order>({1})->customer = "Bob";
    work.flush();
    rowan::session(work) << "SAVEPOINT mine";
    rowan::session(work) << "UPDATE orders SET customer = 'Cid'";
  }
  auto work = store.begin();
  CHECK(work.get<Order>({1})->customer == "Ann");
  CHECK(work.count<Order>() == 1);
  CHECK(store.counters().commits == 1);
}

TEST_CASE_TEMPLATE("a unit moved over another rolls that one back", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  auto work = store.begin();
  work.add(Product{1, "pen"});
  work.flush();
  work = store.begin();
  CHECK(db.number("SELECT count(*) FROM products") == 0);
  work.add(Product{1, "ink"});
  work.commit();
  CHECK(db.text("SELECT name FROM products") == "ink");
}

TEST_CASE_TEMPLATE("a unit outlives its store", B, Sqlite, Postgres) {
  Database<B> db;
  std::optional<rowan::Store> store = open_orders(db, {1});
  auto work = store->begin();
  auto unread = store->begin();
  auto ref = work.template get<Order>({1});
  store.reset();
  ref->customer = "Bob";
  work.commit();
  CHECK(ref->version == 2);
  CHECK(unread.template get<Order>({1})->customer == "Bob");
}

TEST_CASE_TEMPLATE("a Ref of another unit is refused, and dies with its unit", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  std::optional<rowan::Ref<Order>> foreign;
  {
    auto other = store.begin();
    foreign = other.get<Order>({1});
    CHECK_THROWS_AS(work.remove(*foreign), UsageError);
    CHECK_THROWS_AS(work.touch(*foreign), UsageError);
    CHECK_THROWS_AS(work.refresh(*foreign), UsageError);
    CHECK_THROWS_AS(work.discard(*foreign), UsageError);
    auto mine = work.get<Order>({1});  // its arrival is the same, in its own unit
    CHECK_THROWS_AS(work.remove(*foreign), UsageError);
    CHECK(!(mine == *foreign));
    CHECK((*foreign)->customer == "Ann");
  }
  CHECK_THROWS_AS((void)(*foreign)->customer, UsageError);
  work.commit();
  CHECK(db.number("SELECT count(*) FROM orders") == 1);
}
