/// The pause before transact starts again.

#include "store/retry_pause.hpp"

#include <limits>

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using rowan::store::retry_pause;

TEST_CASE(
    "a pause is doubled for each attempt, up to six times, and at least half of it is taken") {
  auto longest = 10ms;
  for (int attempt = 1; attempt < 10; ++attempt) {
    CAPTURE(attempt);
    const auto pause = retry_pause(10ms, attempt);
    CHECK(pause >= longest / 2);
    CHECK(pause <= longest);
    if (attempt < 7) longest *= 2;
  }
}

TEST_CASE("a pause that is negative is none, and one beyond an hour is an hour") {
  CHECK(retry_pause(-1ms, 3) == 0ms);
  CHECK(retry_pause(std::chrono::milliseconds::min(), 3) == 0ms);
  const auto pause = retry_pause(std::chrono::milliseconds::max(), 1);
  CHECK(pause >= 30min);
  CHECK(pause <= 1h);
  CHECK(retry_pause(std::chrono::milliseconds::max(), std::numeric_limits<int>::max()) <= 64h);
}
