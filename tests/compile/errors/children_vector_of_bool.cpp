// expect: rowan: std::vector<bool> holds no bool that could be loaded into
/// A std::vector<bool> as a list of children in; that it is none out.

#include <cstdint>
#include <vector>

#include <rowan/mapping.hpp>

using rowan::key, rowan::parent, rowan::position, rowan::version;

struct Order {
  std::int64_t id = 0;
  std::int64_t version = 0;
  std::vector<bool> flags;
};

auto orders() {
  return rowan::aggregate("orders", key("id", &Order::id), version("version", &Order::version))
      .children(&Order::flags, rowan::child<bool>("flags", parent("order_id"), position("place")));
}
