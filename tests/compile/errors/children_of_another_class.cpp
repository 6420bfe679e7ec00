// expect: rowan: this is the mapping of another class than that of the children
// expect: Discount
/// The mapping of discounts for a list of lines in; both classes out.

#include <cstdint>
#include <vector>

#include <rowan/mapping.hpp>

using rowan::key, rowan::parent, rowan::version;

struct Line {
  int number = 0;
};
struct Discount {
  int number = 0;
};
struct Order {
  std::int64_t id = 0;
  std::int64_t version = 0;
  std::vector<Line> lines;
};

rowan::Mapping<Discount> discounts() {
  return rowan::child("discounts", parent("order_id"), key("number", &Discount::number));
}
auto orders() {
  return rowan::aggregate("orders", key("id", &Order::id), version("version", &Order::version))
      .children(&Order::lines, discounts());
}
