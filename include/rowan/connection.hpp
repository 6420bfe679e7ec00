#pragma once
/// The driver's interface: a whole plan of statements goes in, the outcome of each comes back.
/// Users meet it only to stand between a store and its database (StoreOptions::wrap).

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <rowan/options.hpp>
#include <rowan/sql_text.hpp>
#include <rowan/value.hpp>

namespace rowan {

enum class Backend { sqlite, postgres };

/// How statements that differ in nothing but their values are sent as one. Made with their text,
/// and shared by all of them.
struct Batch {
  /// PostgreSQL: its text, in which $n is the array of what the single statements have as $n.
  /// SQLite: what stands before their rows, with commas in between, and after them.
  std::string before;
  std::string row;  ///< SQLite: "(?, ?)"
  std::string after;
  /// PostgreSQL: locks the rows in the order of the statements, where a batch would take them in
  /// an order of its own; sent before it. Empty: nobody can be waiting for them.
  std::string lock;
  std::vector<std::size_t> lock_params;  ///< of the single statement, from 0
  /// Whether it says which of the statements met a row, or only how many did.
  enum class Answers { count, places } answers = Answers::count;
  /// SQLite, where the single statements delete a row by two columns: what stands before and after
  /// the values of the first, with commas in between, if the second runs from ? to ?.
  std::string run_before;
  std::string run_after;
};

/// One statement with its bound values, placeholders spelled as its database does.
struct Statement {
  SqlText sql;
  std::vector<Value> params;
  std::vector<ColumnType> columns;           ///< of the rows it answers; empty: none
  std::optional<std::size_t> expect;         ///< rows it must affect or answer; else the plan stops
  std::shared_ptr<const Batch> batch{};      ///< null: it is sent by itself
  std::vector<std::vector<Value>> arrays{};  ///< PostgreSQL: bound in the place of `params`
};

/// How a transaction is opened.
struct Begin {
  Isolation isolation = Isolation::standard;
  Access access = Access::read_write;
  std::optional<std::chrono::milliseconds> lock_timeout{};
  std::optional<std::chrono::milliseconds> statement_timeout{};
  /// Whether it is certain to write, so that its id can be had with the BEGIN.
  enum class Writes { maybe, surely } writes = Writes::maybe;
};

/// Statements run in order. The first that fails, or whose rows are not as many as it expects,
/// ends the plan: nothing behind it counts, and there is no COMMIT. What was sent behind it in the
/// same trip may have run, so the transaction can only be rolled back, or to a savepoint.
struct Plan {
  std::optional<Begin> begin;  ///< opens the transaction first
  std::vector<Statement> statements;
  enum class Finish { keep_open, commit } finish = Finish::keep_open;
  /// How it can be found out what became of a COMMIT whose answer is lost.
  enum class Lookup {
    transaction_id,  ///< by that alone, so it has to be known before COMMIT is sent
    written_row,     ///< also by what was written, so COMMIT may be sent with the statements
  } lookup = Lookup::transaction_id;
};

struct Outcome {
  std::size_t affected = 0;              ///< rows changed, or answered
  std::vector<std::vector<Value>> rows;  ///< along Statement::columns; a cell that does not fit
                                         ///< its column's type is given as the database has it
  std::chrono::nanoseconds took{};
  /// What was sent, where that is not the statement's own text: a batch, with the first of its
  /// statements, and nothing with the others.
  std::optional<SqlText> sent{};
};

/// What went wrong, in the words a program can act on; see the error classes.
enum class FailureKind {
  serialization,  ///< 40001; SQLITE_BUSY_SNAPSHOT
  deadlock,       ///< 40P01
  lock_timeout,   ///< 55P03; SQLITE_BUSY, SQLITE_LOCKED
  statement_timeout,
  connection_lost,
  unique,
  foreign_key,
  not_null,
  check,
  value,           ///< class 22: a value that its column does not take; SQLITE_MISMATCH
  read_only,       ///< 25006; SQLITE_READONLY
  aborted,         ///< 25P02; COMMIT answered with ROLLBACK
  unknown_table,   ///< 42P01
  unknown_column,  ///< 42703
  refused,         ///< any other error of the statement: syntax, privileges
  resources,       ///< disk full, out of memory, too many connections
};

struct Failure {
  FailureKind kind = FailureKind::refused;
  std::string code;        ///< SQLSTATE, or SQLite's name of the extended code
  std::string message;     ///< the database's own; may hold values, so it never becomes a text
                           ///< of ours: see Error::database_message
  std::string constraint;  ///< its name, where the database says it
};

struct PlanResult {
  std::vector<Outcome> outcomes;   ///< of the statements that ran, the one that stopped it included
  bool complete = false;           ///< everything ran, COMMIT included where asked for
  std::optional<Failure> failure;  ///< none: complete, or the last outcome was not as expected
  enum class Stage { begin, statement, commit } stage = Stage::statement;  ///< of the failure
  std::string transaction_id;  ///< to look a lost COMMIT up by; empty: there is none, or none yet
  std::string server_process;  ///< PostgreSQL: that the session is of; empty: not known
  std::chrono::nanoseconds begin_took{};
  std::chrono::nanoseconds commit_took{};
};

/// One connection to one database, used by one thread at a time. It never throws for what the
/// database answers; Failure says it.
class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  virtual ~Connection() = default;

  [[nodiscard]] virtual Backend backend() const noexcept = 0;
  [[nodiscard]] virtual PlanResult run(const Plan& plan) = 0;
  /// Ends an open transaction without effect; nothing when there is none.
  virtual void rollback() noexcept = 0;
  /// Whether it can be used again: alive, and in no transaction.
  [[nodiscard]] virtual bool clean() const noexcept = 0;
  /// The soci::session behind it; see rowan/soci.hpp.
  [[nodiscard]] virtual void* session() noexcept = 0;
};

/// The statement that a Begin sends: "BEGIN ISOLATION LEVEL SERIALIZABLE".
[[nodiscard]] std::string to_sql(const Begin& begin, Backend backend);

}  // namespace rowan
