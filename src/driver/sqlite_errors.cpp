/// What each of SQLite's result codes means to a program: https://www.sqlite.org/rescode.html.

#include "sqlite_errors.hpp"

#include <array>
#include <string>

#include <sqlite3.h>

namespace rowan::driver {
namespace {

constexpr std::string_view foreign_key_message = "FOREIGN KEY constraint failed";

constexpr int primary(int code) {
  return code & 0xFF;
}

FailureKind constraint_kind(int code, std::string_view message) {
  switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID: return FailureKind::unique;
    case SQLITE_CONSTRAINT_FOREIGNKEY: return FailureKind::foreign_key;
    case SQLITE_CONSTRAINT_NOTNULL: return FailureKind::not_null;
    case SQLITE_CONSTRAINT_DATATYPE: return FailureKind::value;
    case SQLITE_CONSTRAINT_TRIGGER:
      // ON DELETE RESTRICT is a trigger inside SQLite, and says so in its code (src/fkey.c).
      return message == foreign_key_message ? FailureKind::foreign_key : FailureKind::check;
    default: return FailureKind::check;
  }
}

/// SQLITE_ERROR stands for everything that a statement can get wrong; the message tells them apart.
FailureKind error_kind(std::string_view message) {
  if (message.starts_with("no such table: ")) return FailureKind::unknown_table;
  if (message.starts_with("no such column: ")) return FailureKind::unknown_column;
  if (message.find(" has no column named ") != message.npos) return FailureKind::unknown_column;
  return FailureKind::refused;
}

FailureKind kind(int code, std::string_view message) {
  if (code == SQLITE_BUSY_SNAPSHOT) return FailureKind::serialization;
  switch (primary(code)) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL: return FailureKind::lock_timeout;  // PROTOCOL: a race for the WAL's locks
    case SQLITE_CONSTRAINT: return constraint_kind(code, message);
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG: return FailureKind::value;
    case SQLITE_READONLY: return FailureKind::read_only;
    case SQLITE_FULL:
    case SQLITE_NOMEM:
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR: return FailureKind::resources;
    case SQLITE_INTERRUPT: return FailureKind::statement_timeout;
    case SQLITE_ABORT: return FailureKind::aborted;
    case SQLITE_ERROR: return error_kind(message);
    default: return FailureKind::refused;
  }
}

/// What stands behind "... constraint failed: ": columns, "index 'name'", or the name of a check.
std::string constraint(std::string_view message) {
  constexpr std::string_view marker = " constraint failed: ";
  const auto at = message.find(marker);
  if (at == message.npos) return {};
  message.remove_prefix(at + marker.size());
  if (message.starts_with("index '") && message.ends_with("'")) {
    message.remove_prefix(7);
    message.remove_suffix(1);
  }
  return std::string(message);
}

struct CodeName {
  int code;
  const char* name;
};

