/// Plans run by SOCI's own interface, statement by statement.

#include "soci_connection.hpp"

#include <exception>
#include <functional>
#include <optional>
#include <stdexcept>
#include <utility>
#include <variant>
#include <vector>

#include <soci/soci.h>

#include <rowan/errors.hpp>

#include "soci_cell.hpp"
#include "soci_database.hpp"
#include "steps.hpp"

namespace rowan::driver {
namespace {

using std::chrono::milliseconds;
using Stage = PlanResult::Stage;
using Mistake = SociDatabase::Mistake;
using Takes = SociDatabase::Takes;
using OnDatabase = SociDatabase::Transaction;

Statement without_values(std::string sql) {
  return {.sql = std::move(sql), .params = {}, .columns = {}, .expect = {}};
}

/// What is said at an end, where nothing can be done about an error: the next user finds the
/// connection not clean, or begins with what was not said.
template <class Say>
void whatever_comes(Say say) noexcept {
  try {
    say();
  } catch (...) {
  }
}

class SociConnection final : public Connection, private Steps {
 public:
  SociConnection(soci::session& session, std::unique_ptr<SociDatabase> database)
      : session_(session), database_(std::move(database)) {}
  SociConnection(const SociConnection&) = delete;
  SociConnection& operator=(const SociConnection&) = delete;
  ~SociConnection() override { SociConnection::rollback(); }

  void set_up(const std::string& label, const StoreOptions& options);

  [[nodiscard]] Backend backend() const noexcept override { return database_->backend(); }
  [[nodiscard]] PlanResult run(const Plan& plan) override { return run_in_steps(plan, *this); }
  void rollback() noexcept override;
  [[nodiscard]] bool clean() const noexcept override;
  [[nodiscard]] void* session() noexcept override;

 private:
  std::optional<Failure> begin(const Begin& begin) override;
  std::optional<Failure> execute(const Statement& statement, Outcome& outcome) override;
  std::optional<Failure> commit(Stage& stage) override;
  [[nodiscard]] std::string transaction_id() const override { return id_; }

  /// What is done with a statement: `executed` when it was, and then `row` with each of its rows.
  struct Reader {
    std::function<std::optional<Failure>(soci::statement&)> executed{};
    std::function<void(soci::statement&)> row{};
  };
  std::optional<Failure> run_alone(const Statement& statement, Takes takes, const Reader& reader,
                                   std::size_t& affected);
  std::optional<Failure> say(const std::string& sql);
  std::string ask(const std::string& sql);
  std::optional<Failure> learn_id(Begin::Writes writes);
  std::optional<Failure> send_commit();

  /// Why nothing more can be sent, as far as that is known without asking.
  [[nodiscard]] std::optional<Failure> lost() const;
  void forget_transaction() noexcept;

