/// A constraint that only a stale root has violated: it is the stale root that is told.

#include <string>

#include "orders.hpp"
#include "ways.hpp"

using namespace contract;
using rowan::StaleDataError;
using rowan::UnitOfWork;

TEST_CASE_TEMPLATE("a unique value that a stale root of the unit holds is told as stale", B, Sqlite,
                   Postgres) {
  for (const Way& way : open_ways<B>()) {
    CAPTURE(way.name);
    Database<B> db;
    rowan::Store store = db.template open<Product>(way.store());
    db.execute("CREATE UNIQUE INDEX one_name ON products (name)");
    store_all(store, Product{1, "pen"}, Product{2, "ink"});
    UnitOfWork work = store.begin(way.work());
    rowan::Ref<Product> one = work.get<Product>(1);
    rowan::Ref<Product> two = work.get<Product>(2);
    store.transact([](UnitOfWork& other) { other.get<Product>(2)->name = "chalk"; });
    one->name = "chalk";  // free, as far as this unit knows
    two->name = "tint";
    const auto error = thrown<StaleDataError>([&] { work.commit(); });
    CHECK(error.concerns(two));
  }
}

TEST_CASE_TEMPLATE(
    "inside of a savepoint a constraint that a stale root has violated is told as stale", B, Sqlite,
    Postgres) {
  for (const Way& way : open_ways<B>()) {
    CAPTURE(way.name);
    Database<B> db;
    rowan::Store store = db.template open<Product>(way.store());
    db.execute("CREATE UNIQUE INDEX one_name ON products (name)");
    store_all(store, Product{1, "pen"}, Product{2, "ink"}, Product{3, "nib"});
    UnitOfWork work = store.begin(way.work());
    rowan::Ref<Product> one = work.get<Product>(1);
    rowan::Ref<Product> two = work.get<Product>(2);
    rowan::Ref<Product> three = work.get<Product>(3);
    three->name = "quill";
    store.transact([](UnitOfWork& other) { other.get<Product>(2)->name = "chalk"; });
    const auto error = thrown<StaleDataError>([&] {
      work.savepoint([&] {
        three->name = "plume";
        work.flush();
        work.savepoint([&] {
          one->name = "chalk";  // free, as far as this unit knows
          two->name = "tint";
        });
      });
    });
    CHECK(error.complete());
    REQUIRE(error.conflicts().size() == 1);
    CHECK(error.concerns(two));
    CHECK(error.conflicts().front().found == 2);
    // A conflict is more than a savepoint can take back.
    CHECK_THROWS_AS(work.commit(), rowan::UnitFailed);
    work.rollback();
    work.refresh(two);
    one->name = "pencil";
    work.commit();
    CHECK(db.text("SELECT name FROM products WHERE id = 3") == "plume");
    CHECK(db.text("SELECT name FROM products WHERE id = 2") == "chalk");
  }
}

TEST_CASE_TEMPLATE("inside of a savepoint a constraint is one where all roots stand", B, Sqlite,
                   Postgres) {
  for (const Way& way : ways<B>()) {
    CAPTURE(way.name);
    Database<B> db;
    rowan::Store store = db.template open<Product>(way.store());
    db.execute("CREATE UNIQUE INDEX one_name ON products (name)");
    store_all(store, Product{1, "pen"}, Product{2, "ink"}, Product{3, "nib"});
    UnitOfWork work = store.begin(way.work());
    rowan::Ref<Product> one = work.get<Product>(1);
    rowan::Ref<Product> two = work.get<Product>(2);
    two->name = "tint";
    CHECK_THROWS_AS(work.savepoint([&] {
      two->name = "stain";
      work.flush();
      one->name = "nib";
    }),
                    rowan::ConstraintViolation);
    CHECK(one->name == "pen");
    CHECK(two->name == "tint");
    one->name = "pencil";
    work.commit();
    CHECK(one.version() == 2);
    CHECK(two.version() == 2);
    CHECK(db.text("SELECT name FROM products WHERE id = 2") == "tint");
  }
}
