// expect: rowan: this is a member of another class than the one that is mapped
/// A rule for a member of another class in; that it is none of this one out.

#include <cstdint>

#include <rowan/mapping.hpp>

using rowan::key, rowan::version;

struct Line {
  int quantity = 0;
};
struct Order {
  std::int64_t id = 0;
  std::int64_t version = 0;
};

auto orders() {
  return rowan::aggregate("orders", key("id", &Order::id), version("version", &Order::version))
      .merging(&Line::quantity, rowan::MergeRule::mine);
}
