// expect: rowan: this fits no column and is no value object yet: give it to_column/from_column
// expect: declare `rowan::ValueObject<T> value_of(std::type_identity<T>)` next to its class
/// A struct of two members in .value() in; what to declare out.

#include <cstdint>
#include <string>

#include <rowan/mapping.hpp>

using rowan::key, rowan::version;

struct Money {
  std::int64_t cents = 0;
  std::string currency;
};
struct Order {
  std::int64_t id = 0;
  std::int64_t version = 0;
  Money total;
};

auto orders() {
  return rowan::aggregate("orders", key("id", &Order::id), version("version", &Order::version))
      .value("total_", &Order::total);
}
