#include "compare_rows.hpp"

#include <algorithm>

#include "../../change/siblings.hpp"
#include "../../mapping/row_key.hpp"

namespace rowan::testing {
namespace {

void compare(const Shape& shape, const KeyValues& owner, const Snapshot& a, const Snapshot& b,
             std::vector<Spot>& out) {
  const KeyValues key = mapping::row_key(shape, owner, a);
  for (std::size_t c = 0; c < shape.columns.size(); ++c)
    if (!same_cell(a.row[c], b.row[c])) out.push_back({shape.table, key, shape.columns[c].name});
  for (std::size_t l = 0; l < shape.children.size(); ++l) {
    const Shape& child = shape.children[l];
    if (a.children[l].size() != b.children[l].size()) {
      out.push_back({child.table, key, {}});
      continue;
    }
    for (std::size_t i = 0; i < a.children[l].size(); ++i)
      compare(child, key, a.children[l][i], b.children[l][i], out);
  }
}

}  // namespace

std::vector<Spot> differences(const Shape& root, const Snapshot& a, const Snapshot& b) {
  std::vector<Spot> out;
  compare(root, {}, a, b, out);
  return out;
}

void sort_rows(const Shape& root, Snapshot& rows) {
  for (std::size_t l = 0; l < root.children.size(); ++l) {
    const Shape& child = root.children[l];
    if (child.key_width > 0 && !child.position)
      std::stable_sort(rows.children[l].begin(), rows.children[l].end(),
                       [less = change::KeyLess(child)](const Snapshot& a, const Snapshot& b) {
                         return less(&a, &b);
                       });
    for (Snapshot& row : rows.children[l]) sort_rows(child, row);
  }
}

}  // namespace rowan::testing
