/// Why a commit failed is asked in one state of the database, whoever commits meanwhile.

#include <functional>
#include <memory>
#include <utility>

#include <rowan/testing/failing_connection.hpp>

#include "orders.hpp"
#include "passing_connection.hpp"

using namespace contract;

namespace {

/// Lets somebody in between two statements of a plan that only reads.
class Splitting : public PassingConnection {
 public:
  Splitting(std::unique_ptr<rowan::Connection> inner,
            std::shared_ptr<std::function<void()>> between)
      : PassingConnection(std::move(inner)), between_(std::move(between)) {}

  [[nodiscard]] rowan::PlanResult run(const rowan::Plan& plan) override {
    const bool reads = plan.begin && plan.begin->access == rowan::Access::read_only;
    if (!*between_ || !reads || plan.statements.size() != 2) return PassingConnection::run(plan);
    auto first =
        PassingConnection::run({plan.begin, {plan.statements[0]}, rowan::Plan::Finish::keep_open});
    REQUIRE(first.complete);
    std::exchange(*between_, nullptr)();
    auto second = PassingConnection::run({{}, {plan.statements[1]}, plan.finish});
    REQUIRE(second.complete);
    first.outcomes.push_back(std::move(second.outcomes.front()));
    return first;
  }

 private:
  std::shared_ptr<std::function<void()>> between_;
};

}  // namespace

TEST_CASE_TEMPLATE(
    "a root that is moved while the reason of a failure is looked for is not taken "
    "for one that stands, with a child that does not",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store others = open_orders(db, {1});
  const auto script = std::make_shared<rowan::testing::Script>();
  const auto between = std::make_shared<std::function<void()>>();
  rowan::StoreOptions options;
  options.wrap = [&](std::unique_ptr<rowan::Connection> inner) {
    return std::make_unique<Splitting>(rowan::testing::fail(script)(std::move(inner)), between);
  };
  rowan::Store store = db.open(rowan::Schema::of<Order>(), options);

  auto work = store.begin();
  work.get<Order>({1})->lines[0].quantity += 5;
  *between = [&] {
    others.transact([](rowan::UnitOfWork& unit) {
      auto& lines = unit.get<Order>({1})->lines;
      lines.erase(lines.begin());
    });
  };
  constexpr std::size_t update_of_child = 3;  // behind BEGIN and the root's UPDATE
  script->fail_at(update_of_child, rowan::FailureKind::serialization);

  CHECK_THROWS_AS(work.commit(), rowan::SerializationFailure);
  CHECK(!*between);
  CHECK(db.number("SELECT version FROM orders WHERE id = 1") == 2);
}
