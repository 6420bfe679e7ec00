#pragma once
/// Roots that are written together in, an order that keeps the references between them whole out.

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "change_set.hpp"

namespace rowan::work {

/// What others refer to comes before them; references are the columns of the roots' rows that are
/// mapped with references(...), their values taken from `row`. A circle is cut at a column that may
/// be NULL, if it has any, and `on_cut` is told which.
[[nodiscard]] std::vector<Change*> root_order(
    const std::vector<Change*>& roots, const std::function<const Snapshot&(const Change&)>& row,
    const std::function<void(Change&, std::size_t column)>& on_cut);

/// Rows, to be found by what a column that refers to them holds.
class References {
 public:
  /// Rows with keys of several columns cannot be referred to.
  void add(const Shape& shape, const KeyValues& local_key, std::size_t number);
  /// Calls `found` for each column of the row that holds the key of one of them.
  void each(const Shape& shape, const Snapshot& row,
            const std::function<void(std::size_t column, std::size_t number)>& found) const;

 private:
  std::map<std::pair<std::string, Value>, std::size_t> rows_;
};

}  // namespace rowan::work