constexpr auto code_names = std::to_array<CodeName>({
    {SQLITE_ERROR, "SQLITE_ERROR"},
    {SQLITE_INTERNAL, "SQLITE_INTERNAL"},
    {SQLITE_PERM, "SQLITE_PERM"},
    {SQLITE_ABORT, "SQLITE_ABORT"},
    {SQLITE_ABORT_ROLLBACK, "SQLITE_ABORT_ROLLBACK"},
    {SQLITE_BUSY, "SQLITE_BUSY"},
    {SQLITE_BUSY_RECOVERY, "SQLITE_BUSY_RECOVERY"},
    {SQLITE_BUSY_SNAPSHOT, "SQLITE_BUSY_SNAPSHOT"},
    {SQLITE_BUSY_TIMEOUT, "SQLITE_BUSY_TIMEOUT"},
    {SQLITE_LOCKED, "SQLITE_LOCKED"},
    {SQLITE_LOCKED_SHAREDCACHE, "SQLITE_LOCKED_SHAREDCACHE"},
    {SQLITE_NOMEM, "SQLITE_NOMEM"},
    {SQLITE_READONLY, "SQLITE_READONLY"},
    {SQLITE_READONLY_RECOVERY, "SQLITE_READONLY_RECOVERY"},
    {SQLITE_READONLY_CANTLOCK, "SQLITE_READONLY_CANTLOCK"},
    {SQLITE_READONLY_ROLLBACK, "SQLITE_READONLY_ROLLBACK"},
    {SQLITE_READONLY_DBMOVED, "SQLITE_READONLY_DBMOVED"},
    {SQLITE_READONLY_CANTINIT, "SQLITE_READONLY_CANTINIT"},
    {SQLITE_READONLY_DIRECTORY, "SQLITE_READONLY_DIRECTORY"},
    {SQLITE_INTERRUPT, "SQLITE_INTERRUPT"},
    {SQLITE_IOERR, "SQLITE_IOERR"},
    {SQLITE_IOERR_READ, "SQLITE_IOERR_READ"},
    {SQLITE_IOERR_SHORT_READ, "SQLITE_IOERR_SHORT_READ"},
    {SQLITE_IOERR_WRITE, "SQLITE_IOERR_WRITE"},
    {SQLITE_IOERR_FSYNC, "SQLITE_IOERR_FSYNC"},
    {SQLITE_IOERR_NOMEM, "SQLITE_IOERR_NOMEM"},
    {SQLITE_CORRUPT, "SQLITE_CORRUPT"},
    {SQLITE_CORRUPT_INDEX, "SQLITE_CORRUPT_INDEX"},
    {SQLITE_FULL, "SQLITE_FULL"},
    {SQLITE_CANTOPEN, "SQLITE_CANTOPEN"},
    {SQLITE_CANTOPEN_ISDIR, "SQLITE_CANTOPEN_ISDIR"},
    {SQLITE_PROTOCOL, "SQLITE_PROTOCOL"},
    {SQLITE_SCHEMA, "SQLITE_SCHEMA"},
    {SQLITE_TOOBIG, "SQLITE_TOOBIG"},
    {SQLITE_CONSTRAINT, "SQLITE_CONSTRAINT"},
    {SQLITE_CONSTRAINT_CHECK, "SQLITE_CONSTRAINT_CHECK"},
    {SQLITE_CONSTRAINT_COMMITHOOK, "SQLITE_CONSTRAINT_COMMITHOOK"},
    {SQLITE_CONSTRAINT_DATATYPE, "SQLITE_CONSTRAINT_DATATYPE"},
    {SQLITE_CONSTRAINT_FOREIGNKEY, "SQLITE_CONSTRAINT_FOREIGNKEY"},
    {SQLITE_CONSTRAINT_FUNCTION, "SQLITE_CONSTRAINT_FUNCTION"},
    {SQLITE_CONSTRAINT_NOTNULL, "SQLITE_CONSTRAINT_NOTNULL"},
    {SQLITE_CONSTRAINT_PINNED, "SQLITE_CONSTRAINT_PINNED"},
    {SQLITE_CONSTRAINT_PRIMARYKEY, "SQLITE_CONSTRAINT_PRIMARYKEY"},
    {SQLITE_CONSTRAINT_ROWID, "SQLITE_CONSTRAINT_ROWID"},
    {SQLITE_CONSTRAINT_TRIGGER, "SQLITE_CONSTRAINT_TRIGGER"},
    {SQLITE_CONSTRAINT_UNIQUE, "SQLITE_CONSTRAINT_UNIQUE"},
    {SQLITE_CONSTRAINT_VTAB, "SQLITE_CONSTRAINT_VTAB"},
    {SQLITE_MISMATCH, "SQLITE_MISMATCH"},
    {SQLITE_MISUSE, "SQLITE_MISUSE"},
    {SQLITE_NOLFS, "SQLITE_NOLFS"},
    {SQLITE_AUTH, "SQLITE_AUTH"},
    {SQLITE_RANGE, "SQLITE_RANGE"},
    {SQLITE_NOTADB, "SQLITE_NOTADB"},
});

}  // namespace

const char* sqlite_code_name(int code) noexcept {
  for (const int wanted : {code, primary(code)}) {
    for (const CodeName& entry : code_names)
      if (entry.code == wanted) return entry.name;
  }
  return "SQLITE_ERROR";
}

Failure sqlite_failure(int code, std::string_view message) {
  Failure failure;
  failure.kind = kind(code, message);
  failure.code = sqlite_code_name(code);
  failure.message = message;
  if (primary(code) == SQLITE_CONSTRAINT) failure.constraint = constraint(message);
  return failure;
}

Failure sqlite_failure(sqlite3* database, int code) {
  return sqlite_failure(code, sqlite3_errmsg(database));
}

}  // namespace rowan::driver
