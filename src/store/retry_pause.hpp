#pragma once
/// How often it was tried in, how long to wait out.

#include <chrono>

namespace rowan::store {

/// `pause` doubled for each attempt before, at most six times, and a random part of that, at least
/// half of it: units that met once shall not meet again. A pause is taken for at least nothing and
/// at most an hour.
[[nodiscard]] std::chrono::milliseconds retry_pause(std::chrono::milliseconds pause, int attempt);

}  // namespace rowan::store
