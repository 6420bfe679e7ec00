// expect: rowan: after its table a child has parent(...)
/// A child that does not say whose it is in; what it has to say out.

#include <cstdint>

#include <rowan/mapping.hpp>

using rowan::key;

struct Line {
  int number = 0;
};

auto lines() {
  return rowan::child("lines", key("number", &Line::number));
}
