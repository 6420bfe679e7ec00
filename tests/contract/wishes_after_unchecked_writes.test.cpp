/// A version can be expected of what is written whatever its version is, but only before.

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::Expect;
using rowan::StaleDataError;
using rowan::UsageError;
using rowan::Versions;

TEST_CASE_TEMPLATE("no version is expected of what was written whatever its version was", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"});
  rowan::UnitOfWork work = store.begin({.versions = Versions::ignore});
  auto product = work.get<Product>(1);
  store.transact([](rowan::UnitOfWork& other) { other.get<Product>(1)->name = "another's"; });
  product->name = "mine";
  work.flush();
  CHECK_THROWS_AS(work.expect(product, 1), UsageError);
  CHECK_THROWS_AS(work.expect_unchanged(product), UsageError);
  CHECK_THROWS_AS((void)work.get<Product>(1, Expect{1}), UsageError);
  work.rollback();
  SUBCASE("expected before it is checked") {
    work.expect(product, 1);
    CHECK_THROWS_AS(work.commit(), StaleDataError);
  }
  SUBCASE("held before too") {
    work.expect_unchanged(product);
    CHECK_THROWS_AS(work.flush(), StaleDataError);
  }
}

TEST_CASE_TEMPLATE("what was checked, or is new, is at its version until the commit", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"});
  rowan::UnitOfWork work = store.begin({.versions = Versions::ignore});
  auto product = work.get<Product>(1);
  auto added = work.add(Product{2, "ink"});
  work.expect(product, 1);
  product->name = "mine";
  work.flush();
  work.expect(product, 1);
  work.expect_unchanged(product);
  work.expect_unchanged(added);
  work.commit();
  CHECK(db.number("SELECT sum(version) FROM products") == 3);
}
