/// What docs/expectations.md shows: versions from outside, guards, touches.

#include <iostream>

#include "tour.hpp"

using namespace desk;

namespace tour {
namespace {

void given_versions() {
  rowan::Store store = store_with({42, 43, 44});
  const std::int64_t shown = 1;
  {
    // [get_expect]
    auto work = store.begin();
    auto order = work.get<Order>(OrderId{42}, rowan::Expect{shown});  // else StaleDataError
    order->change_quantity(1, 5);
    work.commit();  // and again, if it is not any more
    // [/get_expect]
    require(order.version() == 2, "an order at the version expected is written");
  }
  {
    // [remove]
    auto work = store.begin();
    auto order = work.get<Order>(OrderId{42});
    work.remove(order);                                     // at the version that was read
    work.remove<Order>(OrderId{43}, rowan::Expect{shown});  // at this one
    work.remove<Order>(OrderId{44});                        // at whatever it is by then
    // [/remove]
    work.rollback();
  }
  // [expect]
  auto work = store.begin();
  auto order = work.get<Order>(OrderId{42});
  try {
    work.expect(order, shown);
  } catch (const rowan::StaleDataError& stale) {
    const rowan::Conflict& conflict = stale.conflicts().front();
    std::cout << "the form showed version " << conflict.expected << ", and the order is at "
              << conflict.found.value_or(0) << "\n";
  }
  // [/expect]
}

void guards() {
  rowan::Store store = store_with({42, 43});
  // [guard]
  auto work = store.begin();
  auto former = work.get<Order>(OrderId{43});
  auto order = work.get<Order>(OrderId{42});
  if (former->lines().size() == 1) {    // the decision,
    work.expect_unchanged(former);      // what it depends on,
    order->discount(1, "faithful", 5);  // and what it leads to
  }
  // [/guard]
  store.transact(
      [](rowan::UnitOfWork& other) { other.get<Order>(OrderId{43})->change_quantity(1, 9); });
  // [guard_stale]
  if (const auto stale = work.try_commit()) {  // std::optional<rowan::StaleDataError>
    for (const auto& c : stale->conflicts())
      if (c.operation == rowan::Conflict::Operation::verify)
        std::cout << "order " << c.key_as<OrderId>().value << " was only read, and has moved\n";
    if (stale->concerns(former)) work.refresh(former);
  }
  // [/guard_stale]
  work.commit();
  require(order.version() == 2 && former.version() == 2, "a guard moves nothing");
}

}  // namespace

void expect_versions() {
  given_versions();
  guards();
}

}  // namespace tour
