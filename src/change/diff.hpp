#pragma once
/// Two snapshots of one aggregate in, the rows that differ out.

#include <vector>

#include <rowan/snapshot.hpp>

#include "row_change.hpp"

namespace rowan::change {

/// Parents before their children. Either side may be null: all inserts, all removes. Versions are
/// never part of a difference. `after` is given the positions its rows will have once written, and
/// the versions its children have now. Throws DataError when two siblings have one key.
[[nodiscard]] std::vector<RowChange> diff(const Shape& root, const KeyValues& root_key,
                                          const Snapshot* before, Snapshot* after);

/// Whether one of these columns belongs to a field that moves the version.
[[nodiscard]] Moves moved_by(const Shape& shape, const std::vector<std::size_t>& columns);

/// The columns outside the key, of all fields that differ between two states of one row.
[[nodiscard]] std::vector<std::size_t> changed_columns(const Shape& shape, const Snapshot& before,
                                                       const Snapshot& after);

}  // namespace rowan::change
