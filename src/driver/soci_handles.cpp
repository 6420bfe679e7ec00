#include "soci_handles.hpp"

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

namespace rowan::driver {

// The backends' classes are not exported by SOCI 4.0, so there is no dynamic_cast to them.

void* sqlite_database(soci::session& session) noexcept {
  return static_cast<soci::sqlite3_session_backend*>(session.get_backend())->conn_;
}

void* sqlite_statement(soci::statement& statement) noexcept {
  return static_cast<soci::sqlite3_statement_backend*>(statement.get_backend())->stmt_;
}

void* postgres_connection(soci::session& session) noexcept {
  return static_cast<soci::postgresql_session_backend*>(session.get_backend())->conn_;
}

void* postgres_result(soci::statement& statement) noexcept {
  return static_cast<soci::postgresql_statement_backend*>(statement.get_backend())
      ->result_.get_result();
}

}  // namespace rowan::driver
