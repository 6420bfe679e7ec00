#pragma once
/// What a driver by way of SOCI has to know of a database, where SOCI has no word for it. A driver
/// of another database of SOCI's would begin with one more of these.

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <soci/statement.h>

#include <rowan/connection.hpp>

#include "soci_cell.hpp"

namespace rowan::driver {

class SociDatabase {
 public:
  SociDatabase() = default;
  SociDatabase(const SociDatabase&) = delete;
  SociDatabase& operator=(const SociDatabase&) = delete;
  virtual ~SociDatabase() = default;

  [[nodiscard]] virtual Backend backend() const noexcept = 0;

  // The session.

  /// Runs a statement and gives the first cell that it answers as text, or throws
  /// ConnectionFailed.
  using Ask = std::function<std::string(const std::string& sql)>;
  virtual void set_up(const Ask& ask, const std::string& label, const StoreOptions& options) = 0;
  /// Why it cannot be used, when setting it up has failed.
  [[nodiscard]] virtual std::string unusable(const std::string& label,
                                             const Failure& failure) const = 0;
  /// Undoes what whoever borrowed the session may have set. False: there is no way to.
  [[nodiscard]] virtual bool forget_settings(const Ask& ask) = 0;
  /// Whether its other end has not hung up, as far as is known without asking it.
  [[nodiscard]] virtual bool is_alive() noexcept = 0;

  // The transaction.

  enum class Transaction { none, open, aborted };
  /// As the database has it, whoever began or ended it.
  [[nodiscard]] virtual Transaction transaction() noexcept = 0;
  /// What begins one, in order.
  [[nodiscard]] virtual std::vector<std::string> opening(const Begin& begin) const = 0;
  /// What is to be said when one has ended.
  [[nodiscard]] virtual std::vector<std::string> closing() { return {}; }
  /// What is to be said when its session is lent.
  [[nodiscard]] virtual std::vector<std::string> lending(Access /*access*/) { return {}; }
  /// What asks for the id of the open one, in a text; none where there is nothing to ask.
  [[nodiscard]] virtual std::optional<Statement> ask_for_id(Begin::Writes /*writes*/) const {
    return {};
  }
  /// Ends what users of the session left half-read, where that is in the way of an end.
  virtual void end_cursors() noexcept {}

  // The failures that we find before the database does.

  enum class Mistake {
    open_already,  ///< BEGIN within a transaction
    none_open,     ///< COMMIT without one
    ended,         ///< by somebody else, or by the database itself
    aborted,
    lost,  ///< the connection
  };
  [[nodiscard]] virtual Failure failure(Mistake mistake) const = 0;
  /// A value that the database cannot hold.
  [[nodiscard]] virtual Failure unfit_value(const char* why) const = 0;

  // A statement.

  /// Sets `text`, what is given to SOCI to send; or gives the reason why it cannot be.
  enum class Takes { one_statement, several };
  [[nodiscard]] virtual std::optional<Failure> spell(const std::string& sql, Takes takes,
                                                     std::string& text) const = 0;
  /// Throws std::out_of_range for what the database cannot hold.
  virtual void add(const Value& value, SociParams& params) const = 0;
  /// Where arrays take the place of the single values.
  virtual void add(const std::vector<Value>& array, SociParams& params) const = 0;
  /// What limits it lives as long as what is given here.
  [[nodiscard]] virtual std::shared_ptr<void> limit(
      std::optional<std::chrono::milliseconds> /*timeout*/) {
    return {};
  }
  /// Of one that was executed: what of it does not fit what was asked for.
  [[nodiscard]] virtual std::optional<Failure> unfit(soci::statement& done,
                                                     const Statement& asked) = 0;
  [[nodiscard]] virtual Value read(soci::statement& from, int column, ColumnType type) = 0;
  /// The rows that it changed, or answered: `read`.
  [[nodiscard]] virtual std::size_t affected(soci::statement& done, const std::string& sql,
                                             std::size_t read) = 0;
  /// Of one that SOCI has just thrown `message` for.
  [[nodiscard]] virtual Failure failure(soci::statement& failed, const char* message) = 0;
  /// Why a COMMIT that did not fail has not committed.
  [[nodiscard]] virtual std::optional<Failure> uncommitted(soci::statement& /*done*/) { return {}; }
};

[[nodiscard]] std::unique_ptr<SociDatabase> soci_sqlite(soci::session& session);
[[nodiscard]] std::unique_ptr<SociDatabase> soci_postgres(soci::session& session);

}  // namespace rowan::driver
