/// One that finds its aggregate stale refreshes it, and does its work again on what is there now:
/// on the children as somebody else has left them, not on those that it had read before.

#include "isolation/kit.hpp"

namespace isolation {
namespace {

ActorCode order_more(std::int64_t quantity) {
  return [quantity](Actor& me) {
    auto work = me.begin();
    auto order = work.get<Order>(1);
    order->lines[0].quantity += quantity;
    me.at("edited");
    if (!work.try_commit()) return;
    work.rollback();
    work.refresh(order);
    order->lines[0].quantity += quantity;
    me.at("edited what is there now");
    work.commit();
  };
}

TEST_CASE_TEMPLATE("an edit after a refresh goes by the children that are there now", B, Sqlite,
                   Postgres) {
  const Scenario more{.name = "more of one product",
                      .fresh =
                          [](rowan::UnitOfWork& work) {
                            work.add(Order{1, 0, 0, {{1, 5}}});
                          },
                      .actors = {order_more(10), order_more(200)},
                      .steps = Steps::checkpoints};

  const Report report = explore(rowan::Schema::of<Order>(), {more}, Matrix().on(B::database()));

  CHECK(report.serializable());
  CHECK(report.exhaustive());
  CHECK(report.only_throws<>());
}

}  // namespace
}  // namespace isolation
