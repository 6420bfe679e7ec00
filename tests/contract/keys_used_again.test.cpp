/// A key that is used again: in one unit, and by others.

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::ConstraintViolation;
using rowan::StaleDataError;
using rowan::UsageError;

TEST_CASE_TEMPLATE(
    "removed and added anew under its key in one unit is one UPDATE, and the version "
    "goes on",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto old = work.get<Order>({1});
  work.remove(old);
  auto fresh = work.add(order(1, "Bob"));
  CHECK(fresh.version() == 1);
  CHECK(fresh->version == 1);
  db.log->clear();
  work.commit();
  CHECK(db.writes() ==
        Strings{db.sql("UPDATE orders SET version = version + 1, customer = ? WHERE id = ? AND "
                       "version = ?")});
  CHECK(fresh->version == 2);
  CHECK(db.number("SELECT version FROM orders") == 2);
  CHECK_THROWS_AS((void)old->customer, UsageError);
  auto again = work.get<Order>({1});
  CHECK(again == fresh);
}

TEST_CASE_TEMPLATE("added anew with nothing changed still moves the version", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"});
  auto work = store.begin();
  work.remove(work.get<Product>(1));
  auto fresh = work.add(Product{1, "pen"});
  db.log->clear();
  work.commit();
  CHECK(db.writes() ==
        Strings{db.sql("UPDATE products SET version = version + 1 WHERE id = ? AND version = ?")});
  CHECK(fresh.version() == 2);
}

TEST_CASE_TEMPLATE("what was removed and added anew is stale where another was faster", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"});
  auto work = store.begin();
  work.remove(work.get<Product>(1));
  auto fresh = work.add(Product{1, "ink"});
  store.transact([](rowan::UnitOfWork& other) { other.get<Product>(1)->name = "chalk"; });
  CHECK_THROWS_AS(work.commit(), StaleDataError);
  CHECK(db.text("SELECT name FROM products") == "chalk");
  CHECK(fresh->name == "ink");
}

TEST_CASE_TEMPLATE("with a flush between it is a DELETE and an INSERT, and the version goes on", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"});
  auto work = store.begin();
  auto old = work.get<Product>(1);
  db.log->clear();
  work.remove(old);
  work.flush();
  auto fresh = work.add(Product{1, "ink"});
  CHECK(fresh.version() == 0);
  work.commit();
  CHECK(db.writes() ==
        Strings{db.sql("DELETE FROM products WHERE id = ? AND version = ?"),
                db.sql("INSERT INTO products (id, version, name) VALUES (?, ?, ?)")});
  CHECK(fresh.version() == 2);
  CHECK(db.number("SELECT version FROM products") == 2);
  CHECK_THROWS_AS((void)old->name, UsageError);
  fresh->name = "chalk";
  work.commit();
  CHECK(db.number("SELECT version FROM products") == 3);
}

TEST_CASE_TEMPLATE(
    "after a rollback of DELETE and INSERT under one key the database has the old one, and the "
    "unit, which keeps its edits, the new one until that is discarded",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto old = work.get<Order>({1});
  work.remove(old);
  work.flush();
  auto fresh = work.add(order(1, "Bob"));
  work.flush();
  work.rollback();
  CHECK(db.text("SELECT customer FROM orders") == "Ann");
  CHECK(db.number("SELECT version FROM orders") == 1);
  CHECK(fresh->customer == "Bob");
  CHECK(fresh.version() == 1);
  CHECK(work.get<Order>({1}) == fresh);
  SUBCASE("and commits again as one UPDATE") {
    db.log->clear();
    work.commit();
    CHECK(db.writes().size() == 1);
    CHECK(fresh->version == 2);
    CHECK(db.text("SELECT customer FROM orders") == "Bob");
    CHECK(db.number("SELECT version FROM orders") == 2);
  }
  SUBCASE("and with the new one discarded the old one can be refreshed") {
    work.discard(fresh);
    CHECK_THROWS_AS((void)fresh->customer, UsageError);
    work.refresh(old);
    CHECK(old->customer == "Ann");
    CHECK(old.version() == 1);
    auto found = work.get<Order>({1});
    CHECK(found == old);
    old->customer = "Cid";
    work.commit();
    CHECK(db.text("SELECT customer FROM orders") == "Cid");
    CHECK(db.number("SELECT version FROM orders") == 2);
  }
}

TEST_CASE_TEMPLATE("an aggregate added and removed again in one unit is never sent", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  auto work = store.begin();
  auto ref = work.add(Product{1, "pen"});
  work.remove(ref);
  CHECK_THROWS_AS((void)ref->name, UsageError);
  work.commit();
  CHECK(db.log->sql().empty());
}

TEST_CASE_TEMPLATE(
    "an assigned key that another deleted and inserted anew is at version 1 again: a "
    "plain counter cannot tell, and the last writer wins",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"});
  auto a = store.begin();
  auto mine = a.get<Product>(1);
  store.transact([](rowan::UnitOfWork& b) { b.remove(b.get<Product>(1)); });
  store_all(store, Product{1, "another pen"});
  mine->name = "mine";
  a.commit();
  CHECK(db.text("SELECT name FROM products") == "mine");
  CHECK(db.number("SELECT version FROM products") == 2);
}

TEST_CASE_TEMPLATE("one key added by two units is a unique violation, not stale", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Order>();
  auto a = store.begin();
  auto b = store.begin();
  auto mine = a.add(order(1, "Cid"));
  b.add(order(1, "Bob"));
  b.commit();
  const auto error = thrown<ConstraintViolation>([&] { a.commit(); });
  CHECK(error.kind() == ConstraintViolation::Kind::unique);
  CHECK_FALSE(error.retryable());
  CHECK(std::string(error.what()).starts_with("orders 1: "));
  CHECK_FALSE(has(error.what(), "Cid"));
  CHECK(error.sql().starts_with("INSERT INTO orders"));
  CHECK(store.counters().conflicts == 0);
  CHECK(mine.version() == 0);
  a.rollback();
  a.discard(mine);
  CHECK(a.get<Order>({1})->customer == "Bob");
}

TEST_CASE_TEMPLATE("one key twice in one unit is refused by add", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"});
  auto work = store.begin();
  auto stored = work.get<Product>(1);
  auto added = work.add(Product{2, "ink"});
  db.log->clear();
  CHECK_THROWS_WITH_AS(work.add(Product{1, "x"}),
                       "products 1: the unit of work holds an aggregate with this key", UsageError);
  CHECK_THROWS_AS(work.add(Product{2, "x"}), UsageError);
  CHECK(db.log->sql().empty());
  work.commit();
  CHECK(db.number("SELECT count(*) FROM products") == 2);
}
