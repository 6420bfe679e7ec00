// expect: rowan: position(...) and version(...) are said once each
/// A child with two positions in; that it has one out.

#include <cstdint>

#include <rowan/mapping.hpp>

using rowan::key, rowan::position;

struct Line {
  int number = 0;
};

auto lines() {
  return rowan::child("lines", rowan::parent("order_id"), key("number", &Line::number),
                      position("a"), position("b"));
}
