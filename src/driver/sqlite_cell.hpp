#pragma once
/// One bound value into a statement of SQLite, one cell of a row out of it.

#include <cstdint>
#include <string>

#include <rowan/value.hpp>

struct sqlite3;
struct sqlite3_stmt;

namespace rowan::driver {

/// Binds `value` at `position`, counted from 1, and gives SQLite's result code.
///
/// Texts and blobs are not copied, so `value` must outlive its binding. Throws std::out_of_range
/// for what SQLite cannot hold: a NaN, a time or date outside the years 0001 to 9999.
[[nodiscard]] int bind_value(sqlite3_stmt* statement, int position, const Value& value);

/// The cell at `column`, counted from 0, of the row that `statement` stands on, as `type`; what
/// does not fit exactly is given as SQLite has it.
[[nodiscard]] Value read_cell(sqlite3_stmt* statement, int column, ColumnType type);

/// What SQLite has as an integer, a real number, a text or a blob, as `type` if it fits exactly.
[[nodiscard]] Value fit(std::int64_t number, ColumnType type);
[[nodiscard]] Value fit(sqlite3* database, double number, ColumnType type);
[[nodiscard]] Value fit(std::string text, ColumnType type);
[[nodiscard]] Value fit(Bytes bytes, ColumnType type);

}  // namespace rowan::driver
