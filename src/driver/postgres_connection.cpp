/// Plans run natively on PostgreSQL, each in one pipeline.

#include "postgres_connection.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <libpq-fe.h>

#include <rowan/errors.hpp>

#include "../sql/transaction_id.hpp"
#include "postgres_errors.hpp"
#include "postgres_plan.hpp"
#include "postgres_session.hpp"

namespace rowan::driver {
namespace {

using Stage = PlanResult::Stage;

Failure failure(FailureKind kind, const char* code, const char* message) {
  return {.kind = kind, .code = code, .message = message, .constraint = {}};
}

PlanResult failed_at(Stage stage, Failure failure) {
  PlanResult result;
  result.stage = stage;
  result.failure = std::move(failure);
  return result;
}

/// Whether it is worth to know which statement of a batch it was: not where the next attempt would
/// wait as long again, or there is no next one.
bool is_of_one_statement(const std::optional<Failure>& failure) {
  if (!failure) return true;
  switch (failure->kind) {
    case FailureKind::lock_timeout:
    case FailureKind::statement_timeout:
    case FailureKind::connection_lost:
    case FailureKind::resources:
    case FailureKind::read_only:
    case FailureKind::aborted: return false;
    default: return true;
  }
}

class PostgresConnection final : public Connection {
 public:
  PostgresConnection(PGconn* connection, void* session, const StoreOptions& options)
      : connection_(connection),
        session_(session),
        set_up_(postgres_settings),
        statements_(options.statements),
        batches_(options.tables == Tables::sharded ? PostgresPlan::Batches::avoided
                                                   : PostgresPlan::Batches::sent) {
    for (const std::string& sql : options.set_up)
      set_up_ += "\n;" + sql;  // it may end in a comment
    set_up_ += "\n; SELECT pg_backend_pid(), " + sql::server_process();
  }
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;
  ~PostgresConnection() override { PostgresConnection::rollback(); }

  void set_up(const std::string& label);

  [[nodiscard]] Backend backend() const noexcept override { return Backend::postgres; }
  [[nodiscard]] PlanResult run(const Plan& plan) override;
  void rollback() noexcept override;
  [[nodiscard]] bool clean() const noexcept override;
  [[nodiscard]] void* session() noexcept override {
    is_lent_ = true;
    return session_;
  }

 private:
  [[nodiscard]] std::optional<PlanResult> refuse(const Plan& plan) const;
  struct Attempt {
    PlanResult result;
    enum class Shown { yes, no, stale_statement, unguardable } shown = Shown::yes;  ///< the fault
    bool sent_commit = false;
  };
  [[nodiscard]] Attempt attempt(const Plan& plan);
  [[nodiscard]] Attempt attempt(const Plan& plan, PostgresPlan::Batches batches,
                                PostgresPlan::Commit commit);
  void undo(const Plan& plan);
  void commit(PlanResult& result);
  [[nodiscard]] std::optional<Failure> send_commit(Stage& stage);

  [[nodiscard]] PostgresResult send(const char* sql) {
    return PostgresResult(PQexec(connection_, sql));
  }
  [[nodiscard]] PGTransactionStatusType transaction() const {
    return PQtransactionStatus(connection_);
  }

