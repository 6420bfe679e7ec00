#pragma once
/// One row that is to be written.

#include <cstddef>
#include <optional>
#include <vector>

#include <rowan/shape.hpp>
#include <rowan/value.hpp>

namespace rowan::change {

struct RowChange {
  enum class Kind { insert, update, remove } kind = Kind::update;
  const Shape* shape = nullptr;
  std::size_t depth = 0;             ///< 0: the root
  KeyValues key;                     ///< by Shape::key_columns, as stored
  std::vector<std::size_t> columns;  ///< changed ones; all but the key for an insert
  std::vector<Value> values;         ///< along columns
  std::optional<std::int64_t> position;  ///< to write; ordered lists with keys only
  std::int64_t version = 0;              ///< of this row as stored; 0: none
  std::optional<KeyValues> new_owner;    ///< an update that moves the row to another owner
};

}  // namespace rowan::change
