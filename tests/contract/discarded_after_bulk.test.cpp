/// The way on for who has edited what a bulk statement of the same unit has removed.

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::set;
using rowan::UsageError;
using rowan::where;

TEST_CASE_TEMPLATE("what a bulk statement has written is discarded, also after a flush of it", B,
                   Sqlite, Postgres) {
  for (const bool removes : {true, false})
    for (const bool commits : {true, false}) {
      CAPTURE(removes);
      CAPTURE(commits);
      Database<B> db;
      rowan::Store store = db.template open<Product>();
      store_all(store, Product{1, "pen"}, Product{2, "ink"});
      rowan::UnitOfWork work = store.begin();
      rowan::Ref<Product> product = work.get<Product>(1);
      product->name = "flushed";
      if (removes)
        CHECK(work.remove_all<Product>(where("id = 1")) == 1);
      else
        CHECK(work.update_all<Product>(set("name = 'bulk'"), where("id = 1")) == 1);
      product->name = "edited";
      CHECK_THROWS_AS(work.flush(), UsageError);
      work.discard(product);
      if (!commits) work.rollback();
      work.commit();
      const int left = removes && commits ? 1 : 2;
      CHECK(db.number("SELECT count(*) FROM products WHERE name NOT IN ('flushed', 'edited')") ==
            left);
    }
}
