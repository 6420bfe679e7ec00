// expect: rowan: after its member, merging takes a MergeRule, or a function (base, mine, theirs)
/// A function that does not ask for the base in; what merging takes out.

#include <algorithm>
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
      .column("priority", &Order::priority)
      .merging(&Order::priority, [](int mine, int theirs) { return std::max(mine, theirs); });
}
