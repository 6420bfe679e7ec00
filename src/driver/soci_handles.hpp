#pragma once
/// What SOCI's objects are made of: the databases' own, for what SOCI has no word for.
///
/// All are void, as SOCI 4.0's header has an sqlite3 of its own in another namespace, and
/// <sqlite3.h> cannot be in one file with it. SOCI has them "for advanced users", in headers that
/// it installs.

#include <soci/session.h>
#include <soci/statement.h>

namespace rowan::driver {

/// The sqlite3* of a session on SQLite.
[[nodiscard]] void* sqlite_database(soci::session& session) noexcept;
/// The sqlite3_stmt* of a statement on SQLite that is prepared; null where there is none.
[[nodiscard]] void* sqlite_statement(soci::statement& statement) noexcept;
/// The PGconn* of a session on PostgreSQL.
[[nodiscard]] void* postgres_connection(soci::session& session) noexcept;
/// The PGresult* of a statement on PostgreSQL that was executed, failed or not; null: no answer.
[[nodiscard]] void* postgres_result(soci::statement& statement) noexcept;

}  // namespace rowan::driver
