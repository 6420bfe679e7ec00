#pragma once
/// How a PostgreSQL transaction is told apart from every other, and what became of it.

#include <string>

#include <rowan/connection.hpp>

namespace rowan::sql {

/// The number of `transaction` and, behind an @, when the server last forgot its statistics. It
/// forgets them in crash recovery (pgstat_reset_after_failure), where it may also forget numbers
/// it gave away: one whose WAL was not flushed is given again, to a transaction that may commit.
/// A standby that takes over has a time of its own.
[[nodiscard]] inline std::string transaction_id(const std::string& transaction) {
  return transaction +
         " || '@' || coalesce(extract(epoch FROM pg_stat_get_bgwriter_stat_reset_time()), 0)";
}

/// The id of the open transaction, which gets one now if it has none.
[[nodiscard]] inline std::string id_of_writer() {
  return transaction_id("txid_current()");
}

/// The id of the open transaction, NULL as long as it has written nothing.
[[nodiscard]] inline std::string id_if_it_wrote() {
  return transaction_id("txid_current_if_assigned()");
}

/// Answers one text: "committed", "aborted" or "in progress"; NULL for one that is too old to be
/// remembered (https://www.postgresql.org/docs/15/functions-info.html, table 9.78), or of before
/// a crash.
[[nodiscard]] inline Statement transaction_status(const std::string& id) {
  return {"SELECT CASE WHEN " + transaction_id("split_part($1, '@', 1)") +
              " = $1 THEN txid_status(CAST(split_part($1, '@', 1) AS bigint)) END",
          {Value(id)},
          {ColumnType::text},
          1};
}

/// The server process that the session is of and, behind an @, since when the server is up, by
/// which it is told from others.
[[nodiscard]] inline std::string server_process(const std::string& process = "pg_backend_pid()") {
  return process + " || '@' || extract(epoch FROM pg_postmaster_start_time())";
}

/// Answers whether a session of that process may still be at work: never no on a standby, which
/// hears late of what the sessions of its primary do, nor on another server, or the same started
/// anew. A process that is not listed has ended its transaction before.
[[nodiscard]] inline Statement may_be_at_work(const std::string& process) {
  return {"SELECT pg_is_in_recovery() OR " + server_process("split_part($1, '@', 1)") +
              " <> $1 OR EXISTS (SELECT FROM pg_stat_activity WHERE CAST(pid AS text) = "
              "split_part($1, '@', 1))",
          {Value(process)},
          {ColumnType::boolean},
          1};
}

}  // namespace rowan::sql
