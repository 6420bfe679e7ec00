#pragma once
/// What is state in cells, rows and lists, compared.

#include <compare>

#include <rowan/shape.hpp>
#include <rowan/snapshot.hpp>

#include "siblings.hpp"

namespace rowan::change {

/// An order of all cells, in which those are equivalent that are the same_cell.
[[nodiscard]] std::weak_ordering compare(const Value& a, const Value& b);

/// Rows with all that is beneath them: cells from left to right, then lists. Versions are no
/// content, and neither is the order of a list whose order is not state.
[[nodiscard]] std::weak_ordering compare(const Shape& shape, const Snapshot& a, const Snapshot& b);
[[nodiscard]] std::weak_ordering compare(const Shape& shape, const Rows& a, const Rows& b);

}  // namespace rowan::change
