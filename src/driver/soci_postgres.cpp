/// PostgreSQL by way of SOCI. SOCI knows neither whether a transaction is open or aborted, nor what
/// COMMIT was answered with, nor the name of a violated constraint; and SOCI 4.0 loses the error
/// itself while it looks for the names of values that have none, as ours. Those come from libpq's
/// handles. It sends, and reads rows, all as text.

#include <algorithm>
#include <string_view>
#include <utility>

#include <libpq-fe.h>

#include "../sql/transaction_id.hpp"
#include "postgres_array.hpp"
#include "postgres_cell.hpp"
#include "postgres_errors.hpp"
#include "postgres_limits.hpp"
#include "postgres_session.hpp"
#include "soci_database.hpp"
#include "soci_handles.hpp"
#include "soci_text.hpp"

namespace rowan::driver {
namespace {

Failure failed(FailureKind kind, const char* code, const char* message) {
  return {.kind = kind, .code = code, .message = message, .constraint = {}};
}

PGresult* answer(soci::statement& statement) {
  return static_cast<PGresult*>(postgres_result(statement));
}

class SociPostgres final : public SociDatabase {
 public:
  explicit SociPostgres(soci::session& session)
      : connection_(static_cast<PGconn*>(postgres_connection(session))) {}

  [[nodiscard]] Backend backend() const noexcept override { return Backend::postgres; }

  void set_up(const Ask& ask, const std::string& /*label*/, const StoreOptions& options) override {
    keep_quiet(connection_);
    set_up_ = options.set_up;
    tell_settings(ask);
  }
  [[nodiscard]] std::string unusable(const std::string& label,
                                     const Failure& failure) const override {
    return "cannot set up the session with " + label + " (" + failure.code + ")";
  }
  [[nodiscard]] bool forget_settings(const Ask& ask) override {
    (void)ask(forget_postgres_settings);
    tell_settings(ask);
    return true;
  }
  [[nodiscard]] bool is_alive() noexcept override { return driver::is_alive(connection_); }

  [[nodiscard]] Transaction transaction() noexcept override {
    switch (PQtransactionStatus(connection_)) {
      case PQTRANS_INTRANS: return Transaction::open;
      case PQTRANS_INERROR: return Transaction::aborted;
      default: return Transaction::none;
    }
  }
  [[nodiscard]] std::vector<std::string> opening(const Begin& begin) const override;
  [[nodiscard]] std::optional<Statement> ask_for_id(Begin::Writes writes) const override {
    const std::string id =
        writes == Begin::Writes::surely ? sql::id_of_writer() : sql::id_if_it_wrote();
    return Statement{
        .sql = "SELECT " + id, .params = {}, .columns = {ColumnType::text}, .expect = 1};
  }

  [[nodiscard]] Failure failure(Mistake mistake) const override;
  [[nodiscard]] Failure unfit_value(const char* why) const override {
    return failed(FailureKind::value, "22000", why);
  }

  [[nodiscard]] std::optional<Failure> spell(const std::string& sql, Takes takes,
                                             std::string& text) const override;
  void add(const Value& value, SociParams& params) const override {
    if (std::holds_alternative<Null>(value))
      params.add_null();
    else
      params.add_text(param_text(value));
  }
  void add(const std::vector<Value>& array, SociParams& params) const override;
  [[nodiscard]] std::optional<Failure> unfit(soci::statement& done,
                                             const Statement& asked) override;
  [[nodiscard]] Value read(soci::statement& from, int column, ColumnType type) override {
    const std::optional<std::string> text = text_at(from, column);
    return text ? read_cell(*text, type) : Value(Null{});
  }
  [[nodiscard]] std::size_t affected(soci::statement& done, const std::string& /*sql*/,
                                     std::size_t read) override;
  [[nodiscard]] Failure failure(soci::statement& failed, const char* message) override;
  [[nodiscard]] std::optional<Failure> uncommitted(soci::statement& done) override;

