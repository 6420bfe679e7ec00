#pragma once
/// Roots that are written together in, an order that keeps the references between them whole out.

#include <functional>
#include <vector>

#include "change_set.hpp"

namespace rowan::work {

/// What others refer to comes before them; references are the columns of the roots' rows that are
/// mapped with references(...), their values taken from `row`. A circle is cut at a column that may
/// be NULL, if it has any, and `on_circle` is told which.
[[nodiscard]] std::vector<Change*> reference_order(
    const std::vector<Change*>& roots, const std::function<const Snapshot&(const Change&)>& row,
    const std::function<void(Change&, std::size_t column)>& on_circle);

/// Calls `found` for each column of the row that holds the key of one of `targets`.
class References {
 public:
  explicit References(const std::vector<Change*>& targets);
  void each(const Shape& shape, const Snapshot& row,
            const std::function<void(std::size_t column, Change& target)>& found) const;

 private:
  std::map<std::pair<std::string, Value>, Change*> targets_;
};

}  // namespace rowan::work
