/// The one place where sessions are opened.

#include "open.hpp"

#include <string>
#include <string_view>

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <rowan/errors.hpp>

#include "postgres_connection.hpp"
#include "soci_connection.hpp"
#include "soci_handles.hpp"
#include "sqlite_connection.hpp"

namespace rowan::driver {
namespace {

/// SOCI 4.1 puts the values of each statement into texts for its messages unless told not to,
/// which is slow, and shows them. A template, so that SOCI 4.0, which has no such setting,
/// compiles.
template <class Session>
void keep_no_values(Session& session) {
  if constexpr (requires { session.get_query_context_logging_mode(); }) {
    using Mode = decltype(session.get_query_context_logging_mode());
    session.set_query_context_logging_mode(Mode::never);
  }
}

/// SOCI's own words stand in the first line of its message, the database's in the next.
std::string reason(const soci::soci_error& error, const Target& target) {
  std::string text = error.get_error_message();
  constexpr std::string_view preamble = "Cannot establish connection to the database.";
  if (text.starts_with(preamble)) text.erase(0, preamble.size());
  text.erase(0, text.find_first_not_of(" \n"));
  text.erase(text.find_last_not_of(" \n") + 1);
  const bool tells = !target.password.empty() && text.find(target.password) != text.npos;
  return text.empty() || tells ? "" : ": " + text;
}

void open(soci::session& session, const Target& target) {
  try {
    if (target.backend == Backend::sqlite) {
      session.open(soci::sqlite3, target.connect);
    } else {
      session.open(soci::postgresql, target.connect);
    }
  } catch (const soci::soci_error& error) {
    throw ConnectionFailed("cannot open " + target.label + reason(error, target));
  }
}

std::unique_ptr<Connection> connection_over(soci::session& session, const Target& target,
                                            const StoreOptions& options) {
  if (options.driver == Driver::soci)
    return connect_soci(session, target.backend, target.label, options);
  if (target.backend == Backend::sqlite)
    return connect_sqlite(sqlite_database(session), &session, target.label, options);
  return connect_postgres(postgres_connection(session), &session, target.label, options);
}

}  // namespace

std::unique_ptr<Connection> connect(soci::session& session, const Target& target,
                                    const StoreOptions& options) {
  const bool is_new = session.get_backend() == nullptr;
  if (is_new) open(session, target);
  keep_no_values(session);
  try {
    return connection_over(session, target, options);
  } catch (...) {
    if (is_new) session.close();  // else a database in memory would go with it
    throw;
  }
}

}  // namespace rowan::driver
