#pragma once
/// Results as bars.

#include <string>
#include <vector>

#include "result.hpp"

namespace bench {

/// An SVG picture: one panel for each database and link, the time that Rowan and sets take, row
/// after row being 1.
[[nodiscard]] std::string drawing(const std::vector<Result>& results);

}  // namespace bench
