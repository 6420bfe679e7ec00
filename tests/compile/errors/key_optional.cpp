// expect: rowan: a key is never optional
/// A std::optional as key in; the rule out.

#include <cstdint>
#include <optional>

#include <rowan/mapping.hpp>

using rowan::key, rowan::version;

struct Order {
  std::optional<std::int64_t> id;
  std::int64_t version = 0;
};

auto orders() {
  return rowan::aggregate("orders", key("id", &Order::id), version("version", &Order::version));
}
