#pragma once
/// Names and placeholders as each database spells them.

#include <cstddef>
#include <string>
#include <string_view>

#include <rowan/connection.hpp>
#include <rowan/shape.hpp>

namespace rowan::sql {

/// A column's name, in double quotes where it is a reserved word, of mixed case, or not made of
/// letters, digits and underscores.
[[nodiscard]] std::string quoted(std::string_view name);

/// A table's name; a dot parts schema and table, each quoted by itself.
[[nodiscard]] std::string quoted_table(std::string_view table);

/// The n-th bound value, from 1: `?` on SQLite, `$n` on PostgreSQL.
[[nodiscard]] std::string placeholder(Backend backend, std::size_t n);

/// The type of a column in the tables we create.
[[nodiscard]] const char* type_name(Backend backend, ColumnType type) noexcept;

}  // namespace rowan::sql
