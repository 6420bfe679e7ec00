// expect: rowan: a key is never optional
/// A struct whose one member is a std::optional as key in; the rule out.

#include <cstdint>
#include <optional>

#include <rowan/mapping.hpp>

using rowan::key, rowan::version;

struct Maybe {
  std::optional<std::int64_t> value;
};
struct Order {
  Maybe id;
};

auto orders() {
  return rowan::aggregate("orders", key("id", &Order::id), version("version"));
}
