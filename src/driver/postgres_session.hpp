#pragma once
/// What every driver does with a session of PostgreSQL besides running statements.

#include <libpq-fe.h>

namespace rowan::driver {

/// What a session is told before it is used: what we read and write relies on these.
constexpr const char* postgres_settings =
    "SET TIME ZONE 'UTC'; SET datestyle = 'ISO'; SET bytea_output = 'hex'; "
    "SET standard_conforming_strings = on";

/// And after somebody else has used it. What DISCARD ALL does
/// (https://www.postgresql.org/docs/15/sql-discard.html), but for prepared statements, which their
/// owner may still be about to deallocate.
constexpr const char* forget_postgres_settings =
    "CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; UNLISTEN *; "
    "SELECT pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES; ";

/// libpq prints notices, such as "relation exists already, skipping", on stderr by default.
void keep_quiet(PGconn* connection) noexcept;

/// Whether the server has not hung up, as far as is known without asking it.
[[nodiscard]] bool is_alive(PGconn* connection) noexcept;

}  // namespace rowan::driver
