/// SQLite by way of SOCI. SOCI knows neither that each cell has a type of its own, nor extended
/// result codes (4.0), nor a limit of time, nor whether a transaction is open: those come from the
/// handle. It binds, steps, reads cells and says BEGIN, COMMIT and PRAGMA.

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string_view>
#include <type_traits>

#include <sqlite3.h>

#include "../mapping/calendar_text.hpp"
#include "soci_database.hpp"
#include "soci_handles.hpp"
#include "sqlite_cell.hpp"
#include "sqlite_errors.hpp"
#include "sqlite_session.hpp"
#include "sqlite_statements.hpp"

namespace rowan::driver {
namespace {

using std::chrono::milliseconds;

Failure refused(const char* code, const char* message) {
  return {.kind = FailureKind::refused, .code = code, .message = message, .constraint = {}};
}

std::string wait_for_locks(milliseconds timeout) {
  constexpr milliseconds longest{std::numeric_limits<int>::max()};
  return "PRAGMA busy_timeout = " +
         std::to_string(std::clamp(timeout, milliseconds::zero(), longest).count());
}

sqlite3_stmt* handle(soci::statement& statement) {
  return static_cast<sqlite3_stmt*>(sqlite_statement(statement));
}

class SociSqlite final : public SociDatabase {
 public:
  explicit SociSqlite(soci::session& session)
      : database_(static_cast<sqlite3*>(sqlite_database(session))) {}

  [[nodiscard]] Backend backend() const noexcept override { return Backend::sqlite; }

  void set_up(const Ask& ask, const std::string& label, const StoreOptions& options) override {
    set_defaults(database_);
    (void)ask(wait_for_locks(default_lock_timeout));
    set_up_sqlite(ask, label, options);
  }
  [[nodiscard]] std::string unusable(const std::string& label,
                                     const Failure& failure) const override {
    return "cannot open " + label + ": " + failure.message + " (" + failure.code + ")";
  }
  // No statement undoes all that PRAGMAs and ATTACH can do, so what was lent is opened anew.
  [[nodiscard]] bool forget_settings(const Ask& /*ask*/) override { return false; }
  [[nodiscard]] bool is_alive() noexcept override { return true; }

  [[nodiscard]] Transaction transaction() noexcept override {
    return sqlite3_get_autocommit(database_) == 0 ? Transaction::open : Transaction::none;
  }
  [[nodiscard]] std::vector<std::string> opening(const Begin& begin) const override {
    return {wait_for_locks(begin.lock_timeout.value_or(default_lock_timeout)),
            to_sql(begin, Backend::sqlite)};
  }
  [[nodiscard]] std::vector<std::string> closing() override;
  [[nodiscard]] std::vector<std::string> lending(Access access) override;
  void end_cursors() noexcept override { driver::end_cursors(database_); }

  [[nodiscard]] Failure failure(Mistake mistake) const override;
  [[nodiscard]] Failure unfit_value(const char* why) const override {
    return {
        .kind = FailureKind::value, .code = "SQLITE_MISMATCH", .message = why, .constraint = {}};
  }

  // SOCI passes a text on as it is, and SQLite prepares the first statement of it.
  [[nodiscard]] std::optional<Failure> spell(const std::string& sql, Takes /*takes*/,
                                             std::string& text) const override {
    text = sql;
    return {};
  }
  void add(const Value& value, SociParams& params) const override;
  void add(const std::vector<Value>& /*array*/, SociParams& /*params*/) const override {
    throw std::out_of_range("SQLite has no arrays");
  }
  [[nodiscard]] std::shared_ptr<void> limit(std::optional<milliseconds> timeout) override {
    return std::make_shared<SqliteDeadline>(database_, timeout);
  }
  [[nodiscard]] std::optional<Failure> unfit(soci::statement& done,
                                             const Statement& asked) override;
  [[nodiscard]] Value read(soci::statement& from, int column, ColumnType type) override;
  [[nodiscard]] std::size_t affected(soci::statement& done, const std::string& sql,
                                     std::size_t read) override;
  [[nodiscard]] Failure failure(soci::statement& failed, const char* message) override;

