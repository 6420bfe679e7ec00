#pragma once
/// The table that an aggregate's history is kept in, as data.

#include <cstddef>
#include <string>

#include <rowan/shape.hpp>

namespace rowan::mapping {

/// What a history has behind its key, which is the root's and the version.
enum class HistoryColumn {
  changed_at,  ///< when, by the database's clock; its default gives it
  author,      ///< who, as the unit of work was told
  operation,   ///< "added", "changed", "removed"
  changes,     ///< JSON: what is otherwise than at the version before
  state,       ///< JSON: the whole aggregate; NULL once it was removed
  commit_id,   ///< the same in all rows of one commit, and in no others
};

/// The place of a column in the rows of this history.
[[nodiscard]] constexpr std::size_t place_of(HistoryColumn column, const Shape& history) noexcept {
  return history.key_width + static_cast<std::size_t>(column);
}
[[nodiscard]] const Column& column_of(HistoryColumn column, const Shape& history);

/// Of a root with a version.
[[nodiscard]] Shape history_shape(const Shape& root, std::string table);

}  // namespace rowan::mapping
