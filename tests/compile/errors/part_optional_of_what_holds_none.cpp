// expect: rowan: this type holds none by itself, so std::optional of it would have two that
/// The same as part of a value object in; why not out.

#include <cstdint>
#include <optional>

#include <rowan/mapping.hpp>

using rowan::part;

struct Maybe {
  std::optional<std::int64_t> value;
};
struct Place {
  std::optional<Maybe> rank;
  std::int64_t points = 0;
};

auto places() {
  return rowan::value_object(part("rank", &Place::rank), part("points", &Place::points));
}
