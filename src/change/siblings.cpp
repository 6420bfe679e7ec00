#include "siblings.hpp"

#include <algorithm>

#include "../mapping/row_key.hpp"

namespace rowan::change {

ConstCells local_key(const Shape& shape, const Snapshot& row) {
  return ConstCells(row.row).first(shape.key_width);
}

bool KeyLess::operator()(const Snapshot* a, const Snapshot* b) const {
  const ConstCells left = local_key(*shape_, *a);
  const ConstCells right = local_key(*shape_, *b);
  return std::lexicographical_compare(left.begin(), left.end(), right.begin(), right.end());
}

void throw_twice(const Shape& shape, const KeyValues& owner, const Snapshot& row) {
  const std::string what = mapping::place(shape.table, mapping::row_key(shape, owner, row)) +
                           ": two children have this key";
  if (shape.scope == KeyScope::table) throw MetTwice(what);
  throw DataError(what);
}

}  // namespace rowan::change