 private:
  sqlite3* database_;
  enum class Writes { as_set_up, forbidden } writes_ = Writes::as_set_up;
};

/// A transaction of SQLite's is never read-only, so where ours is the connection has to be.
std::vector<std::string> SociSqlite::lending(Access access) {
  if (access == Access::read_write) return {};
  writes_ = Writes::forbidden;
  return {"PRAGMA query_only = ON"};
}

std::vector<std::string> SociSqlite::closing() {
  std::vector<std::string> out = {wait_for_locks(default_lock_timeout)};
  if (writes_ == Writes::forbidden) out.emplace_back("PRAGMA query_only = OFF");
  writes_ = Writes::as_set_up;
  return out;
}

Failure SociSqlite::failure(Mistake mistake) const {
  switch (mistake) {
    case Mistake::open_already: return refused("SQLITE_ERROR", "a transaction is open already");
    case Mistake::none_open: return refused("SQLITE_ERROR", "there is no transaction to commit");
    case Mistake::ended:
    case Mistake::aborted:
    case Mistake::lost: break;
  }
  // SQLite rolls back by itself on SQLITE_FULL, IOERR, NOMEM, INTERRUPT and some BUSY
  // (https://www.sqlite.org/lang_transaction.html, 2.6). What came next would be committed alone.
  return {.kind = FailureKind::aborted,
          .code = "SQLITE_ABORT_ROLLBACK",
          .message = "the transaction has been rolled back",
          .constraint = {}};
}

void SociSqlite::add(const Value& value, SociParams& params) const {
  const auto add_one = [&](const auto& held) {
    using T = std::decay_t<decltype(held)>;
    if constexpr (std::is_same_v<T, Null>) {
      params.add_null();
    } else if constexpr (std::is_same_v<T, bool>) {
      params.add_integer(held ? 1 : 0);
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
      params.add_integer(held);
    } else if constexpr (std::is_same_v<T, double>) {
      // SQLite stores a NaN as NULL: https://www.sqlite.org/floatingpoint.html.
      if (std::isnan(held)) throw std::out_of_range("SQLite has no NaN");
      params.add_real(held);
    } else if constexpr (std::is_same_v<T, std::string>) {
      params.add_text(held);
    } else if constexpr (std::is_same_v<T, Bytes>) {
      params.add_bytes(held);
    } else if constexpr (std::is_same_v<T, Timestamp>) {
      params.add_text(mapping::timestamp_text(held));
    } else if constexpr (std::is_same_v<T, Date>) {
      params.add_text(mapping::date_text(held));
    } else {
      params.add_text(held.to_string());
    }
  };
  std::visit(add_one, static_cast<const Value::variant&>(value));
}

std::optional<Failure> SociSqlite::unfit(soci::statement& done, const Statement& asked) {
  sqlite3_stmt* statement = handle(done);
  // A parameter that is not bound was NULL.
  if (static_cast<std::size_t>(sqlite3_bind_parameter_count(statement)) != asked.params.size())
    return refused("SQLITE_RANGE", "the statement takes another number of values than it is given");
  if (asked.columns.size() > static_cast<std::size_t>(sqlite3_column_count(statement)))
    return refused("SQLITE_RANGE", "the statement answers fewer columns than are read");
  // What stands behind the first statement of the text was not run.
  const std::string_view prepared = sqlite3_sql(statement);
  if (asked.sql.str().find_first_not_of(" \t\r\n;", prepared.size()) != std::string::npos)
    return refused("SQLITE_ERROR", "there is more than one statement in the text");
  return {};
}

Value SociSqlite::read(soci::statement& from, int column, ColumnType type) {
  switch (sqlite3_column_type(handle(from), column)) {
    case SQLITE_INTEGER:
      return fit(static_cast<std::int64_t>(integer_at(from, column).value_or(0)), type);
    case SQLITE_FLOAT: return fit(database_, real_at(from, column).value_or(0), type);
    case SQLITE_TEXT: return fit(text_at(from, column).value_or(""), type);
    case SQLITE_BLOB: {
      // SOCI reads it as a text does, whatever the bytes are; into a soci::blob it would copy it
      // from an address that an empty one does not have.
      const std::string text = text_at(from, column).value_or("");
      const auto* data = reinterpret_cast<const std::byte*>(text.data());
      return fit(Bytes(data, data + text.size()), type);
    }
    default: return Null{};
  }
}

std::size_t SociSqlite::affected(soci::statement& done, const std::string& sql, std::size_t read) {
  switch (effect_of(handle(done), sql)) {
    case Effect::answers_rows: return read;
    case Effect::changes_rows: return static_cast<std::size_t>(done.get_affected_rows());
    case Effect::neither: break;
  }
  return 0;
}

Failure SociSqlite::failure(soci::statement& /*failed*/, const char* message) {
  const int code = sqlite3_extended_errcode(database_);
  const bool is_own = code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE;
  return is_own ? refused("SQLITE_ERROR", message) : sqlite_failure(database_, code);
}

}  // namespace

std::unique_ptr<SociDatabase> soci_sqlite(soci::session& session) {
  return std::make_unique<SociSqlite>(session);
}

}  // namespace rowan::driver
