#pragma once
/// Results as a table to read.

#include <string>
#include <vector>

#include "result.hpp"

namespace bench {

/// Of one database, link and size.
[[nodiscard]] std::string table(const std::vector<Result>& results);

}  // namespace bench