 private:
  void tell_settings(const Ask& ask) const {
    (void)ask(postgres_settings);
    for (const std::string& sql : set_up_) (void)ask(sql);
  }

  PGconn* connection_;
  std::vector<std::string> set_up_;
};

std::vector<std::string> SociPostgres::opening(const Begin& begin) const {
  std::vector<std::string> out = {to_sql(begin, Backend::postgres)};
  std::string limits;
  const auto add_limit = [&](const char* setting, std::chrono::milliseconds time) {
    limits += (limits.empty() ? "SELECT " : ", ") + set_limit(setting, time);
  };
  if (begin.lock_timeout) add_limit("lock_timeout", *begin.lock_timeout);
  if (begin.statement_timeout) add_limit("statement_timeout", *begin.statement_timeout);
  if (!limits.empty()) out.push_back(std::move(limits));
  return out;
}

Failure SociPostgres::failure(Mistake mistake) const {
  switch (mistake) {
    case Mistake::open_already:
      return failed(FailureKind::refused, "25001", "a transaction is open already");
    case Mistake::none_open:
      return failed(FailureKind::refused, "25P01", "there is no transaction to commit");
    case Mistake::ended:
      return failed(FailureKind::aborted, "25P01", "the transaction has been ended");
    case Mistake::aborted:
      return failed(FailureKind::aborted, "25P02", "the transaction was aborted before");
    case Mistake::lost: break;
  }
  return failed(FailureKind::connection_lost, "08006", PQerrorMessage(connection_));
}

std::optional<Failure> SociPostgres::spell(const std::string& sql, Takes takes,
                                           std::string& text) const {
  SociText spelled = soci_text(sql);
  text = std::move(spelled.sql);
  switch (spelled.holds) {
    case SociText::Holds::one_statement: break;
    case SociText::Holds::more:
      if (takes == Takes::several) break;
      return failed(FailureKind::refused, "42601", "the text is not of one statement");
    case SociText::Holds::a_bare_colon:
      return failed(FailureKind::refused, "42601",
                    "SOCI would take the colon for that of a parameter");
  }
  return {};
}

void SociPostgres::add(const std::vector<Value>& array, SociParams& params) const {
  std::vector<const Value*> values;
  values.reserve(array.size());
  for (const Value& value : array) values.push_back(&value);
  params.add_text(array_text(values));
}

std::optional<Failure> SociPostgres::unfit(soci::statement& done, const Statement& asked) {
  if (static_cast<std::size_t>(PQnfields(answer(done))) >= asked.columns.size()) return {};
  return failed(FailureKind::refused, "42P10", "the statement answers fewer columns than are read");
}

/// By the tag of its command, which counts rows that were answered too.
std::size_t SociPostgres::affected(soci::statement& done, const std::string& /*sql*/,
                                   std::size_t read) {
  if (PQresultStatus(answer(done)) == PGRES_TUPLES_OK) return read;
  return static_cast<std::size_t>(std::max(done.get_affected_rows(), 0LL));  // -1: it counts none
}

Failure SociPostgres::failure(soci::statement& failed_one, const char* message) {
  const PGresult* result = answer(failed_one);
  // What SOCI found fault with while the server did not.
  const bool is_own = result != nullptr && PQresultStatus(result) != PGRES_FATAL_ERROR;
  return is_own ? failed(FailureKind::refused, "42601", message)
                : postgres_failure(connection_, result);
}

/// PostgreSQL answers COMMIT of an aborted transaction with ROLLBACK, and calls that a success.
std::optional<Failure> SociPostgres::uncommitted(soci::statement& done) {
  if (PQcmdStatus(answer(done)) == std::string_view("COMMIT")) return {};
  return failed(FailureKind::aborted, "25P02", "COMMIT was answered with ROLLBACK");
}

}  // namespace

std::unique_ptr<SociDatabase> soci_postgres(soci::session& session) {
  return std::make_unique<SociPostgres>(session);
}

}  // namespace rowan::driver
