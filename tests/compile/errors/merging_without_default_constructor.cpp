// expect: rowan: a member that a function merges has a default constructor
/// A function for a member that cannot be made without its parts in; what it lacks out.

#include <cstdint>

#include <rowan/mapping.hpp>

using rowan::key, rowan::part, rowan::version;

struct Money {
  explicit Money(std::int64_t c) : cents(c) {}
  std::int64_t cents;
};
struct Order {
  std::int64_t id = 0;
  std::int64_t version = 0;
  Money total{0};
};

auto orders() {
  return rowan::aggregate("orders", key("id", &Order::id), version("version", &Order::version))
      .value("total_", &Order::total, rowan::value_object(part("cents", &Money::cents)))
      .merging(&Order::total, [](const Money&, const Money& mine, const Money&) { return mine; });
}
