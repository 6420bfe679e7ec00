#include "sqlite_session.hpp"

#include <algorithm>

#include <sqlite3.h>

#include <rowan/errors.hpp>

namespace rowan::driver {
namespace {

using Ask = std::function<std::string(const std::string& sql)>;

void set_journal(const Ask& ask, const std::string& label, Journal journal) {
  if (journal == Journal::as_it_is) return;
  const std::string now = ask("PRAGMA journal_mode");
  if (now == "memory" || (now == "wal") == (journal == Journal::write_ahead)) return;
  const char* wanted = journal == Journal::write_ahead ? "wal" : "delete";
  if (ask(std::string("PRAGMA journal_mode = ") + wanted) != wanted)
    throw ConnectionFailed("the journal of " + label + " cannot be changed");
}

}  // namespace

void set_defaults(sqlite3* database) noexcept {
  sqlite3_extended_result_codes(database, 1);
  // Otherwise SQLite takes a quoted name that is no column for a text, and a misspelt filter
  // answers nonsense: https://www.sqlite.org/quirks.html, section 8.
  sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
}

void set_up_sqlite(const Ask& ask, const std::string& label, const StoreOptions& options) {
  // The file is read here for the first time, so here it turns out if it is no database.
  (void)ask("PRAGMA schema_version");
  (void)ask("PRAGMA foreign_keys = ON");
  (void)ask("PRAGMA query_only = OFF");  // a database in memory may have been lent before
  set_journal(ask, label, options.journal);
  for (const std::string& sql : options.set_up) (void)ask(sql);
}

void end_cursors(sqlite3* database) noexcept {
  for (sqlite3_stmt* statement = sqlite3_next_stmt(database, nullptr); statement != nullptr;
       statement = sqlite3_next_stmt(database, statement)) {
    if (sqlite3_stmt_busy(statement) != 0) sqlite3_reset(statement);
  }
}

SqliteDeadline::SqliteDeadline(sqlite3* database, std::optional<std::chrono::milliseconds> timeout)
    : database_(database) {
  if (!timeout) return;
  armed_ = true;
  // Beyond a year the clock's own range comes near.
  end_ = Clock::now() + std::min<std::chrono::milliseconds>(*timeout, std::chrono::years(1));
  constexpr int instructions = 1000;  // between two looks at the clock: some microseconds
  sqlite3_progress_handler(database_, instructions, &is_over, this);
}

SqliteDeadline::~SqliteDeadline() {
  if (armed_) sqlite3_progress_handler(database_, 0, nullptr, nullptr);
}

int SqliteDeadline::is_over(void* self) noexcept {
  return Clock::now() >= static_cast<const SqliteDeadline*>(self)->end_ ? 1 : 0;
}

}  // namespace rowan::driver
