#pragma once
/// A schema in, statements that ask what its tables look like out; their answers in, facts out.

#include <set>
#include <string>
#include <vector>

#include <rowan/connection.hpp>
#include <rowan/schema.hpp>

namespace rowan::sql {

/// Two statements a table, in the order of tables().
[[nodiscard]] std::vector<Statement> describe_tables(const Schema& schema, Backend backend);

/// A column as the database has it.
struct ColumnFacts {
  std::string name;
  std::string type;  ///< as declared (SQLite), or the type beneath all domains (PostgreSQL)
  bool not_null = false;
  bool supplied = false;  ///< the database has a value where none is given
  bool textual = false;   ///< PostgreSQL: strings, enums and types that no standard knows; but no
                          ///< character(n)
  /// Whether it is GENERATED ALWAYS, so that no statement of ours can write it.
  enum class Always { no = 0, identity = 1, expression = 2 } always = Always::no;
};
struct TableFacts {
  std::vector<ColumnFacts> columns;           ///< none: there is no such table
  std::vector<std::set<std::string>> unique;  ///< columns of the primary key and unique indexes

  /// The column of this name, as the database compares names; null: none.
  [[nodiscard]] const ColumnFacts* find(const std::string& column, Backend backend) const;
  /// Whether exactly these columns make a row unique.
  [[nodiscard]] bool identified_by(const std::vector<std::string>& columns, Backend backend) const;
  /// Whether no two rows can have the same in all of these.
  [[nodiscard]] bool kept_unique(const std::vector<std::string>& columns, Backend backend) const;
};

/// What the n-th of tables() is like, from the outcomes of describe_tables.
[[nodiscard]] TableFacts facts(const std::vector<Outcome>& described, std::size_t n);

}  // namespace rowan::sql
