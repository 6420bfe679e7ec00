#include "retry_pause.hpp"

#include <algorithm>
#include <cstdint>
#include <random>

namespace rowan::store {

std::chrono::milliseconds retry_pause(std::chrono::milliseconds pause, int attempt) {
  using std::chrono::milliseconds;
  constexpr milliseconds longest_pause = std::chrono::hours(1);
  thread_local std::minstd_rand random{std::random_device{}()};
  const std::int64_t longest = std::clamp(pause, milliseconds(0), longest_pause).count()
                               << std::clamp(attempt - 1, 0, 6);
  return milliseconds(std::uniform_int_distribution<std::int64_t>(longest / 2, longest)(random));
}

}  // namespace rowan::store
