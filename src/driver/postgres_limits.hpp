#pragma once
/// A time limit in, the expression that sets it for the open transaction out.

#include <chrono>
#include <string>

namespace rowan::driver {

/// PostgreSQL takes 0 for no limit at all, so no time is one millisecond.
[[nodiscard]] std::string set_limit(const char* setting, std::chrono::milliseconds time);

}  // namespace rowan::driver
