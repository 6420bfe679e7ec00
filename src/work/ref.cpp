/// What a Ref says when the object it led to is gone.

#include <rowan/ref.hpp>

#include "../mapping/row_key.hpp"

namespace rowan::detail {

void Tracked::throw_discarded(const Tracked& tracked) {
  throw UsageError(mapping::place(tracked.map->shape.table, tracked.key) +
                   ": this Ref was discarded or its unit of work has ended");
}

}  // namespace rowan::detail
