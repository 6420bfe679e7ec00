#pragma once
/// What a database would not keep, found before it is sent.

#include <rowan/connection.hpp>

#include "../change/row_change.hpp"

namespace rowan::sql {

/// Throw DataError, naming table, column and key, for a value that the database would refuse or
/// make another: NUL in a text for PostgreSQL, NaN for SQLite, years of other than four digits.
void check_values(Backend backend, const change::RowChange& row);
/// Besides, for a text that is not UTF-8: no key of PostgreSQL's is that.
void check_key(Backend backend, const Shape& root, const KeyValues& key);

/// Whether PostgreSQL has such a text.
[[nodiscard]] bool holds_nul(const Value& value) noexcept;

}  // namespace rowan::sql
