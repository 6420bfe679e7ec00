// expect: rowan: this is no id of that class: its key is of another type
// expect: CustomerId
/// An order asked for by a customer's id in; both types out.

#include <cstdint>
#include <type_traits>

#include <rowan/unit_of_work.hpp>

struct OrderId {
  std::int64_t value = 0;
};
struct CustomerId {
  std::int64_t value = 0;
};
struct Order {
  OrderId id;
};
rowan::Mapping<Order, OrderId> mapping_of(std::type_identity<Order>);

auto load(rowan::UnitOfWork& unit, CustomerId id) {
  return unit.get<Order>(id);
}
