// expect: rowan: after its key a root needs version(...) of its own class, or `unversioned`
/// A root with a key and nothing after it in; the choice it has to make out.

#include <cstdint>

#include <rowan/mapping.hpp>

using rowan::key;

struct Order {
  std::int64_t id = 0;
  std::int64_t version = 0;
};

auto orders() {
  return rowan::aggregate("orders", key("id", &Order::id));
}
