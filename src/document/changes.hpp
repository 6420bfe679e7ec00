#pragma once
/// What a version has changed, as the text that a history keeps of it, and back; and the state.

#include <string>
#include <string_view>
#include <vector>

#include <rowan/history.hpp>
#include <rowan/shape.hpp>
#include <rowan/snapshot.hpp>
#include <rowan/value.hpp>

namespace rowan::document {

/// From one state to another of the aggregate with this key, as they are stored. Throws
/// DocumentError for cells of `after` that do not fit.
[[nodiscard]] std::string changes_text(const Shape& root, const KeyValues& key,
                                       const Snapshot& before, const Snapshot& after);
/// Throws DocumentError for what changes_text does not write.
[[nodiscard]] std::vector<Revision::Change> read_changes(std::string_view text);

/// What a state is taken to have of columns and children that were mapped after it was written.
enum class MappedSince {
  refused,
  none,  ///< NULL, and no rows
};

/// A state as text() gives it, of any size. Throws DocumentError for all that is no such state.
[[nodiscard]] Snapshot read_state(const Shape& root, std::string_view text, MappedSince since);

}  // namespace rowan::document
