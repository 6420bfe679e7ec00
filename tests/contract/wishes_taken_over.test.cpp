/// What was expected of an aggregate that was removed is expected of the one that is added under
/// its key, and so is what the unit knows of the row.

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::Expect;
using rowan::set;
using rowan::StaleDataError;
using rowan::UsageError;
using rowan::Versions;

namespace {

void rename(rowan::Store& store, std::int64_t id, const char* name) {
  store.transact([&](rowan::UnitOfWork& other) { other.get<Product>(id)->name = name; });
}

}  // namespace

TEST_CASE_TEMPLATE("a version that was expected stays so for what replaces it", B, Sqlite,
                   Postgres) {
  const std::vector<void (*)(rowan::UnitOfWork&)> wishes{
      [](rowan::UnitOfWork& work) { (void)work.get<Product>(1, Expect{1}); },
      [](rowan::UnitOfWork& work) { work.expect_unchanged(work.get<Product>(1)); }};
  for (const auto& wish : wishes) {
    Database<B> db;
    rowan::Store store = db.template open<Product>();
    store_all(store, Product{1, "pen"});
    rowan::UnitOfWork work = store.begin({.versions = Versions::ignore});
    wish(work);
    work.remove(work.get<Product>(1));
    auto fresh = work.add(Product{1, "mine"});
    rename(store, 1, "another's");
    const auto error = thrown<StaleDataError>([&] { work.commit(); });
    CHECK(error.concerns(fresh));
    CHECK(db.text("SELECT name FROM products") == "another's");
  }
}

TEST_CASE_TEMPLATE(
    "what was read from a transaction that was rolled back is not overwritten blindly", B, Sqlite,
    Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"});
  rowan::UnitOfWork work = store.begin();
  CHECK(work.update_all<Product>(set("name = 'bulk'"), rowan::Query()) == 1);
  auto read = work.get<Product>(1);  // at version 2, which nobody will have seen
  work.rollback();
  rename(store, 1, "another's");  // at version 2 as well
  work.remove(read);
  work.add(Product{1, "mine"});
  CHECK_THROWS_AS(work.commit(), StaleDataError);
  CHECK(db.text("SELECT name FROM products") == "another's");
}

TEST_CASE_TEMPLATE("what a bulk statement has outrun is refreshed before it is replaced", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"});
  rowan::UnitOfWork work = store.begin();
  auto read = work.get<Product>(1);
  CHECK(work.update_all<Product>(set("name = 'bulk'"), rowan::Query()) == 1);
  work.remove(read);
  auto fresh = work.add(Product{1, "mine"});
  CHECK_THROWS_AS(work.commit(), UsageError);
  work.refresh(fresh);
  fresh->name = "mine";
  work.commit();
  CHECK(fresh.version() == 3);
}
