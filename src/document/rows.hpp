#pragma once
/// Rows as JSON objects, and back: one member a column, one a child table.

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include <rowan/shape.hpp>
#include <rowan/snapshot.hpp>
#include <rowan/value.hpp>

#include "path.hpp"

namespace rowan::document {

/// The members that hold the rows of children, along `shape.children`: each is named as their
/// table, with "[]" behind it as long as a column or a child before it has that name.
[[nodiscard]] std::vector<std::string> child_members(const Shape& shape);

/// Whether there is one row at most, which is no list then but an object or null.
[[nodiscard]] bool is_single(const Shape& child) noexcept;

/// `row` runs along `shape`. Throws DocumentError where a cell does not fit into a document, or
/// two children have one key.
[[nodiscard]] nlohmann::ordered_json to_json(const Shape& shape, const Snapshot& row,
                                             const Path& at);
[[nodiscard]] nlohmann::ordered_json to_json(const Shape& shape, const std::vector<Snapshot>& rows,
                                             const Path& at);
/// The cells of one field, of which `cells` are all: the plain value of one column, or an object of
/// several by name.
[[nodiscard]] nlohmann::ordered_json to_json(const Shape& shape, const FieldRun& field,
                                             ConstCells cells, const Path& at);
/// The columns of a key, by name.
[[nodiscard]] nlohmann::ordered_json key_to_json(const Shape& shape, ConstCells key,
                                                 const Path& at);

/// What it means when a column that may be NULL, or a single child, has no member: in the result of
/// a merge patch, which has no other word for it, that it is NULL.
enum class Absent {
  refused,
  null,
  empty,  ///< the same, and a list without a member has no rows
};

/// Reads the rows of one document, of which there may be `max_rows` in all.
class RowReader {
 public:
  explicit RowReader(std::size_t max_rows) : max_rows_(max_rows) {}

  /// Throws DocumentError for all that is no such row.
  [[nodiscard]] Snapshot row(const Shape& shape, const nlohmann::json& from, const Path& at,
                             Absent absent = Absent::refused);
  [[nodiscard]] static KeyValues key(const Shape& shape, const nlohmann::json& from,
                                     const Path& at);

 private:
  [[nodiscard]] std::vector<Snapshot> children(const Shape& shape, const nlohmann::json& from,
                                               const Path& at, Absent absent);

  std::size_t max_rows_;
  std::size_t rows_ = 0;
};

}  // namespace rowan::document
