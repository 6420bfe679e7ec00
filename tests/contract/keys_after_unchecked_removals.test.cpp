/// A key that is used again after a removal that looked at no version: none is given twice.

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::StaleDataError;
using rowan::Versions;

namespace {

void rename(rowan::Store& store, const char* name) {
  store.transact([&](rowan::UnitOfWork& other) { other.get<Product>(1)->name = name; });
}

}  // namespace

TEST_CASE_TEMPLATE("after a removal at whatever version the versions go on from the one deleted", B,
                   Sqlite, Postgres) {
  for (const bool by_id : {true, false}) {
    CAPTURE(by_id);
    Database<B> db;
    rowan::Store store = db.template open<Product>();
    store_all(store, Product{1, "pen"});
    rowan::UnitOfWork work = store.begin({.versions = by_id ? Versions::check : Versions::ignore});
    if (by_id)
      work.remove<Product>(1);
    else
      work.remove(work.get<Product>(1));
    rename(store, "another's");
    rowan::UnitOfWork third = store.begin();
    auto copy = third.get<Product>(1);
    CHECK(copy.version() == 2);
    work.flush();
    auto fresh = work.add(Product{1, "mine"});
    work.commit();
    CHECK(fresh.version() == 3);
    copy->name = "on top";
    CHECK_THROWS_AS(third.commit(), StaleDataError);
    CHECK(db.text("SELECT name FROM products") == "mine");
  }
}

TEST_CASE_TEMPLATE("and where the removal is rolled back it is at the version that it has", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"});
  rowan::UnitOfWork work = store.begin();
  work.remove<Product>(1);
  rename(store, "another's");
  work.flush();
  work.rollback();
  work.commit();
  CHECK(db.number("SELECT count(*) FROM products") == 0);
}
