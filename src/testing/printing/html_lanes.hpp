#pragma once
/// A run in, an HTML table out that has a lane for each actor, and time runs down.

#include <string>

#include <rowan/testing/report.hpp>

namespace rowan::testing {

[[nodiscard]] std::string draw_lanes(const Run& run);

}  // namespace rowan::testing
