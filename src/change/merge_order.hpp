#pragma once
/// The orders that merged rows have on each side in, one order out. Rows are known by their rank
/// among the keys of their list.

#include <cstddef>
#include <vector>

#include "merge.hpp"

namespace rowan::change {

using Ranks = std::vector<std::size_t>;

/// The rows that are on all sides, as each orders them.
[[nodiscard]] ThreeWay<Ranks> on_all_sides(const std::vector<Places>& rows);

/// All rows, those on all sides as in `spine`. Each other one comes after the row of the spine that
/// it follows on its side; where both sides have some there, neither goes first for its side: their
/// keys decide.
[[nodiscard]] Ranks threaded(const std::vector<Places>& rows, const Ranks& spine);

/// All rows, those that theirs has as theirs orders them, then the others by key.
[[nodiscard]] Ranks theirs_first(const std::vector<Places>& rows);

}  // namespace rowan::change
