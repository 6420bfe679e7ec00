#pragma once
/// What a version has changed, as the text that a history keeps of it, and back; the same of the
/// whole state.

#include <string>
#include <string_view>
#include <vector>

#include <rowan/history.hpp>
#include <rowan/shape.hpp>
#include <rowan/snapshot.hpp>
#include <rowan/value.hpp>

namespace rowan::document {

/// From one state to another of the aggregate with this key; `after` is given the positions and
/// versions of its rows. Throws DocumentError for cells that do not fit.
[[nodiscard]] std::string changes_text(const Shape& root, const KeyValues& key,
                                       const Snapshot& before, Snapshot& after);
/// Throws DocumentError for what changes_text does not write.
[[nodiscard]] std::vector<Change> read_changes(std::string_view text);

/// A state as text() gives it, of any size. Columns and children that it does not know, since they
/// were mapped later, are none. Throws DocumentError where they cannot be, and for all that is no
/// such state.
[[nodiscard]] Snapshot read_state(const Shape& root, std::string_view text);

}  // namespace rowan::document
