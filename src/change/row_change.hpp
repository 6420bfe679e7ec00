#pragma once
/// One row that is to be written.

#include <cstddef>
#include <optional>
#include <vector>

#include <rowan/shape.hpp>
#include <rowan/snapshot.hpp>
#include <rowan/value.hpp>

namespace rowan::change {

/// Points into the snapshots it was made from.
struct RowChange {
  enum class Kind { insert, update, remove } kind = Kind::update;
  const Shape* shape = nullptr;
  std::size_t depth = 0;             ///< 0: the root
  KeyValues key;                     ///< by Shape::key_columns, as stored; empty: not given yet
  std::vector<std::size_t> columns;  ///< to write, of Shape::columns; all but the key for an insert
  std::optional<std::int64_t> position;  ///< to write; ordered lists with keys only
  const Snapshot* before = nullptr;
  Snapshot* after = nullptr;
  std::optional<KeyValues> new_owner;  ///< an update that moves the row to another owner
  Moves moves = Moves::version;        ///< whether it moves the version of its aggregate

  /// Whether an update has anything to write besides a version.
  [[nodiscard]] bool writes() const noexcept { return !columns.empty() || position.has_value(); }

  /// As it will be, or as it was.
  [[nodiscard]] KeyValues local_key() const {
    const auto& cells = (after ? after : before)->row;
    return {cells.begin(), cells.begin() + static_cast<std::ptrdiff_t>(shape->key_width)};
  }
};

}  // namespace rowan::change
