/// What a Ref says when the object it led to is gone.

#include <rowan/ref.hpp>

namespace rowan::detail {

void Tracked::throw_discarded(const Tracked& tracked) {
  std::string what = tracked.map->shape.table;
  if (!tracked.key.empty()) what += " " + to_string(tracked.key);
  throw UsageError(what + ": this Ref was discarded or its unit of work has ended");
}

}  // namespace rowan::detail
