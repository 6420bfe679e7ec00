/// Plans run natively on SQLite, statement by statement from a cache.

#include "sqlite_connection.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include <sqlite3.h>

#include <rowan/errors.hpp>

#include "sqlite_batches.hpp"
#include "sqlite_cell.hpp"
#include "sqlite_errors.hpp"
#include "sqlite_session.hpp"
#include "sqlite_statements.hpp"
#include "steps.hpp"

namespace rowan::driver {
namespace {

using std::chrono::milliseconds;

/// A statement in use: one that is not reset keeps its read transaction open, and with it an old
/// state of the database.
class Use {
 public:
  explicit Use(sqlite3_stmt* statement) : statement_(statement) {}
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  ~Use() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }

 private:
  sqlite3_stmt* statement_;
};

Failure failure(FailureKind kind, const char* code, const char* message) {
  return {.kind = kind, .code = code, .message = message, .constraint = {}};
}

/// The mutex of the database, which each of its functions takes: held for a whole plan, since to
/// take again what one holds costs less.
class Held {
 public:
  explicit Held(sqlite3* database) : mutex_(sqlite3_db_mutex(database)) {
    sqlite3_mutex_enter(mutex_);
  }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held() { sqlite3_mutex_leave(mutex_); }

 private:
  sqlite3_mutex* mutex_;
};

class SqliteConnection final : public Connection, private Steps {
 public:
  SqliteConnection(sqlite3* database, void* session)
      : database_(database), session_(session), statements_(database) {}
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;
  ~SqliteConnection() override { SqliteConnection::rollback(); }

  void set_up(const std::string& label, const StoreOptions& options);

  [[nodiscard]] Backend backend() const noexcept override { return Backend::sqlite; }
  [[nodiscard]] PlanResult run(const Plan& plan) override;
  void rollback() noexcept override;
  [[nodiscard]] bool clean() const noexcept override;
  [[nodiscard]] void* session() noexcept override;

 private:
  std::optional<Failure> begin(const Begin& begin) override;
  std::optional<Failure> execute(const Statement& statement, Outcome& outcome) override;
  std::optional<Failure> commit(PlanResult::Stage& stage) override;

  [[nodiscard]] std::size_t together(const Plan& plan, std::size_t first) const override;
  [[nodiscard]] bool has_batches(const Plan& plan) const;
  std::optional<Failure> execute_together(std::span<const Statement> statements,
                                          Outcome& outcome) override;

  /// A statement without values or answers.
  std::optional<Failure> say(const char* sql);
  /// Binds them at the places from `first` on, counted from 1.
  std::optional<Failure> bind(sqlite3_stmt* statement, ConstCells params, int first = 1);
  std::optional<Failure> bind_rows(sqlite3_stmt* statement, std::span<const Statement> rows);
  std::optional<Failure> bind_runs(sqlite3_stmt* statement, std::span<const Statement> rows,
                                   const SqliteRuns& runs);
  std::optional<Failure> step_through(const SqliteStatements::Prepared& prepared,
                                      const std::vector<ColumnType>& columns, Outcome& outcome);
  /// The transaction that begin() opened and that SQLite has since rolled back by itself.
  [[nodiscard]] std::optional<Failure> lost_transaction() const;
  void wait_for_locks(milliseconds timeout) noexcept;
  void forget_transaction() noexcept;
  std::string ask(const std::string& label, const std::string& sql);

