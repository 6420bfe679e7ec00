/// Which roots a conflict names: none for what the unit itself had done to it, none twice.

#include <functional>
#include <memory>

#include "database.hpp"
#include "orders.hpp"
#include "passing_connection.hpp"

using namespace contract;
using rowan::set;
using rowan::StaleDataError;
using rowan::where;

namespace {

/// Instead of the next COMMIT: the transaction is over, something happens, it was a conflict.
class Interrupted final : public PassingConnection {
 public:
  using Meanwhile = std::function<void()>;
  Interrupted(std::unique_ptr<rowan::Connection> inner, std::shared_ptr<Meanwhile> meanwhile)
      : PassingConnection(std::move(inner)), meanwhile_(std::move(meanwhile)) {}
  [[nodiscard]] rowan::PlanResult run(const rowan::Plan& plan) override {
    if (!*meanwhile_ || plan.finish != rowan::Plan::Finish::commit)
      return PassingConnection::run(plan);
    rollback();
    std::exchange(*meanwhile_, nullptr)();
    rowan::PlanResult out;
    out.stage = rowan::PlanResult::Stage::commit;
    out.failure = rowan::Failure{rowan::FailureKind::deadlock, "40P01", {}, {}};
    return out;
  }

 private:
  std::shared_ptr<Meanwhile> meanwhile_;
};

}  // namespace

TEST_CASE_TEMPLATE("a version that the unit itself had given is no conflict with another", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  db.execute("CREATE UNIQUE INDEX product_names ON products (name)");
  store_all(store, Product{1, "pen"}, Product{2, "ink"}, Product{3, "chalk"});
  rowan::UnitOfWork work = store.begin();
  const auto bulk = [&] { work.update_all<Product>(set("name = 'bulk'"), where("id = 1")); };
  SUBCASE("held before") {
    auto product = work.get<Product>(1);
    bulk();
    work.refresh(product);
    product->name = "mine";
  }
  SUBCASE("read since") {
    bulk();
    work.get<Product>(1)->name = "mine";
  }
  work.get<Product>(2)->name = "chalk";
  CHECK_THROWS_AS(work.commit(), rowan::ConstraintViolation);
  CHECK(store.counters().conflicts == 0);
}

TEST_CASE_TEMPLATE("a root that was flushed and replaced is in conflict once", B, Sqlite,
                   Postgres) {
  Database<B> db;
  const auto meanwhile = std::make_shared<Interrupted::Meanwhile>();
  rowan::StoreOptions options;
  options.wrap = [&](std::unique_ptr<rowan::Connection> inner) {
    return std::make_unique<Interrupted>(std::move(inner), meanwhile);
  };
  rowan::Store store = db.template open<Product>(std::move(options));
  store_all(store, Product{1, "pen"});
  rowan::UnitOfWork work = store.begin();
  auto product = work.get<Product>(1);
  product->name = "mine";
  work.flush();
  work.remove(product);
  auto fresh = work.add(Product{1, "mine too"});
  *meanwhile = [&] {
    store.transact([](rowan::UnitOfWork& other) { other.get<Product>(1)->name = "another's"; });
  };
  const auto error = thrown<StaleDataError>([&] { work.commit(); });
  CHECK(error.conflicts().size() == 1);
  CHECK(error.concerns(fresh));
}
