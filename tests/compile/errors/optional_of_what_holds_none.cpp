// expect: rowan: this type holds none by itself, so std::optional of it would have two that
/// A std::optional of a struct whose one member is a std::optional in; why not out.

#include <cstdint>
#include <optional>

#include <rowan/mapping.hpp>

using rowan::key, rowan::version;

struct Maybe {
  std::optional<std::int64_t> value;
};
struct Order {
  std::int64_t id = 0;
  std::optional<Maybe> rank;
};

auto orders() {
  return rowan::aggregate("orders", key("id", &Order::id), version("version"))
      .column("rank", &Order::rank);
}
