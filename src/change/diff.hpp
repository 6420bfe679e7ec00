#pragma once
/// Two snapshots of one aggregate in, the rows that differ out.

#include <vector>

#include <rowan/snapshot.hpp>

#include "row_change.hpp"
#include "siblings.hpp"

namespace rowan::change {

/// Parents before their children. Either side may be null: all inserts, all removes. Versions are
/// never part of a difference. `after` is given the positions its rows will have once written, and
/// the versions its children have now. Throws DataError when two siblings have one key, MetTwice if
/// no two children at all may have it.
[[nodiscard]] std::vector<RowChange> diff(const Shape& root, const KeyValues& root_key,
                                          const Snapshot* before, Snapshot* after);

/// From one state of a row to another; `after` is given the version that it leads to. `moves`:
/// whether it may move the version at all.
[[nodiscard]] RowChange update_of(const Shape& shape, KeyValues key, const Snapshot& before,
                                  Snapshot& after, std::size_t depth, Moves moves);

/// Whether one of these columns belongs to a field that moves the version.
[[nodiscard]] Moves moved_by(const Shape& shape, const std::vector<std::size_t>& columns);

/// The columns outside the key, of all fields that differ between two states of one row.
[[nodiscard]] std::vector<std::size_t> changed_columns(const Shape& shape, const Snapshot& before,
                                                       const Snapshot& after);

}  // namespace rowan::change
