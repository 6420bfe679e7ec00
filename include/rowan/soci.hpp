#pragma once
/// The soci::session of a unit of work, for your own SQL in the same transaction. The only header
/// that shows SOCI; link rowan::soci for it.

#include <soci/soci.h>

#include <rowan/unit_of_work.hpp>

namespace rowan {

/// Opens the unit's write transaction, unless it is open, and lends its session until the unit
/// commits or rolls back. Do not begin, commit or roll back on it. What you change in the tables
/// of loaded aggregates is yours to refresh. Settings of the session end with the loan on
/// PostgreSQL (RESET ALL and its like); on SQLite a PRAGMA, an attached file or a temporary table
/// stays with that connection of the store. Throws ConnectionFailed, LockTimeout.
[[nodiscard]] soci::session& session(UnitOfWork& work);

}  // namespace rowan
