#pragma once
/// Rows that hand unique values on to each other in, an order in which no two ever hold one out.

#include <cstddef>
#include <vector>

#include "../change/row_change.hpp"

namespace rowan::work {

struct UniqueOrder {
  struct HandedOn {
    std::size_t from;
    std::size_t to;
  };
  std::vector<std::size_t> order;  ///< who gives a value up before who takes it
  std::vector<std::size_t>
      circle;  ///< one of each circle: it has to give its value up first of all
  std::vector<HandedOn> handed_on;
};

/// `rows`: whose Shape::unique says what is unique. Values are taken for the same as the
/// identity map takes keys; a column with another collation may know better.
[[nodiscard]] UniqueOrder unique_order(const std::vector<const change::RowChange*>& rows);

/// The columns of unique values that the update changes.
[[nodiscard]] std::vector<std::size_t> changed_unique_columns(const change::RowChange& update);
/// Those of them that can be NULL in between; empty where that would not free all of the values.
[[nodiscard]] std::vector<std::size_t> parkable_columns(const change::RowChange& update);

}  // namespace rowan::work
