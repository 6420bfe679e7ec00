#include "postgres_limits.hpp"

#include <algorithm>
#include <limits>

namespace rowan::driver {

std::string set_limit(const char* setting, std::chrono::milliseconds time) {
  using std::chrono::milliseconds;
  constexpr milliseconds shortest{1};
  constexpr milliseconds longest{std::numeric_limits<int>::max()};
  return std::string("set_config('") + setting + "', '" +
         std::to_string(std::clamp(time, shortest, longest).count()) + "', true)";
}

}  // namespace rowan::driver