  soci::session& session_;
  std::unique_ptr<SociDatabase> database_;
  std::string label_;
  std::optional<milliseconds> statement_timeout_;
  enum class State { idle, in_transaction } state_ = State::idle;
  Access access_ = Access::read_write;  ///< of the open transaction
  std::string id_;                      ///< of the transaction, once it is known
  bool is_lent_ = false;                ///< to somebody who may have changed the session's settings
};

void SociConnection::set_up(const std::string& label, const StoreOptions& options) {
  label_ = label;
  database_->set_up([&](const std::string& sql) { return ask(sql); }, label, options);
}

/// The first cell that it answers, as text; empty if it answers no text.
std::string SociConnection::ask(const std::string& sql) {
  std::optional<Value> first;
  std::size_t affected = 0;
  const auto read = [&](soci::statement& from) {
    if (!first) first = database_->read(from, 0, ColumnType::text);
  };
  const std::optional<Failure> failed =
      run_alone(without_values(sql), Takes::several, {.row = read}, affected);
  if (failed)
    throw ConnectionFailed(database_->unusable(label_, *failed),
                           {.sql = sql, .code = failed->code, .database_message = failed->message});
  const auto* text = first ? std::get_if<std::string>(&*first) : nullptr;
  return text == nullptr ? std::string() : *text;
}

std::optional<Failure> SociConnection::run_alone(const Statement& statement, Takes takes,
                                                 const Reader& reader, std::size_t& affected) {
  std::string text;
  if (auto unsent = database_->spell(statement.sql.str(), takes, text)) return unsent;
  SociParams params(session_);
  try {
    for (const Value& value : statement.params) database_->add(value, params);
    for (const std::vector<Value>& array : statement.arrays) database_->add(array, params);
  } catch (const std::out_of_range& unfit) {
    return database_->unfit_value(unfit.what());
  }

  // Gone before the values are; and where it failed, here still to be asked why.
  soci::statement running(session_);
  try {
    params.bind_to(running);
    running.alloc();
    // Else SOCI would have PostgreSQL prepare it by a name, and forget it again: two more trips.
    running.prepare(text, soci::details::st_one_time_query);
    running.define_and_bind();
    const std::shared_ptr<void> limit = database_->limit(statement_timeout_);
    bool has_row = driver::execute(running);
    if (auto unfit = database_->unfit(running, statement)) return unfit;
    if (reader.executed)
      if (auto failed = reader.executed(running)) return failed;
    // To the end, also when a single row is awaited: INSERT ... RETURNING is done only then.
    std::size_t rows = 0;
    for (; has_row; has_row = fetch(running)) {
      ++rows;
      if (reader.row) reader.row(running);
    }
    affected = database_->affected(running, statement.sql, rows);
  } catch (const std::exception& thrown) {  // SOCI throws std::out_of_range too
    return database_->failure(running, thrown.what());
  }
  return {};
}

std::optional<Failure> SociConnection::lost() const {
  if (!database_->is_alive()) return database_->failure(Mistake::lost);
  if (state_ == State::in_transaction && database_->transaction() == OnDatabase::none)
    return database_->failure(Mistake::ended);
  return {};
}

std::optional<Failure> SociConnection::begin(const Begin& begin) {
  if (!database_->is_alive()) return database_->failure(Mistake::lost);
  if (database_->transaction() != OnDatabase::none)
    return database_->failure(Mistake::open_already);
  database_->end_cursors();
  id_.clear();
  access_ = begin.access;
  std::optional<Failure> failed;
  for (const std::string& sql : database_->opening(begin)) {
    failed = say(sql);
    if (failed) break;
  }
  if (database_->transaction() == OnDatabase::none) {
    forget_transaction();
    return failed;
  }
  state_ = State::in_transaction;
  statement_timeout_ = begin.statement_timeout;
  if (!failed && begin.writes == Begin::Writes::surely) failed = learn_id(begin.writes);
  return failed;
}

std::optional<Failure> SociConnection::execute(const Statement& statement, Outcome& outcome) {
  if (auto failed = lost()) return failed;
  const auto read = [&](soci::statement& from) {
    if (statement.columns.empty()) return;
    std::vector<Value>& row = outcome.rows.emplace_back();
    row.reserve(statement.columns.size());
    for (const ColumnType type : statement.columns)
      row.push_back(database_->read(from, static_cast<int>(row.size()), type));
  };
  std::optional<Failure> failed =
      run_alone(statement, Takes::one_statement, {.row = read}, outcome.affected);
  if (failed) outcome = {};
  return failed;
}

std::optional<Failure> SociConnection::say(const std::string& sql) {
  std::size_t affected = 0;
  return run_alone(without_values(sql), Takes::one_statement, {}, affected);
}

std::optional<Failure> SociConnection::learn_id(Begin::Writes writes) {
  const std::optional<Statement> question = database_->ask_for_id(writes);
  if (!question) return {};
  Outcome answer;
  std::optional<Failure> failed = execute(*question, answer);
  if (failed || answer.rows.empty()) return failed;
  const auto* text = std::get_if<std::string>(&answer.rows.front().front());
  id_ = text == nullptr ? std::string() : *text;
  return {};
}

std::optional<Failure> SociConnection::commit(Stage& stage) {
  if (auto failed = lost()) {
    if (failed->kind == FailureKind::connection_lost) stage = Stage::statement;
    return failed;
  }
  if (database_->transaction() == OnDatabase::aborted) return database_->failure(Mistake::aborted);
  if (database_->transaction() == OnDatabase::none) return database_->failure(Mistake::none_open);
  database_->end_cursors();
  if (access_ == Access::read_write && id_.empty()) {
    if (auto failed = learn_id(Begin::Writes::maybe)) {
      stage = Stage::statement;
      return failed;
    }
  }
  // Where the database tells of an id, whoever has none has written nothing, and there can be no
  // doubt about that.
  if (id_.empty() && database_->ask_for_id(Begin::Writes::maybe)) stage = Stage::statement;
  return send_commit();
}

std::optional<Failure> SociConnection::send_commit() {
  std::size_t affected = 0;
  const auto check = [&](soci::statement& done) { return database_->uncommitted(done); };
  std::optional<Failure> failed =
      run_alone(without_values("COMMIT"), Takes::one_statement, {.executed = check}, affected);
  // One that failed may have left the transaction open; rollback() ends it.
  if (!failed) forget_transaction();
  return failed;
}

void SociConnection::forget_transaction() noexcept {
  state_ = State::idle;
  access_ = Access::read_write;
  statement_timeout_.reset();
  whatever_comes([&] {
    for (const std::string& sql : database_->closing()) (void)say(sql);
  });
}

void SociConnection::rollback() noexcept {
  if (!database_->is_alive()) {
    state_ = State::idle;
    return;
  }
  database_->end_cursors();
  const bool is_open = database_->transaction() != OnDatabase::none;
  if (is_open) whatever_comes([&] { (void)say("ROLLBACK"); });
  // After a COMMIT nothing is left to be said, for which there would have to be memory.
  if (is_open || state_ == State::in_transaction) forget_transaction();
  if (!is_lent_) return;
  whatever_comes([&] {
    const bool forgotten =
        database_->forget_settings([this](const std::string& sql) { return ask(sql); });
    is_lent_ = !forgotten;
  });
}

bool SociConnection::clean() const noexcept {
  return database_->is_alive() && database_->transaction() == OnDatabase::none &&
         state_ == State::idle && !is_lent_;
}

void* SociConnection::session() noexcept {
  is_lent_ = true;
  whatever_comes([&] {
    for (const std::string& sql : database_->lending(access_)) (void)say(sql);
  });
  return &session_;
}

}  // namespace

std::unique_ptr<Connection> connect_soci(soci::session& session, Backend backend,
                                         const std::string& label, const StoreOptions& options) {
  auto connection = std::make_unique<SociConnection>(
      session, backend == Backend::sqlite ? soci_sqlite(session) : soci_postgres(session));
  connection->set_up(label, options);
  return connection;
}

}  // namespace rowan::driver
