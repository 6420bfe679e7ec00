// expect: rowan: children are in a std::vector, or in a std::optional for one at most
/// A std::map as a list of children in; that it is no list out.

#include <map>

#include <rowan/mapping.hpp>

struct Line {
  int number = 0;
};
struct Order {
  int id = 0;
  std::map<int, Line> lines;
};

auto orders() {
  return rowan::aggregate("orders", rowan::key("id", &Order::id), rowan::version("version"))
      .children(&Order::lines,
                rowan::child("lines", rowan::parent("order_id"), rowan::key("no", &Line::number)));
}
