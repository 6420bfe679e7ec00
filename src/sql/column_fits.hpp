#pragma once
/// What a mapping stores and what a database declares in; whether they go together out.

#include <cstdint>
#include <string_view>

#include <rowan/connection.hpp>

#include "describe_tables.hpp"

namespace rowan::sql {

/// Whether a column can hold every value of its family; widths and lengths are left to the
/// database, which refuses what is too long. A character(n) of PostgreSQL does not: it pads a text
/// with spaces, so that neither a key nor a comparison finds it as it was.
[[nodiscard]] bool fits(Backend backend, ColumnType mapped, const ColumnFacts& column);

/// The largest number that a column of this type, one of PostgreSQL's, holds.
[[nodiscard]] std::int64_t largest_integer(std::string_view type) noexcept;

}  // namespace rowan::sql
