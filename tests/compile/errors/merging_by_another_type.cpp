// expect: rowan: after its member, merging takes a MergeRule, or a function (base, mine, theirs)
/// A function of texts for a member that is a number in; what merging takes out.

#include <cstdint>
#include <string>

#include <rowan/mapping.hpp>

using rowan::key, rowan::version;

struct Order {
  std::int64_t id = 0;
  std::int64_t version = 0;
  int priority = 0;
};

std::string longer(const std::string& base, const std::string& mine, const std::string& theirs);

auto orders() {
  return rowan::aggregate("orders", key("id", &Order::id), version("version", &Order::version))
      .column("priority", &Order::priority)
      .merging(&Order::priority, longer);
}
