// expect: a_name_must_not_hold_control_characters
/// A line feed in the name of a key in; what a name must not hold out.

#include <cstdint>

#include <rowan/mapping.hpp>

using rowan::key, rowan::version;

struct Order {
  std::int64_t id = 0;
  std::int64_t version = 0;
};

auto orders() {
  return rowan::aggregate("orders", key("id\n", &Order::id), version("version", &Order::version));
}
