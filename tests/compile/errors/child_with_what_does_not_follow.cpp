// expect: rowan: after its key a child has position(...), version(...) of its own class, or nothing
/// An unversioned child in; what may follow a key out.

#include <cstdint>

#include <rowan/mapping.hpp>

using rowan::key;

struct Line {
  int number = 0;
};

auto lines() {
  return rowan::child("lines", rowan::parent("order_id"), key("number", &Line::number),
                      rowan::unversioned);
}
