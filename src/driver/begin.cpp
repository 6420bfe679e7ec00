/// How a transaction is to be opened in, the statement that opens it out.

#include <string>

#include <rowan/connection.hpp>

namespace rowan {
namespace {

const char* level(Isolation isolation) {
  switch (isolation) {
    case Isolation::standard: return "";
    case Isolation::read_committed: return " ISOLATION LEVEL READ COMMITTED";
    case Isolation::repeatable_read: return " ISOLATION LEVEL REPEATABLE READ";
    case Isolation::serializable: return " ISOLATION LEVEL SERIALIZABLE";
  }
  return "";
}

}  // namespace

std::string to_sql(const Begin& begin, Backend backend) {
  if (backend == Backend::sqlite) {
    // A plain BEGIN takes its write lock at the first write, and when somebody has written since
    // its first read, that is SQLITE_BUSY_SNAPSHOT at once, without waiting: sqlite.org/isolation.
    return begin.access == Access::read_write ? "BEGIN IMMEDIATE" : "BEGIN";
  }
  std::string sql = std::string("BEGIN") + level(begin.isolation);
  if (begin.access == Access::read_only) sql += " READ ONLY";
  return sql;
}

}  // namespace rowan
