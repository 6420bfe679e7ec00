#pragma once
/// The tables of a report in, as HTML out.

#include <string>
#include <vector>

#include "print.hpp"

namespace rowan::testing {

/// What a witness is linked to by: "w1" for the first.
[[nodiscard]] std::string html_anchor(std::size_t place);
/// "allowed", "error", "waiting", "snapshot"
[[nodiscard]] std::string html_class(Verdict verdict);
/// Each finding in it links to its witness.
[[nodiscard]] std::string draw_matrix(const Table& table, const std::vector<Witness>& witnesses);
/// The colours and letters of the verdicts, and what they mean.
[[nodiscard]] std::string draw_legend();

}  // namespace rowan::testing
