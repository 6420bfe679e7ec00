#pragma once
/// Rows that are written together in, which of them take a unique value that another gives up out.

#include <cstddef>
#include <optional>
#include <vector>

#include "../change/row_change.hpp"

namespace rowan::work {

/// No two rows ever hold one value, so `from` has to let go of it first.
struct HandedOn {
  const change::RowChange* from;
  const change::RowChange* to;
  std::optional<std::size_t>
      constraint;  ///< of Shape::unique; none: a key that is unique in its table
};

/// Shape::unique says what is unique. Values are taken for the same as the identity map takes keys;
/// a column with another collation may know better.
[[nodiscard]] std::vector<HandedOn> handed_on(const std::vector<const change::RowChange*>& rows);

/// The columns of unique values that the update changes.
[[nodiscard]] std::vector<std::size_t> changed_unique_columns(const change::RowChange& update);
/// A column that can be NULL until the row is written, or removed, and then frees the value.
[[nodiscard]] std::optional<std::size_t> parkable_column(const change::RowChange& row,
                                                         std::size_t constraint);

}  // namespace rowan::work
