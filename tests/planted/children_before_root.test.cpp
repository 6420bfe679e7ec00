/// Two that write the same rows beneath one root, each in its own order. Whoever has the root has
/// all of it: the other one waits there, and is stale. Where children are written before their
/// root, each waits for a child that the other one has.

#include "isolation/kit.hpp"

namespace isolation {
namespace {

/// Puts all that is ordered onto the line with this number, and removes the other.
ActorCode merge_onto(std::int64_t number) {
  return [number](Actor& me) {
    auto work = me.begin();
    auto order = work.get<Order>(1);
    if (order->lines.size() == 2) {
      const std::int64_t all = order->lines[0].quantity + order->lines[1].quantity;
      std::erase_if(order->lines, [number](const Line& line) { return line.number != number; });
      order->lines[0].quantity = all;
    }
    me.at_each_statement([&] { work.commit(); });
  };
}

// On SQLite one lock is for the whole file, so the order is of no account there.
TEST_CASE("who writes the children of one root in another order is only stale: Postgres only") {
  const Scenario merges{.name = "merged lines",
                        .fresh =
                            [](rowan::UnitOfWork& work) {
                              work.add(Order{1, 0, 0, {{1, 5}, {2, 7}}});
                            },
                        .actors = {merge_onto(1), merge_onto(2)},
                        .steps = Steps::checkpoints};

  const Report report =
      explore(rowan::Schema::of<Order>(), {merges}, Matrix().on(Postgres::database()));

  CHECK(report.serializable());
  CHECK(report.exhaustive());
  CHECK(report.only_throws<rowan::StaleDataError>());
}

}  // namespace
}  // namespace isolation
