#include "references.hpp"

#include <tuple>

namespace rowan::work {

using change::RowChange;

KeyValues old_owner(const RowChange& row) {
  if (row.depth == 0) return {};
  const Shape& shape = *row.shape;
  const std::size_t own = shape.key_width > 0 ? shape.key_width : shape.position ? 1 : 0;
  return {row.key.begin(), row.key.end() - static_cast<std::ptrdiff_t>(own)};
}

KeyValues new_owner(const RowChange& row) {
  return row.new_owner ? *row.new_owner : old_owner(row);
}

KeyValues new_key(const RowChange& row) {
  if (!row.new_owner) return row.key;
  KeyValues out = *row.new_owner;
  const KeyValues local = row.local_key();
  out.insert(out.end(), local.begin(), local.end());
  return out;
}

void References::add(const Change& change, const RowChange& row, std::size_t number) {
  if (row.shape->key_width != 1 || (row.depth == 0 && row.key.empty())) return;
  const bool everywhere = row.depth == 0 || row.shape->scope == KeyScope::table;
  rows_[{everywhere ? nullptr : &change, row.shape->table, row.local_key().front()}] = number;
}

void References::each(const Change& change, const Shape& shape, const Snapshot& row,
                      const std::function<void(std::size_t, std::size_t)>& found) const {
  if (rows_.empty()) return;
  for (std::size_t c = 0; c < shape.columns.size(); ++c) {
    const std::string& table = shape.columns[c].references;
    if (table.empty()) continue;
    for (const Change* root : {static_cast<const Change*>(nullptr), &change}) {
      const auto target = rows_.find({root, table, row.row[c]});
      if (target != rows_.end()) found(c, target->second);
    }
  }
}

}  // namespace rowan::work
