/// Keys under which there was something else: another has removed it, or the unit itself.

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::Transaction;
using rowan::UsageError;

TEST_CASE_TEMPLATE("what others have removed since it was read leaves its key to be added", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"}, Product{2, "ink"});
  rowan::UnitOfWork work = store.begin({.transaction = Transaction::from_first_read});
  rowan::Ref<Product> gone = work.get<Product>(1);
  rowan::Ref<Product> there = work.get<Product>(2);
  work.commit();
  store.transact([](rowan::UnitOfWork& other) { other.remove<Product>(1); });
  CHECK_FALSE(work.find<Product>(1).has_value());
  rowan::Ref<Product> fresh = work.add(Product{1, "mine"});
  CHECK_THROWS_AS(work.add(Product{2, "mine"}), UsageError);
  CHECK(work.find<Product>(1) == fresh);
  work.commit();
  CHECK(fresh.version() == 2);
  CHECK_THROWS_AS((void)gone->name, UsageError);
  CHECK(there->name == "ink");
  CHECK(db.text("SELECT name FROM products WHERE id = 1") == "mine");
}

TEST_CASE_TEMPLATE("however often a key is used in a commit its version moves once", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"});
  rowan::UnitOfWork work = store.begin();
  rowan::Ref<Product> product = work.get<Product>(1);
  product->name = "mine";
  work.flush();
  work.remove(product);
  work.flush();
  rowan::Ref<Product> fresh = work.add(Product{1, "mine too"});
  SUBCASE("at once") {}
  SUBCASE("after a rollback") {
    work.flush();
    work.rollback();
    CHECK(fresh.version() == 1);
  }
  SUBCASE("and once more") {
    work.flush();
    work.remove(fresh);
    work.flush();
    fresh = work.add(Product{1, "mine as well"});
  }
  work.commit();
  CHECK(fresh.version() == 2);
  CHECK(db.number("SELECT version FROM products") == 2);
  fresh->name = "at last";
  work.commit();
  CHECK(db.number("SELECT version FROM products") == 3);
}

TEST_CASE_TEMPLATE("and so it is for what is new", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  rowan::UnitOfWork work = store.begin();
  rowan::Ref<Product> first = work.add(Product{1, "pen"});
  work.flush();
  work.remove(first);
  work.flush();
  rowan::Ref<Product> fresh = work.add(Product{1, "ink"});
  SUBCASE("at once") {}
  SUBCASE("after a rollback") {
    work.flush();
    work.rollback();
    CHECK(fresh.version() == 0);
  }
  work.commit();
  CHECK(fresh.version() == 1);
  CHECK(db.number("SELECT version FROM products") == 1);
}