  PGconn* connection_;
  void* session_;
  std::string set_up_;  ///< what the session is told when it begins, and after a loan
  PostgresStatements statements_;
  PostgresPlan::Batches batches_;
  enum class State { idle, in_transaction } state_ = State::idle;
  bool is_lent_ = false;  ///< to somebody who may have changed the session's settings
  std::string id_;        ///< of the transaction, once it is known; see sql::transaction_id
  std::string process_;   ///< see sql::server_process; empty: a pooler may change it
  enum class Guards { work, refused } guards_ = Guards::work;  ///< refused: a table has rules
};

void PostgresConnection::set_up(const std::string& label) {
  keep_quiet(connection_);
  const PostgresResult result = send(set_up_.c_str());
  if (succeeded(result)) {
    // A pooler gives a number of its own, and any session of the server's that is free.
    if (PQntuples(result.get()) == 1 &&
        PQgetvalue(result.get(), 0, 0) == std::to_string(PQbackendPID(connection_)))
      process_ = PQgetvalue(result.get(), 0, 1);
    return;
  }
  const Failure failed = postgres_failure(connection_, result.get());
  throw ConnectionFailed("cannot set up the session with " + label + " (" + failed.code + ")",
                         {.sql = {}, .code = failed.code, .database_message = failed.message});
}

PlanResult PostgresConnection::run(const Plan& plan) {
  if (auto refused = refuse(plan)) return *std::move(refused);
  if (plan.begin) {
    state_ = State::in_transaction;
    id_.clear();
  }
  Attempt tried = attempt(plan);
  PlanResult& result = tried.result;
  if (!result.transaction_id.empty()) id_ = result.transaction_id;
  result.transaction_id = id_;
  result.server_process = process_;
  if (!result.complete || plan.finish != Plan::Finish::commit) return std::move(result);
  if (tried.sent_commit)
    state_ = State::idle;
  else
    commit(result);
  return std::move(result);
}

std::optional<PlanResult> PostgresConnection::refuse(const Plan& plan) const {
  const bool open = transaction() == PQTRANS_INTRANS || transaction() == PQTRANS_INERROR;
  // If the server has hung up already, that is known before anything is on its way, when it is
  // still certain that nothing of it has been written.
  if (!is_alive(connection_)) {
    PlanResult result =
        failed_at(plan.begin ? Stage::begin : Stage::statement,
                  failure(FailureKind::connection_lost, "08006", PQerrorMessage(connection_)));
    if (!plan.begin && !plan.statements.empty()) result.outcomes.resize(1);
    return result;
  }
  if (plan.begin) {
    // PostgreSQL answers a second BEGIN with a warning only.
    if (open)
      return failed_at(Stage::begin,
                       failure(FailureKind::refused, "25001", "a transaction is open already"));
  } else if (state_ == State::in_transaction && transaction() == PQTRANS_IDLE) {
    PlanResult result =
        failed_at(plan.statements.empty() ? Stage::commit : Stage::statement,
                  failure(FailureKind::aborted, "25P01", "the transaction has been ended"));
    if (!plan.statements.empty()) result.outcomes.resize(1);
    return result;
  } else if (transaction() == PQTRANS_INERROR && plan.statements.empty()) {
    // PostgreSQL answers COMMIT of an aborted transaction with ROLLBACK, and calls that a success.
    return failed_at(Stage::commit,
                     failure(FailureKind::aborted, "25P02", "the transaction was aborted before"));
  }
  return {};
}

/// A second time where the first has not shown what is wrong: then each statement by itself, or
/// with what the server had prepared forgotten. Not all that can be written can be guarded (rules
/// allow no RETURNING), so then COMMIT goes by itself.
PostgresConnection::Attempt PostgresConnection::attempt(const Plan& plan) {
  using Shown = Attempt::Shown;
  using Batches = PostgresPlan::Batches;
  using Commit = PostgresPlan::Commit;
  // Where a pooler may change it, nobody could ask whether the process is still at work on a COMMIT
  // that was lost.
  const bool guards = batches_ == Batches::sent && guards_ == Guards::work && !process_.empty();
  Attempt first = attempt(plan, batches_, guards ? Commit::in_same_trip : Commit::in_trip_of_own);
  if (first.result.complete || first.shown == Shown::yes) return first;
  if (first.shown == Shown::unguardable) guards_ = Guards::refused;
  if (first.shown == Shown::stale_statement) {
    statements_.lose_all();
    if (!plan.begin) {
      // Somebody has altered a table since this transaction began; a new one will do.
      first.result.failure->kind = FailureKind::serialization;
      return first;
    }
  } else if (first.shown == Shown::no && !is_of_one_statement(first.result.failure)) {
    return first;
  }
  // A transaction whose COMMIT may have been executed is not begun again.
  if (first.sent_commit && transaction() != PQTRANS_INERROR) return first;
  undo(plan);
  return attempt(plan, first.shown == Shown::no ? Batches::avoided : batches_,
                 Commit::in_trip_of_own);
}

PostgresConnection::Attempt PostgresConnection::attempt(const Plan& plan,
                                                        PostgresPlan::Batches batches,
                                                        PostgresPlan::Commit commit) {
  PostgresPlan sent(connection_, statements_, plan, batches, commit);
  Attempt out;
  out.result = sent.run();
  out.sent_commit = sent.sent_commit();
  if (sent.met_stale_statement())
    out.shown = Attempt::Shown::stale_statement;
  else if (sent.met_unguardable())
    out.shown = Attempt::Shown::unguardable;
  else if (sent.failed_in_batch())
    out.shown = Attempt::Shown::no;
  return out;
}

void PostgresConnection::undo(const Plan& plan) {
  if (plan.begin)
    (void)send("ROLLBACK");
  else
    (void)send(PostgresPlan::back_to_begin);
}

void PostgresConnection::commit(PlanResult& result) {
  const auto start = std::chrono::steady_clock::now();
  result.stage = Stage::commit;
  result.failure = send_commit(result.stage);
  result.commit_took = std::chrono::steady_clock::now() - start;
  result.complete = !result.failure;
}

std::optional<Failure> PostgresConnection::send_commit(Stage& stage) {
  // If the server has hung up already, that is known before COMMIT is on its way, when it is still
  // certain that nothing has been written.
  if (!is_alive(connection_)) {
    stage = Stage::statement;
    return failure(FailureKind::connection_lost, "08006", PQerrorMessage(connection_));
  }
  if (transaction() == PQTRANS_INERROR)
    return failure(FailureKind::aborted, "25P02", "the transaction was aborted before");
  if (transaction() == PQTRANS_IDLE)
    return failure(FailureKind::refused, "25P01", "there is no transaction to commit");
  // Without an id it has written nothing, and there can be no doubt about that.
  if (id_.empty()) stage = Stage::statement;
  const PostgresResult result = send("COMMIT");
  if (!succeeded(result)) return postgres_failure(connection_, result.get());
  if (PQcmdStatus(result.get()) != std::string_view("COMMIT"))
    return failure(FailureKind::aborted, "25P02", "COMMIT was answered with ROLLBACK");
  state_ = State::idle;
  return {};
}

void PostgresConnection::rollback() noexcept {
  if (PQstatus(connection_) == CONNECTION_OK && transaction() != PQTRANS_IDLE)
    PQclear(PQexec(connection_, "ROLLBACK"));
  state_ = State::idle;
  if (!is_lent_ || PQstatus(connection_) != CONNECTION_OK) return;
  const PostgresResult result = send((std::string(forget_postgres_settings) + set_up_).c_str());
  is_lent_ = !succeeded(result);
}

bool PostgresConnection::clean() const noexcept {
  return is_alive(connection_) && transaction() == PQTRANS_IDLE && state_ == State::idle &&
         !is_lent_;
}

}  // namespace

std::unique_ptr<Connection> connect_postgres(void* connection, void* session,
                                             const std::string& label,
                                             const StoreOptions& options) {
  auto made =
      std::make_unique<PostgresConnection>(static_cast<PGconn*>(connection), session, options);
  made->set_up(label);
  return made;
}

}  // namespace rowan::driver
