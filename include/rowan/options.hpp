#pragma once
/// What a unit of work and a store can be told, all with defaults:
///
///     store.begin({.isolation = Isolation::serializable, .versions = Versions::ignore})

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rowan {

class Connection;
class Observer;
class UnitOfWork;

/// Of the transaction; `standard` leaves the database's own default. SQLite has one level,
/// serializable, whatever is asked for.
enum class Isolation { standard, read_committed, repeatable_read, serializable };

/// How much of the unit of work is one database transaction.
enum class Transaction {
  at_commit,        ///< each load is its own consistent read; commit is one short transaction
  from_first_read,  ///< everything, from the first read to commit, at `isolation`
};

/// What to do with the row version when writing.
enum class Versions {
  check,   ///< WHERE version = the one read; else StaleDataError
  ignore,  ///< last writer wins; the version still moves on
};

/// A read-only unit refuses to write, and on SQLite does not wait for writers.
enum class Access { read_write, read_only };

/// How often Store::transact starts again, and how long it waits before.
struct Retry {
  int attempts = 3;                     ///< in all, the first one included, which is always made
  std::chrono::milliseconds pause{10};  ///< before the second, from nothing to an hour, doubled up
                                        ///< to six times; the true pause is a random part of it,
                                        ///< at least half
};

/// Called with the unit of work; those of the store first, then those of the unit. Before a flush
/// and a commit it may read, change, add and remove, and what it throws fails the unit as an error
/// of the database would; none may flush, commit or roll back the unit: that is a UsageError.
struct Hooks {
  std::function<void(UnitOfWork&)> before_flush{};  ///< commit flushes too
  std::function<void(UnitOfWork&)> before_commit{};
  /// Everything is committed: what this throws is reported as AfterCommitError.
  std::function<void(UnitOfWork&)> after_commit{};
  /// After a transaction that had written, or failed to, was rolled back. What it throws is lost.
  std::function<void(UnitOfWork&)> after_rollback{};
};

/// How far a flush has come.
struct Progress {
  std::size_t sent = 0;  ///< statements so far; a row takes one, seldom two
  std::size_t rows = 0;  ///< that are to be written, all in all
};

/// What is left out is taken from StoreOptions::work, and then from the defaults named here.
struct WorkOptions {
  std::optional<Transaction> transaction{};  ///< at_commit; from_first_read for the upper levels
  std::optional<Isolation> isolation{};      ///< standard
  std::optional<Versions> versions{};        ///< check
  std::optional<Access> access{};            ///< read_write
  std::optional<std::chrono::milliseconds> lock_timeout{};       ///< 5 s
  std::optional<std::chrono::milliseconds> statement_timeout{};  ///< none
  std::optional<Retry> retry{};                                  ///< Retry{}; for Store::transact
  std::optional<std::string> author{};  ///< who it is, for the histories of what it writes; nobody
  Hooks hooks{};                        ///< besides those of the store
  /// Called between the batches of a flush or commit that takes several: of more than 32768
  /// statements. What it throws fails the unit, which writes nothing then, or takes a savepoint
  /// back. It must not use the unit, where that is a UsageError, nor change its objects.
  std::function<void(const Progress&)> progress{};
};

/// The journal of an SQLite file. Write-ahead logging lets readers and a writer pass each other;
/// it is a lasting property of the file.
enum class Journal { as_it_is, write_ahead, rollback };

/// What a PostgreSQL session may keep from one transaction to the next. A pooler that gives each
/// transaction another session, as pgbouncer does, needs Statements::unprepared.
enum class Statements {
  prepared,    ///< statements that were used lately, by name
  unprepared,  ///< nothing
};

/// What carries a unit's statements to its database. Both keep the same promises.
enum class Driver {
  /// SQLite's and libpq's own interfaces, on the connection that SOCI has opened: statements are
  /// kept, and many go in one trip.
  native,
  /// SOCI's public interface: each statement by itself, prepared anew, in a trip of its own. Slower
  /// many times over; for where native calls are not to carry statements, to tell whose fault an
  /// error is, and for a driver of another of SOCI's databases to begin with.
  soci,
};

/// How the tables lie on PostgreSQL.
enum class Tables {
  in_one_place,
  sharded,  ///< by the key of the root, as Citus does: no UPDATE or DELETE is of two aggregates
};

struct StoreOptions {
  WorkOptions work{};           ///< defaults of the units of this store, and hooks for all of them
  std::size_t connections = 8;  ///< at most, opened when first needed
  std::chrono::milliseconds lease_timeout{30000};  ///< how long a unit waits for one of them
  Journal journal = Journal::as_it_is;             ///< SQLite files only
  Statements statements = Statements::prepared;    ///< PostgreSQL only, by the native driver
  Tables tables = Tables::in_one_place;            ///< PostgreSQL only
  Driver driver = Driver::native;
  /// Statements that each connection starts with, and again after it was lent to rowan::session;
  /// for settings, such as "PRAGMA synchronous = NORMAL" or "SET search_path = shop".
  std::vector<std::string> set_up{};
  std::shared_ptr<Observer> observer{};  ///< sees statements, commits, conflicts, retries
  /// Stands between the units and each connection, e.g. testing::RecordingConnection.
  std::function<std::unique_ptr<Connection>(std::unique_ptr<Connection>)> wrap{};
};

}  // namespace rowan
