#pragma once
/// Two snapshots of one aggregate in, the cells and lists that differ out.

#include <vector>

#include <rowan/shape.hpp>
#include <rowan/snapshot.hpp>

#include "findings.hpp"

namespace rowan::testing {

/// Row by row in their order; versions are no difference.
[[nodiscard]] std::vector<Spot> differences(const Shape& root, const Snapshot& a,
                                            const Snapshot& b);

/// Puts lists whose order is not kept in the order of their keys.
void sort_rows(const Shape& root, Snapshot& rows);

}  // namespace rowan::testing
