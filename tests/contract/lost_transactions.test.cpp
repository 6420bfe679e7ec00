/// Transactions that end while a unit reads, and those that never began.

#include <rowan/testing/failing_connection.hpp>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::FailureKind;

namespace {

template <class B>
struct Bench {
  Database<B> db;
  std::shared_ptr<rowan::testing::Script> script = std::make_shared<rowan::testing::Script>();
  rowan::Store store = db.template open<Product>({.wrap = rowan::testing::fail(script)});
};

}  // namespace

TEST_CASE_TEMPLATE("a read that ends a transaction that had written is a rollback", B, Sqlite,
                   Postgres) {
  Bench<B> bench;
  store_all(bench.store, Product{1, "pen"}, Product{2, "ink"});
  int rollbacks = 0;
  rowan::Hooks hooks;
  hooks.after_rollback = [&](rowan::UnitOfWork&) { ++rollbacks; };
  rowan::UnitOfWork work = bench.store.begin({.hooks = hooks});
  auto product = work.get<Product>(1);
  product->name = "mine";
  work.flush();
  bench.script->fail_at(1, FailureKind::connection_lost);
  CHECK_THROWS_AS((void)work.get<Product>(2), rowan::ConnectionLost);
  CHECK(rollbacks == 1);
  CHECK(bench.store.counters().rollbacks == 1);
  CHECK_THROWS_AS(work.commit(), rowan::UnitFailed);
  work.rollback();
  CHECK(rollbacks == 1);
  CHECK(bench.store.counters().rollbacks == 1);
  work.commit();
  CHECK(product.version() == 2);
}

TEST_CASE_TEMPLATE("where BEGIN fails nothing was written, and what is read is what others see", B,
                   Sqlite, Postgres) {
  Bench<B> bench;
  store_all(bench.store, Product{1, "pen"}, Product{2, "ink"});
  rowan::UnitOfWork work = bench.store.begin();
  auto one = work.get<Product>(1);
  auto two = work.get<Product>(2);
  one->name = "mine";
  SUBCASE("of a flush") {
    bench.script->fail_at(1, FailureKind::resources);
    CHECK_THROWS_AS(work.flush(), rowan::Error);
  }
  SUBCASE("of a savepoint") {
    one->name = "pen";
    bench.script->fail_at(1, FailureKind::resources);
    CHECK_THROWS_AS(work.savepoint([] {}), rowan::Error);
  }
  bench.script->count();
  bench.store.transact([](rowan::UnitOfWork& other) { other.get<Product>(2)->name = "new"; });
  work.refresh(two);
  CHECK(two.version() == 2);
}
