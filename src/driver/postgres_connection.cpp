/// Plans run natively on PostgreSQL, one statement a round trip, nothing prepared by name, so that
/// they work behind a pooler that changes the server session from transaction to transaction.

#include "postgres_connection.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include <libpq-fe.h>

#include <rowan/errors.hpp>

#include "../sql/transaction_id.hpp"
#include "postgres_cell.hpp"
#include "postgres_errors.hpp"
#include "steps.hpp"

namespace rowan::driver {
namespace {

using std::chrono::milliseconds;

struct Clear {
  void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, Clear>;

bool succeeded(const Result& result) {
  const ExecStatusType status = PQresultStatus(result.get());
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

Failure failure(FailureKind kind, const char* code, const char* message) {
  return {.kind = kind, .code = code, .message = message, .constraint = {}};
}

/// A time limit as PostgreSQL takes it: there 0 is none at all, so no time is one millisecond.
std::string limit(const char* setting, milliseconds time) {
  constexpr milliseconds shortest{1};
  constexpr milliseconds longest{std::numeric_limits<int>::max()};
  return std::string("set_config('") + setting + "', '" +
         std::to_string(std::clamp(time, shortest, longest).count()) + "', true)";
}

/// BEGIN and the limits, which end with the transaction, in one round trip; and the transaction's
/// id, which comes first, where there is sure to be one.
std::string opening(const Begin& begin) {
  std::string sql = to_sql(begin, Backend::postgres);
  const char* before = "; SELECT ";
  const auto add = [&](const std::string& expression) {
    sql += before + expression;
    before = ", ";
  };
  if (begin.writes == Begin::Writes::surely) add(sql::id_of_writer());
  if (begin.lock_timeout) add(limit("lock_timeout", *begin.lock_timeout));
  if (begin.statement_timeout) add(limit("statement_timeout", *begin.statement_timeout));
  return sql;
}

/// What we read and write relies on these.
constexpr auto settings =
    "SET TIME ZONE 'UTC'; SET datestyle = 'ISO'; SET bytea_output = 'hex'; "
    "SET standard_conforming_strings = on";

/// What DISCARD ALL does (https://www.postgresql.org/docs/15/sql-discard.html), but for prepared
/// statements, which their owner may still be about to deallocate.
constexpr auto forget_settings =
    "CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; UNLISTEN *; "
    "SELECT pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES; ";

/// The rows that a statement changed, by its command tag; 0 for one that changes none.
std::size_t changed_rows(PGresult* result) {
  const std::string_view text = PQcmdTuples(result);
  std::size_t rows = 0;
  std::from_chars(text.data(), text.data() + text.size(), rows);
  return rows;
}

std::vector<Value> read_row(const PGresult* result, int row,
                            const std::vector<ColumnType>& columns) {
  std::vector<Value> cells;
  cells.reserve(columns.size());
  for (int column = 0; column < static_cast<int>(columns.size()); ++column) {
    if (PQgetisnull(result, row, column) != 0) {
      cells.emplace_back(Null{});
      continue;
    }
    const auto length = static_cast<std::size_t>(PQgetlength(result, row, column));
    cells.push_back(read_cell(std::string_view(PQgetvalue(result, row, column), length),
                              columns[static_cast<std::size_t>(column)]));
  }
  return cells;
}

class PostgresConnection final : public Connection, private Steps {
 public:
  PostgresConnection(PGconn* connection, void* session)
      : connection_(connection), session_(session) {}
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;
  ~PostgresConnection() override { PostgresConnection::rollback(); }

  void set_up(const std::string& label);

  [[nodiscard]] Backend backend() const noexcept override { return Backend::postgres; }
  [[nodiscard]] PlanResult run(const Plan& plan) override { return run_in_steps(plan, *this); }
  void rollback() noexcept override;
  [[nodiscard]] bool clean() const noexcept override;
  [[nodiscard]] void* session() noexcept override {
    is_lent_ = true;
    return session_;
  }

 private:
  std::optional<Failure> begin(const Begin& begin) override;
  std::optional<Failure> execute(const Statement& statement, Outcome& outcome) override;
  std::optional<Failure> commit(PlanResult::Stage& stage) override;

  [[nodiscard]] Result send(const std::string& sql) {
    return Result(PQexec(connection_, sql.c_str()));
  }
  [[nodiscard]] std::string transaction_id() const override { return id_; }
  [[nodiscard]] static std::string first_cell(const Result& result) {
    return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : std::string();
  }
  [[nodiscard]] PGTransactionStatusType transaction() const {
    return PQtransactionStatus(connection_);
  }
  [[nodiscard]] bool is_alive() const noexcept;

  PGconn* connection_;
  void* session_;
  enum class State { idle, in_transaction } state_ = State::idle;
  Access access_ = Access::read_write;
  bool is_lent_ = false;  ///< to somebody who may have changed the session's settings
  std::string id_;        ///< of the transaction, once it is known; see sql::transaction_id
};

void PostgresConnection::set_up(const std::string& label) {
  // libpq prints notices, such as "relation exists already, skipping", on stderr by default.
  PQsetNoticeProcessor(
      connection_, [](void*, const char*) {}, nullptr);
  const Result result = send(settings);
  if (succeeded(result)) return;
  const Failure failed = postgres_failure(connection_, result.get());
  throw ConnectionFailed("cannot set up the session with " + label + " (" + failed.code + ")",
                         {.sql = {}, .code = failed.code, .database_message = failed.message});
}

std::optional<Failure> PostgresConnection::begin(const Begin& begin) {
  // PostgreSQL answers a second BEGIN with a warning only.
  if (transaction() == PQTRANS_INTRANS || transaction() == PQTRANS_INERROR)
    return failure(FailureKind::refused, "25001", "a transaction is open already");
  state_ = State::in_transaction;
  access_ = begin.access;
  id_.clear();
  const Result result = send(opening(begin));
  if (!succeeded(result)) return postgres_failure(connection_, result.get());
  if (begin.writes == Begin::Writes::surely) id_ = first_cell(result);
  return {};
}

std::optional<Failure> PostgresConnection::execute(const Statement& statement, Outcome& outcome) {
  if (state_ == State::in_transaction && transaction() == PQTRANS_IDLE)
    return failure(FailureKind::aborted, "25P01", "the transaction has been ended");
  Result result;
  try {
    const PostgresParams params(statement.params);
    result.reset(PQexecParams(connection_, statement.sql.c_str(), params.size(), nullptr,
                              params.data(), nullptr, nullptr, 0));
  } catch (const std::out_of_range& unfit) {
    return failure(FailureKind::value, "22000", unfit.what());
  }

  if (!succeeded(result)) return postgres_failure(connection_, result.get());
  if (PQresultStatus(result.get()) == PGRES_COMMAND_OK) {
    outcome.affected = changed_rows(result.get());
    if (statement.columns.empty()) return {};
  }
  if (static_cast<std::size_t>(PQnfields(result.get())) < statement.columns.size())
    return failure(FailureKind::refused, "42P10",
                   "the statement answers fewer columns than are read");
  const int rows = PQntuples(result.get());
  outcome.affected = static_cast<std::size_t>(rows);
  if (statement.columns.empty()) return {};
  outcome.rows.reserve(outcome.affected);
  for (int row = 0; row < rows; ++row)
    outcome.rows.push_back(read_row(result.get(), row, statement.columns));
  return {};
}

std::optional<Failure> PostgresConnection::commit(PlanResult::Stage& stage) {
  // If the server has hung up already, that is known before COMMIT is on its way, when it is still
  // certain that nothing has been written.
  if (!is_alive()) {
    stage = PlanResult::Stage::statement;
    return failure(FailureKind::connection_lost, "08006", PQerrorMessage(connection_));
  }
  // PostgreSQL answers COMMIT of an aborted transaction with ROLLBACK, and calls that a success.
  if (transaction() == PQTRANS_INERROR)
    return failure(FailureKind::aborted, "25P02", "the transaction was aborted before");
  if (transaction() == PQTRANS_IDLE)
    return failure(state_ == State::idle ? FailureKind::refused : FailureKind::aborted, "25P01",
                   "there is no transaction to commit");

  if (id_.empty() && access_ == Access::read_write) {
    const Result id = send("SELECT " + sql::id_if_it_wrote());
    if (!succeeded(id)) {
      stage = PlanResult::Stage::statement;
      return postgres_failure(connection_, id.get());
    }
    id_ = first_cell(id);
  }
  // Without an id it has written nothing, and there can be no doubt about that.
  if (id_.empty()) stage = PlanResult::Stage::statement;
  const Result result = send("COMMIT");
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
  const Result result(PQexec(connection_, (std::string(forget_settings) + settings).c_str()));
  is_lent_ = !succeeded(result);
}

bool PostgresConnection::clean() const noexcept {
  return is_alive() && transaction() == PQTRANS_IDLE && state_ == State::idle && !is_lent_;
}

/// Whether the server has not hung up, as far as is known without asking it.
bool PostgresConnection::is_alive() const noexcept {
  // A server that goes sends its reason first: the first look may meet that, the second the end.
  for (int look = 0; look < 2; ++look) {
    if (PQconsumeInput(connection_) == 0) return false;
  }
  return PQstatus(connection_) == CONNECTION_OK;
}

}  // namespace

std::unique_ptr<Connection> connect_postgres(void* connection, void* session,
                                             const std::string& label) {
  auto made = std::make_unique<PostgresConnection>(static_cast<PGconn*>(connection), session);
  made->set_up(label);
  return made;
}

}  // namespace rowan::driver
