/// What is expected of aggregates that a bulk statement of the same unit has, or has not, written.

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::Conflict;
using rowan::Expect;
using rowan::set;
using rowan::StaleDataError;
using rowan::UsageError;
using rowan::where;

namespace {

/// Somebody else changes it.
void rename(rowan::Store& store, std::int64_t id) {
  store.transact([&](rowan::UnitOfWork& other) { other.get<Product>(id)->name = "another's"; });
}

}  // namespace

TEST_CASE_TEMPLATE("what another has moved before a bulk statement of other rows is stale", B,
                   Sqlite, Postgres) {
  using List = std::vector<std::pair<std::int64_t, std::int64_t>>;
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"}, Product{2, "ink"});
  rowan::UnitOfWork work = store.begin();
  rowan::Ref<Product> held = work.get<Product>(1);
  rename(store, 1);
  SUBCASE("after a condition") {
    CHECK(work.update_all<Product>(set("name = 'bulk'"), where("id = 2")) == 1);
  }
  SUBCASE("after a list") {
    CHECK(work.update_all<Product>(set("name = 'bulk'"), List{{2, 1}, {1, 1}}).size() == 1);
  }
  SUBCASE("after a removal") {
    CHECK(work.remove_all<Product>(where("id = 2")) == 1);
  }
  SUBCASE("after a removal by list") {
    CHECK(work.remove_all<Product>(List{{2, 1}, {1, 1}}).size() == 1);
  }
  work.expect_unchanged(held);
  const auto error = thrown<StaleDataError>([&] { work.commit(); });
  REQUIRE(error.conflicts().size() == 1);
  CHECK(error.concerns(held));
  CHECK(error.conflicts().front().expected == 1);
  CHECK(error.conflicts().front().found == 2);
  CHECK(db.number("SELECT count(*) FROM products WHERE name <> 'bulk'") == 2);
}

TEST_CASE_TEMPLATE("every wish for what a bulk statement has not written is looked at by commit", B,
                   Sqlite, Postgres) {
  const std::vector<void (*)(rowan::UnitOfWork&, rowan::Ref<Product>)> wishes{
      [](rowan::UnitOfWork& work, rowan::Ref<Product> held) { work.expect_unchanged(held); },
      [](rowan::UnitOfWork& work, rowan::Ref<Product> held) { work.expect(held, 1); },
      [](rowan::UnitOfWork& work, rowan::Ref<Product>) { (void)work.get<Product>(1, Expect{1}); },
      [](rowan::UnitOfWork&, rowan::Ref<Product> held) { held->name = "mine"; },
      [](rowan::UnitOfWork& work, rowan::Ref<Product> held) { work.remove(held); }};
  for (const auto& wish : wishes) {
    Database<B> db;
    rowan::Store store = db.template open<Product>();
    store_all(store, Product{1, "pen"}, Product{2, "ink"});
    rowan::UnitOfWork work = store.begin();
    rowan::Ref<Product> held = work.get<Product>(1);
    rename(store, 1);
    CHECK(work.update_all<Product>(set("name = 'bulk'"), where("id = 2")) == 1);
    wish(work, held);
    const auto error = thrown<StaleDataError>([&] { work.commit(); });
    CHECK(error.conflicts().front().kind == Conflict::Kind::changed);
    CHECK(db.text("SELECT name FROM products WHERE id = 1") == "another's");
  }
}

TEST_CASE_TEMPLATE("what a bulk statement has written is refreshed before a version is expected", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"}, Product{2, "ink"});
  rowan::UnitOfWork work = store.begin();
  rowan::Ref<Product> held = work.get<Product>(1);
  CHECK(work.update_all<Product>(set("name = 'bulk'"), where("id = 1")) == 1);
  CHECK_THROWS_AS(work.expect_unchanged(held), UsageError);
  CHECK_THROWS_AS(work.expect(held, 1), UsageError);
  CHECK_THROWS_AS((void)work.get<Product>(1, Expect{1}), UsageError);
  work.refresh(held);
  work.expect(held, 1);
  held->name = "mine";
  work.commit();
  CHECK(held.version() == 3);
}
