#pragma once
/// SQLite's result codes in, failures out.

#include <string_view>

#include <rowan/connection.hpp>

struct sqlite3;

namespace rowan::driver {

/// The failure that the last call on `database` ended with; `code` is its extended result code.
/// Call it before anything else is done with the database, which would replace the message.
[[nodiscard]] Failure sqlite_failure(sqlite3* database, int code);

/// The same from the message itself.
[[nodiscard]] Failure sqlite_failure(int code, std::string_view message);

/// The name of an extended result code: "SQLITE_BUSY_SNAPSHOT". Of one that is younger than this
/// library, the name of its primary code.
[[nodiscard]] const char* sqlite_code_name(int code) noexcept;

}  // namespace rowan::driver
