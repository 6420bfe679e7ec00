#include "row_edit.hpp"

#include <algorithm>

namespace rowan::testing {

Snapshot& row_at(Snapshot& root, const Path& path) {
  Snapshot* row = &root;
  for (const auto& [list, child] : path) row = &row->children[list][child];
  return *row;
}

bool apply(const Edit& edit, Snapshot& root) {
  Snapshot& row = row_at(root, edit.row);
  std::copy(edit.cells.begin(), edit.cells.end(),
            row.row.begin() + static_cast<std::ptrdiff_t>(edit.first));
  if (edit.row.empty()) return true;
  const Path owner(edit.row.begin(), edit.row.end() - 1);
  const auto& siblings = row_at(root, owner).children[edit.row.back().first];
  for (const std::size_t c : telling_columns(edit.map->shape))
    if (std::count_if(siblings.begin(), siblings.end(), [&](const Snapshot& other) {
          return same_cell(other.row[c], row.row[c]);
        }) > 1)
      return false;
  return true;
}

std::vector<std::size_t> telling_columns(const Shape& shape) {
  std::vector<std::size_t> out;
  for (std::size_t c = 0; c < shape.key_width; ++c) out.push_back(c);
  for (const auto& columns : shape.unique) out.insert(out.end(), columns.begin(), columns.end());
  return out;
}

bool has(const std::vector<Snapshot>& siblings, std::size_t column, const Value& value) {
  return std::any_of(siblings.begin(), siblings.end(),
                     [&](const Snapshot& row) { return same_cell(row.row[column], value); });
}

}  // namespace rowan::testing
