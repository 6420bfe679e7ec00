// expect: rowan: a key is never a floating point number
/// A struct with a single double as key in; the rule out.

#include <cstdint>

#include <rowan/mapping.hpp>

using rowan::key, rowan::version;

struct Grade {
  double value = 0;
};
struct Order {
  Grade id;
  std::int64_t version = 0;
};

auto orders() {
  return rowan::aggregate("orders", key("id", &Order::id), version("version", &Order::version));
}
