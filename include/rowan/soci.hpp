#pragma once
/// The soci::session of a unit of work, for your own SQL in the same transaction. The only header
/// that shows SOCI; link rowan::soci for it.

#include <soci/soci.h>

#include <rowan/unit_of_work.hpp>

namespace rowan {

/// Opens the unit's write transaction, unless it is open, and lends its session until the unit
/// commits or rolls back. Do not begin, commit or roll back on it. What you change in the tables
/// of loaded aggregates is yours to refresh. What you set for the session ends with the loan: on
/// PostgreSQL by RESET ALL and its like; an SQLite file is closed and opened anew, so let go of
/// your statements before. A database in memory cannot be: there foreign_keys and query_only are
/// set back, but other PRAGMAs, attached files and temporary tables stay. Throws ConnectionFailed,
/// LockTimeout.
[[nodiscard]] soci::session& session(UnitOfWork& work);

}  // namespace rowan
