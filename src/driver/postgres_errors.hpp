#pragma once
/// PostgreSQL's errors in, failures out.

#include <string>
#include <string_view>

#include <libpq-fe.h>

#include <rowan/connection.hpp>

namespace rowan::driver {

/// The failure that `result` stands for; without a result, or with a connection that is gone, the
/// loss of the connection.
[[nodiscard]] Failure postgres_failure(const PGconn* connection, const PGresult* result);

/// What an SQLSTATE means to a program.
[[nodiscard]] FailureKind sqlstate_kind(std::string_view sqlstate) noexcept;

/// The constraint that a message names, for servers that name it nowhere else, without the number
/// of a shard: `duplicate key value violates unique constraint "line_pkey_102016"` is "line_pkey".
[[nodiscard]] std::string constraint_in(std::string_view message);

}  // namespace rowan::driver