  sqlite3* database_;
  void* session_;
  SqliteStatements statements_;
  SqliteBatches batch_texts_;
  enum class Batches { sent, avoided } batches_ = Batches::sent;
  enum class InBatch { no, yes } failed_in_batch_ = InBatch::no;
  std::optional<milliseconds> statement_timeout_;
  enum class State { idle, in_transaction } state_ = State::idle;
  Access access_ = Access::read_write;  ///< of the open transaction
  bool is_lent_ = false;                ///< to somebody who may have changed the session's settings
};

void SqliteConnection::set_up(const std::string& label, const StoreOptions& options) {
  set_defaults(database_);
  wait_for_locks(default_lock_timeout);
  set_up_sqlite([&](const std::string& sql) { return ask(label, sql); }, label, options);
}

/// The first cell that a PRAGMA answers, as text.
std::string SqliteConnection::ask(const std::string& label, const std::string& sql) {
  const Statement statement{.sql = sql, .params = {}, .columns = {}, .expect = {}};
  Outcome outcome;
  SqliteStatements::Prepared prepared;
  std::optional<Failure> failed = statements_.prepare(sql, prepared);
  if (!failed) {
    const Use use(prepared.statement);
    const std::vector<ColumnType> columns(
        static_cast<std::size_t>(sqlite3_column_count(prepared.statement)), ColumnType::text);
    failed = step_through(prepared, columns, outcome);
  }
  if (failed) {
    throw ConnectionFailed(
        "cannot open " + label + ": " + failed->message + " (" + failed->code + ")",
        {.sql = sql, .code = failed->code, .database_message = failed->message});
  }
  if (outcome.rows.empty()) return {};
  const auto* text = std::get_if<std::string>(&outcome.rows.front().front());
  return text == nullptr ? std::string() : *text;
}

void SqliteConnection::wait_for_locks(milliseconds timeout) noexcept {
  constexpr milliseconds longest{std::numeric_limits<int>::max()};
  const milliseconds some = std::clamp(timeout, milliseconds::zero(), longest);
  sqlite3_busy_timeout(database_, static_cast<int>(some.count()));
}

void SqliteConnection::forget_transaction() noexcept {
  state_ = State::idle;
  if (access_ == Access::read_only && is_lent_)
    sqlite3_exec(database_, "PRAGMA query_only = OFF", nullptr, nullptr, nullptr);
  access_ = Access::read_write;
  statement_timeout_.reset();
  wait_for_locks(default_lock_timeout);
}

/// SQLite rolls back by itself on SQLITE_FULL, IOERR, NOMEM, INTERRUPT and some BUSY
/// (https://www.sqlite.org/lang_transaction.html, 2.6). What came next would be committed alone.
std::optional<Failure> SqliteConnection::lost_transaction() const {
  if (state_ == State::idle || sqlite3_get_autocommit(database_) == 0) return {};
  return failure(FailureKind::aborted, "SQLITE_ABORT_ROLLBACK",
                 "the transaction has been rolled back");
}

std::optional<Failure> SqliteConnection::begin(const Begin& begin) {
  if (sqlite3_get_autocommit(database_) == 0)
    return failure(FailureKind::refused, "SQLITE_ERROR", "a transaction is open already");
  if (is_lent_) end_cursors(database_);
  forget_transaction();
  wait_for_locks(begin.lock_timeout.value_or(default_lock_timeout));

  std::optional<Failure> failed = say(to_sql(begin, Backend::sqlite).c_str());
  if (failed) {
    forget_transaction();
    return failed;
  }
  state_ = State::in_transaction;
  access_ = begin.access;
  statement_timeout_ = begin.statement_timeout;
  return {};
}

std::optional<Failure> SqliteConnection::execute(const Statement& statement, Outcome& outcome) {
  if (auto lost = lost_transaction()) return lost;
  SqliteStatements::Prepared prepared;
  if (auto failed = statements_.prepare(statement.sql, prepared)) return failed;

  const Use use(prepared.statement);
  // A parameter that is not bound would be NULL.
  if (static_cast<std::size_t>(sqlite3_bind_parameter_count(prepared.statement)) !=
      statement.params.size())
    return failure(FailureKind::refused, "SQLITE_RANGE",
                   "the statement takes another number of values than it is given");
  if (auto failed = bind(prepared.statement, statement.params)) return failed;
  return step_through(prepared, statement.columns, outcome);
}

std::size_t SqliteConnection::together(const Plan& plan, std::size_t first) const {
  return batches_ == Batches::sent ? SqliteBatches::size_at(plan, first) : 1;
}

std::optional<Failure> SqliteConnection::execute_together(std::span<const Statement> statements,
                                                          Outcome& outcome) {
  failed_in_batch_ = InBatch::yes;
  if (auto lost = lost_transaction()) return lost;
  const Statement& first = statements.front();
  const SqliteRuns runs = runs_in(statements);
  outcome.sent = runs.owners > 0 ? batch_texts_.text_of_runs(first.batch, runs.owners)
                                 : batch_texts_.text(first.batch, statements.size());
  SqliteStatements::Prepared prepared;
  if (auto failed = statements_.prepare(*outcome.sent, prepared)) return failed;

  const Use use(prepared.statement);
  if (auto failed = runs.owners > 0 ? bind_runs(prepared.statement, statements, runs)
                                    : bind_rows(prepared.statement, statements))
    return failed;
  const SqlText sent = *outcome.sent;
  if (auto failed = step_through(prepared, {}, outcome)) return failed;
  outcome.sent = sent;
  if (outcome.affected == statements.size()) failed_in_batch_ = InBatch::no;
  return {};
}

std::optional<Failure> SqliteConnection::bind_rows(sqlite3_stmt* statement,
                                                   std::span<const Statement> rows) {
  int place = 1;
  for (const Statement& row : rows) {
    if (auto failed = bind(statement, row.params, place)) return failed;
    place += static_cast<int>(row.params.size());
  }
  return {};
}

std::optional<Failure> SqliteConnection::bind_runs(sqlite3_stmt* statement,
                                                   std::span<const Statement> rows,
                                                   const SqliteRuns& runs) {
  int place = 1;
  for (std::size_t i = 0; i < rows.size(); i += runs.length)
    if (auto failed = bind(statement, ConstCells(rows[i].params).first(1), place++)) return failed;
  sqlite3_bind_int64(statement, place, runs.first);
  sqlite3_bind_int64(statement, place + 1, runs.last);
  return {};
}

/// A batch that failed, or met less rows than it has statements, does not say which of them it was.
/// Then all is undone, and each statement is run by itself.
PlanResult SqliteConnection::run(const Plan& plan) {
  const Held held(database_);
  failed_in_batch_ = InBatch::no;
  const bool saves = !plan.begin && state_ == State::in_transaction && has_batches(plan);
  if (saves && say("SAVEPOINT rowan_plan")) return run_in_steps(plan, *this);  // and fail with it
  PlanResult result = run_in_steps(plan, *this);
  const bool lost = sqlite3_get_autocommit(database_) != 0;
  if (failed_in_batch_ == InBatch::yes && !lost && (plan.begin || saves)) {
    if (plan.begin)
      rollback();
    else if (say("ROLLBACK TO SAVEPOINT rowan_plan"))
      return result;
    batches_ = Batches::avoided;
    result = run_in_steps(plan, *this);
    batches_ = Batches::sent;
  }
  if (saves && result.complete && plan.finish == Plan::Finish::keep_open)
    (void)say("RELEASE SAVEPOINT rowan_plan");
  return result;
}

bool SqliteConnection::has_batches(const Plan& plan) const {
  for (std::size_t i = 0; i < plan.statements.size(); ++i)
    if (together(plan, i) > 1) return true;
  return false;
}

std::optional<Failure> SqliteConnection::say(const char* sql) {
  if (auto lost = lost_transaction()) return lost;
  SqliteStatements::Prepared prepared;
  if (auto failed = statements_.prepare(sql, prepared)) return failed;
  const Use use(prepared.statement);
  Outcome nothing;
  return step_through(prepared, {}, nothing);
}

std::optional<Failure> SqliteConnection::bind(sqlite3_stmt* statement, ConstCells params,
                                              int first) {
  try {
    for (std::size_t i = 0; i < params.size(); ++i) {
      const int code = bind_value(statement, first + static_cast<int>(i), params[i]);
      if (code != SQLITE_OK) return sqlite_failure(database_, code);
    }
  } catch (const std::out_of_range& unfit) {
    return failure(FailureKind::value, "SQLITE_MISMATCH", unfit.what());
  }
  return {};
}

std::optional<Failure> SqliteConnection::step_through(const SqliteStatements::Prepared& prepared,
                                                      const std::vector<ColumnType>& columns,
                                                      Outcome& outcome) {
  sqlite3_stmt* statement = prepared.statement;
  if (columns.size() > static_cast<std::size_t>(sqlite3_column_count(statement)))
    return failure(FailureKind::refused, "SQLITE_RANGE",
                   "the statement answers fewer columns than are read");

  // To the end, also when a single row is awaited: INSERT ... RETURNING is done only then.
  const SqliteDeadline deadline(database_, statement_timeout_);
  int code = sqlite3_step(statement);
  for (; code == SQLITE_ROW; code = sqlite3_step(statement)) {
    ++outcome.affected;
    if (columns.empty()) continue;
    std::vector<Value>& row = outcome.rows.emplace_back();
    row.reserve(columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i)
      row.push_back(read_cell(statement, static_cast<int>(i), columns[i]));
  }
  if (code != SQLITE_DONE) {
    outcome = {};
    return sqlite_failure(database_, code);
  }
  if (prepared.effect == Effect::changes_rows)
    outcome.affected = static_cast<std::size_t>(sqlite3_changes64(database_));
  return {};
}

std::optional<Failure> SqliteConnection::commit(PlanResult::Stage& /*stage*/) {
  if (is_lent_) end_cursors(database_);
  std::optional<Failure> failed = say("COMMIT");
  // A COMMIT that met SQLITE_BUSY leaves the transaction open; rollback() ends it.
  if (!failed) forget_transaction();
  return failed;
}

void SqliteConnection::rollback() noexcept {
  if (is_lent_) end_cursors(database_);
  if (sqlite3_get_autocommit(database_) == 0)
    sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
  forget_transaction();
}

/// A transaction of SQLite's is never read-only, so where ours is the connection has to be.
void* SqliteConnection::session() noexcept {
  is_lent_ = true;
  if (access_ == Access::read_only)
    sqlite3_exec(database_, "PRAGMA query_only = ON", nullptr, nullptr, nullptr);
  return session_;
}

/// No statement undoes all that PRAGMAs and ATTACH can do, so what was lent is opened anew.
bool SqliteConnection::clean() const noexcept {
  return sqlite3_get_autocommit(database_) != 0 && state_ == State::idle && !is_lent_;
}

}  // namespace

std::unique_ptr<Connection> connect_sqlite(void* database, void* session, const std::string& label,
                                           const StoreOptions& options) {
  auto connection = std::make_unique<SqliteConnection>(static_cast<sqlite3*>(database), session);
  connection->set_up(label, options);
  return connection;
}

}  // namespace rowan::driver
