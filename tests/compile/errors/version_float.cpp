// expect: rowan: a version is an integer of at least 16 bits
/// A version of type float in; the types it may have out.

#include <cstdint>

#include <rowan/mapping.hpp>

using rowan::key, rowan::version;

struct Order {
  std::int64_t id = 0;
  float version = 0;
};

auto orders() {
  return rowan::aggregate("orders", key("id", &Order::id), version("version", &Order::version));
}
