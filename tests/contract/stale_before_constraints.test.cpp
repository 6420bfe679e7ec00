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
