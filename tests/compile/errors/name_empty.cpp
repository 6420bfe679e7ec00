// expect: a_name_must_not_be_empty
/// A column named "" in; what a name must not be out.

#include <cstdint>

#include <rowan/mapping.hpp>

using rowan::key, rowan::version;

struct Order {
  std::int64_t id = 0;
  std::int64_t version = 0;
  int priority = 0;
};

auto orders() {
  return rowan::aggregate("orders", key("id", &Order::id), version("version", &Order::version))
      .column("", &Order::priority);
}
