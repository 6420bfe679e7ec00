#pragma once
/// What every driver does with a database of SQLite besides running statements.

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include <rowan/options.hpp>

struct sqlite3;

namespace rowan::driver {

/// How long a connection waits for a lock where no transaction says otherwise.
constexpr std::chrono::milliseconds default_lock_timeout{5000};

/// Extended result codes; a "name" that is no column is an error and not a text.
void set_defaults(sqlite3* database) noexcept;

/// Foreign keys, the journal, StoreOptions::set_up. `ask` runs a statement and gives the first cell
/// that it answers as text, or throws. Throws ConnectionFailed when the journal, of the database
/// that messages call `label`, cannot be changed.
void set_up_sqlite(const std::function<std::string(const std::string& sql)>& ask,
                   const std::string& label, const StoreOptions& options);

/// Resets what a user left unfinished: a half-read SELECT would hold on to an old state of the
/// database beyond the transaction, and a half-read INSERT ... RETURNING would refuse COMMIT.
void end_cursors(sqlite3* database) noexcept;

/// Interrupts what runs on the database while this lives and the time is up.
class SqliteDeadline {
 public:
  SqliteDeadline(sqlite3* database, std::optional<std::chrono::milliseconds> timeout);
  SqliteDeadline(const SqliteDeadline&) = delete;
  SqliteDeadline& operator=(const SqliteDeadline&) = delete;
  ~SqliteDeadline();

 private:
  using Clock = std::chrono::steady_clock;
  static int is_over(void* self) noexcept;

  sqlite3* database_;
  Clock::time_point end_;
  bool armed_ = false;
};

}  // namespace rowan::driver
