#pragma once
/// Which row it is: its whole key, and how that reads in a message.

#include <string>

#include <rowan/shape.hpp>
#include <rowan/snapshot.hpp>

namespace rowan::mapping {

/// The owner's key, then the local one, or the position where that is what tells rows apart.
[[nodiscard]] KeyValues row_key(const Shape& shape, ConstCells owner, const Snapshot& row);

/// Numbers that are equal are one key, so they are spelled alike: a decimal without zeros at its
/// end. A database that compares texts would tell them apart.
void spell_key(Cells key);

/// "orders 42", "order_lines (42, 1)"; the table alone while the key is not known.
[[nodiscard]] std::string place(const std::string& table, const KeyValues& key);

}  // namespace rowan::mapping
