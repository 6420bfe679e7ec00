// expect: rowan: a history is of a whole aggregate, so it is said of its root
/// A history of rows beneath a root in; what history(...) takes out.

#include <cstdint>

#include <rowan/mapping.hpp>

using rowan::child, rowan::key, rowan::parent;

struct Line {
  std::int64_t id = 0;
};

auto lines() {
  return child("lines", parent("order_id"), key("id", &Line::id)).history("line_history");
}
