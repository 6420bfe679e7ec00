// expect: rowan: nothing follows the key of plain values
/// Plain values with a key and a position in; that they have one of both out.

#include <cstdint>

#include <rowan/mapping.hpp>

using rowan::key;

auto tags() {
  return rowan::child<int>("tags", rowan::parent("order_id"), key("tag", rowan::self),
                           rowan::position("place"));
}
