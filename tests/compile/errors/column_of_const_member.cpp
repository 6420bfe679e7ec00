// expect: rowan: a const member cannot be loaded into
/// A const member in a column in; why it cannot be out.

#include <cstdint>

#include <rowan/mapping.hpp>

using rowan::key, rowan::version;

struct Order {
  std::int64_t id = 0;
  std::int64_t version = 0;
  const int priority = 0;
};

auto orders() {
  return rowan::aggregate("orders", key("id", &Order::id), version("version", &Order::version))
      .column("priority", &Order::priority);
}
