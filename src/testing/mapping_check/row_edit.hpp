#pragma once
/// Other cells for one row of an aggregate.

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include <rowan/field.hpp>
#include <rowan/snapshot.hpp>

namespace rowan::testing {

/// Which list and which child of it, from the root on.
using Path = std::vector<std::pair<std::size_t, std::size_t>>;

[[nodiscard]] Snapshot& row_at(Snapshot& root, const Path& path);

struct Edit {
  Path row;
  const ObjectMap* map = nullptr;  ///< of the row
  std::size_t first = 0;           ///< column
  std::vector<Value> cells;
  enum class Source { sample, generated } source = Source::generated;
  std::optional<std::size_t> choice{};  ///< of the one cell, among those that its column may have
};

/// False when it would make two siblings alike that have to be told apart.
[[nodiscard]] bool apply(const Edit& edit, Snapshot& root);

/// Columns of which no two siblings have the same value here: key and unique ones, each by itself.
[[nodiscard]] std::vector<std::size_t> telling_columns(const Shape& shape);

/// Whether any of them has this value.
[[nodiscard]] bool has(const std::vector<Snapshot>& siblings, std::size_t column,
                       const Value& value);

}  // namespace rowan::testing
