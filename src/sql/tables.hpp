#pragma once
/// A schema in, its tables one by one out.

#include <string>
#include <vector>

#include <rowan/schema.hpp>

namespace rowan::sql {

/// One table of a schema, which must outlive it.
struct Table {
  const Shape* shape = nullptr;
  const Shape* owner = nullptr;          ///< of a child
  std::vector<ColumnType> parent_types;  ///< along Shape::parent: the types of the owner's key
  const Shape* recorded = nullptr;       ///< of a history: the root that it is of

  /// The parent's, the local key, position, version, then the others.
  [[nodiscard]] std::vector<Column> columns() const;
  /// Along Shape::key_columns.
  [[nodiscard]] std::vector<ColumnType> key_types() const;
};

/// Owners before their children, and histories behind them, in the order of the schema.
[[nodiscard]] std::vector<Table> tables(const Schema& schema);

/// A table's name without the schema before it, and the schema; empty: none.
struct TableName {
  std::string schema;
  std::string table;
};
[[nodiscard]] TableName split(const std::string& table);

}  // namespace rowan::sql
