// expect: rowan: what is mapped is a data member
/// A getter in a column in; what a column takes out.

#include <cstdint>

#include <rowan/mapping.hpp>

using rowan::key, rowan::version;

struct Order {
  std::int64_t id = 0;
  std::int64_t version = 0;
  int priority() const { return 0; }
};

auto orders() {
  return rowan::aggregate("orders", key("id", &Order::id), version("version", &Order::version))
      .column("priority", &Order::priority);
}
