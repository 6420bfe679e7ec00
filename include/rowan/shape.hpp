#pragma once
/// The tables an aggregate lives in, as data: a tree of Shapes, root first.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <rowan/value.hpp>

namespace rowan {

/// One column that a member is stored in.
struct Column {
  std::string name;
  ColumnType type = ColumnType::text;
  bool nullable = false;
  std::string references;  ///< table of another aggregate whose key this column holds
};

/// Columns [first, first + count) hold one field of the object. A value object
/// takes several; they are compared and written as one.
struct FieldRun {
  std::string name;
  std::size_t first = 0;
  std::size_t count = 1;
};

/// The column of a row version.
struct VersionColumn {
  std::string name;
  std::int64_t maximum = 0;  ///< of the member that holds it
  enum class Assigned { by_rowan, by_database } assigned = Assigned::by_rowan;
};

/// Where the values of a key come from and how far they identify.
enum class KeyScope {
  owner,  ///< unique among the rows of its owner
  table,  ///< unique in the table: a child keeps its identity when it moves to another root
};
enum class KeyOrigin { assigned, generated };

/// One table. The columns of `parent`, `version` and `position` are not part of `columns`.
struct Shape {
  std::string table;
  std::vector<Column> columns;  ///< the local key first
  std::vector<FieldRun> fields;
  std::size_t key_width = 0;  ///< columns [0, key_width) are the local key; 0: position, or one row
  KeyScope scope = KeyScope::owner;
  KeyOrigin origin = KeyOrigin::assigned;
  std::optional<VersionColumn> version;
  std::optional<std::string> position;  ///< column of the place in the list
  std::vector<std::string> parent;      ///< columns that name the owning row, root's key first
  std::vector<Shape> children;

  /// Names of the columns that make a row unique: the owner's, then the local key or the position.
  [[nodiscard]] std::vector<std::string> key_columns() const;
};

}  // namespace rowan
