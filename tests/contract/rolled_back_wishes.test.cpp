/// What was asked for before a rollback is still asked for behind it.

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::NotFound;
using rowan::StaleDataError;
using rowan::UsageError;

namespace {

/// A store with products 1 and 2 in it.
template <class B>
rowan::Store open_products(Database<B>& db) {
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"}, Product{2, "ink"});
  db.log->clear();
  return store;
}

}  // namespace

TEST_CASE_TEMPLATE("a removal that was flushed and rolled back is still to be done", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  SUBCASE("flushed once") {
    work.remove(ref);
    work.flush();
    work.rollback();
  }
  SUBCASE("again and again") {
    work.remove(ref);
    for (int i = 0; i < 3; ++i) {
      work.flush();
      work.rollback();
    }
    work.rollback();
  }
  SUBCASE("edited, flushed, removed") {
    ref->customer = "Bob";
    work.flush();
    work.remove(ref);
    work.flush();
    work.rollback();
  }
  SUBCASE("removed by its id") {
    work.remove<Order>({1});
    work.flush();
    work.rollback();
  }
  SUBCASE("flushed before it was removed") {
    ref->customer = "Bob";
    work.flush();
    work.remove(ref);
    work.rollback();
  }
  CHECK(db.number("SELECT count(*) FROM orders") == 2);
  CHECK_FALSE(work.find<Order>({1}).has_value());
  CHECK_THROWS_AS((void)work.get<Order>({1}), NotFound);
  CHECK(ids(work.find_all<Order>()) == Ids{2});
  CHECK(ref.version() == 1);
  db.log->clear();
  work.commit();
  CHECK(db.writes().back() == db.sql("DELETE FROM orders WHERE id = ? AND version = ?"));
  CHECK(db.number("SELECT count(*) FROM orders") == 1);
  CHECK_THROWS_AS((void)ref->customer, UsageError);
}

TEST_CASE_TEMPLATE("a removal that was rolled back is withdrawn by refresh", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_products(db);
  auto work = store.begin();
  auto ref = work.get<Product>(1);
  work.remove(ref);
  work.flush();
  CHECK_THROWS_AS(work.refresh(ref), UsageError);
  work.rollback();
  work.refresh(ref);
  ref->name = "chalk";
  work.commit();
  CHECK(db.text("SELECT name FROM products WHERE id = 1") == "chalk");
  CHECK(ref.version() == 2);
}

TEST_CASE_TEMPLATE("a removal that was rolled back is at the version that was read", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_products(db);
  auto work = store.begin();
  auto ref = work.get<Product>(1);
  ref->name = "chalk";
  work.flush();
  work.remove(ref);
  work.flush();
  work.rollback();
  store.transact([](rowan::UnitOfWork& other) { other.get<Product>(1)->name = "theirs"; });
  const auto error = thrown<StaleDataError>([&] { work.commit(); });
  CHECK(error.conflicts().front().operation == rowan::Conflict::Operation::remove);
  CHECK(error.conflicts().front().expected == 1);
  CHECK(error.conflicts().front().found == 2);
}

TEST_CASE_TEMPLATE("added, flushed, removed and rolled back is forgotten", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_products(db);
  auto work = store.begin();
  auto ref = work.add(Product{3, "chalk"});
  work.flush();
  work.remove(ref);
  SUBCASE("the removal flushed") {
    work.flush();
  }
  SUBCASE("the removal not flushed") {}
  work.rollback();
  CHECK_THROWS_AS((void)ref->name, UsageError);
  CHECK_FALSE(work.find<Product>(3).has_value());
  db.log->clear();
  work.commit();
  CHECK(db.log->sql().empty());
  work.add(Product{3, "again"});
  work.commit();
  CHECK(db.number("SELECT version FROM products WHERE id = 3") == 1);
}

TEST_CASE_TEMPLATE("touched, flushed and rolled back is still touched", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_products(db);
  auto work = store.begin();
  auto ref = work.get<Product>(1);
  SUBCASE("once") {
    work.touch(ref);
    work.flush();
    work.rollback();
  }
  SUBCASE("again and again, and not flushed at the end") {
    work.touch(ref);
    for (int i = 0; i < 3; ++i) {
      work.flush();
      work.rollback();
    }
    work.rollback();
  }
  SUBCASE("behind a flush of an edit that is taken back by hand") {
    ref->name = "chalk";
    work.flush();
    ref->name = "pen";
    work.touch(ref);
    work.flush();
    work.rollback();
  }
  SUBCASE("behind a flush, and not flushed") {
    ref->name = "chalk";
    work.flush();
    ref->name = "pen";
    work.touch(ref);
    work.rollback();
  }
  CHECK(ref.version() == 1);
  db.log->clear();
  work.commit();
  CHECK(db.writes() ==
        Strings{db.sql("UPDATE products SET version = version + 1 WHERE id = ? AND version = ?")});
  CHECK(ref.version() == 2);
  work.commit();  // once is enough
  CHECK(ref.version() == 2);
}
