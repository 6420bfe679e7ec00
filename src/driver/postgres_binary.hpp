#pragma once
/// Which columns are read in PostgreSQL's binary form, and the cells of those.

#include <string_view>

#include <libpq-fe.h>

#include <rowan/value.hpp>

namespace rowan::driver {

/// Whether the binary form of this type is known, and tells all that its text would tell one who
/// reads it as `as`. Types of extensions, enums and whatever else users have made have numbers
/// that say nothing of their form.
[[nodiscard]] bool is_read_binary(Oid type, ColumnType as) noexcept;

/// The cell that PostgreSQL sends as `bytes`, as read_cell would read its text. For what
/// is_read_binary alone.
[[nodiscard]] Value read_binary(std::string_view bytes, Oid type, ColumnType as);

}  // namespace rowan::driver
