// expect: rowan: this is the mapping of a root; children have one of child(...)
/// The mapping of a root for a list of children in; that it is none of a child out.

#include <cstdint>
#include <vector>

#include <rowan/mapping.hpp>

using rowan::key, rowan::version;

struct Line {
  int number = 0;
};
struct Order {
  std::int64_t id = 0;
  std::int64_t version = 0;
  std::vector<Line> lines;
};

auto orders() {
  return rowan::aggregate("orders", key("id", &Order::id), version("version", &Order::version))
      .children(&Order::lines,
                rowan::aggregate("lines", key("number", &Line::number), rowan::unversioned));
}
