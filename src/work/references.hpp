#pragma once
/// Rows that come or go, to be found by the rows that refer to them.

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "change_set.hpp"

namespace rowan::work {

/// The key of the row that owns a child, as it was and as it will be; what is beneath a root that
/// has no key yet goes without that key.
[[nodiscard]] KeyValues old_owner(const change::RowChange& row);
[[nodiscard]] KeyValues new_owner(const change::RowChange& row);
/// The whole key that it will have.
[[nodiscard]] KeyValues new_key(const change::RowChange& row);

/// Roots, and children whose key is unique in its table, are referred to from everywhere; other
/// children from the rows of their root. Keys of several columns cannot be referred to.
class References {
 public:
  void add(const Change& change, const change::RowChange& row, std::size_t number);
  /// Calls `found` for each column of the row that holds the key of one of them.
  void each(const Change& change, const Shape& shape, const Snapshot& row,
            const std::function<void(std::size_t column, std::size_t number)>& found) const;

 private:
  /// Of which root, or null; table; key.
  using Target = std::tuple<const Change*, std::string, Value>;
  std::map<Target, std::size_t> rows_;
};

}  // namespace rowan::work
