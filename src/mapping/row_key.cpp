#include "row_key.hpp"

#include <algorithm>

namespace rowan::mapping {

KeyValues row_key(const Shape& shape, ConstCells owner, const Snapshot& row) {
  // A row that could not be read to its end has fewer cells.
  const std::size_t width = std::min(shape.key_width, row.row.size());
  const bool by_position = shape.key_width == 0 && shape.position;
  KeyValues out;
  out.reserve(owner.size() + width + (by_position ? 1 : 0));
  out.assign(owner.begin(), owner.end());
  out.insert(out.end(), row.row.begin(), row.row.begin() + static_cast<std::ptrdiff_t>(width));
  if (by_position) out.emplace_back(row.position);
  return out;
}

void spell_key(Cells key) {
  for (Value& cell : key) {
    auto* decimal = std::get_if<Decimal>(&cell);
    while (decimal && decimal->scale() > 0) {
      const Decimal shorter = decimal->rounded_half_away(decimal->scale() - 1);
      if (shorter != *decimal) break;
      *decimal = shorter;
    }
  }
}

std::string place(const std::string& table, const KeyValues& key) {
  return key.empty() ? table : table + " " + to_string(key);
}

}  // namespace rowan::mapping
