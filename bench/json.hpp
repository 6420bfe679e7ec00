#pragma once
/// Results for other programs.

#include <string>
#include <vector>

#include "result.hpp"

namespace bench {

/// An array of objects; null where there is no such number.
[[nodiscard]] std::string json(const std::vector<Result>& results);

}  // namespace bench
