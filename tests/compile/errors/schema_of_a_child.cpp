// expect: rowan: a schema is made of aggregates; children belong to their root's mapping
/// The mapping of lines, children of orders, in; where it belongs out.

#include <rowan/schema.hpp>

using rowan::key, rowan::parent;

struct Line {
  int number = 0;
};

rowan::Mapping<Line> lines() {
  return rowan::child("lines", parent("order_id"), key("number", &Line::number));
}
auto schema() {
  return rowan::Schema::of(lines());
}
