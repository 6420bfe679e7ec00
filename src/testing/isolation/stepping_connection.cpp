#include "stepping_connection.hpp"

#include <chrono>
#include <string>
#include <utility>

#include "../connections/inner_steps.hpp"

namespace rowan::testing {
namespace {

using std::chrono::milliseconds;

/// Long enough that no actor's time is up while the others take their steps.
constexpr milliseconds patience{24 * 3600 * 1000};

bool reads_only(const std::string& sql) {
  for (const char* word : {"SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK"})
    if (sql.starts_with(word)) return true;
  return false;
}

std::string outcome_text(const std::optional<Failure>& failed, std::size_t rows) {
  if (failed) return failed->code;
  return std::to_string(rows) + (rows == 1 ? " row" : " rows");
}

class Stepper final : public InnerSteps {
 public:
  Stepper(std::unique_ptr<Connection> inner, ActorRun& actor, SqliteBegin begin)
      : InnerSteps(std::move(inner)), run_(actor), sqlite_begin_(begin) {}

  std::optional<Failure> begin(const Begin& asked) override {
    if (!run_.is_running()) return InnerSteps::begin(asked);
    Begin begin = asked;
    access_ = asked.access;
    if (is_sqlite()) {
      // Who waits is told by SQLITE_BUSY, at once; see wait_out().
      begin.lock_timeout = milliseconds(0);
      if (sqlite_begin_ == SqliteBegin::deferred) begin.access = Access::read_only;
    } else
      begin.lock_timeout = patience;
    const std::string sql = to_sql(begin, inner().backend());
    // It is SQLite's that takes a lock; elsewhere nobody can tell when a BEGIN was.
    const bool locks = is_sqlite() && begin.access == Access::read_write;
    if (locks && run_.steps() == testing::Steps::statements) run_.checkpoint(sql);
    run_.begun(!is_sqlite() && asked.isolation < Isolation::repeatable_read
                   ? ActorRun::Sees::newest
                   : ActorRun::Sees::one_state);
    auto failed = wait_out([&] { return InnerSteps::begin(begin); });
    state_ = failed ? State::idle : State::begun;
    run_.sent(sql, failed ? failed->code : std::string());
    return failed;
  }

  std::optional<Failure> execute(const Statement& statement, Outcome& outcome) override {
    if (!run_.is_running()) return InnerSteps::execute(statement, outcome);
    const std::string& sql = statement.sql.str();
    if (run_.steps() == testing::Steps::statements) run_.checkpoint(sql);
    run_.statement_comes();
    const auto run = [&] {
      outcome = {};
      return InnerSteps::execute(statement, outcome);
    };
    const bool may_wait = !is_sqlite() || state_ != State::in_use;
    // A transaction that has read is not let wait for the lock to write: SQLite calls no busy
    // handler then, lest two such wait for each other
    // (https://www.sqlite.org/c3ref/busy_handler.html).
    auto failed = may_wait ? wait_out(run) : run();
    state_ = State::in_use;
    if (!reads_only(sql)) run_.has_written();
    run_.sent(sql, outcome_text(failed, outcome.affected));
    return failed;
  }

  std::optional<Failure> commit(PlanResult::Stage& stage) override {
    if (!run_.is_running()) return InnerSteps::commit(stage);
    const bool writes = access_ == Access::read_write;
    if (writes && run_.steps() == testing::Steps::statements) run_.checkpoint("COMMIT");
    auto failed = wait_out([&] { return InnerSteps::commit(stage); });
    if (!failed) {
      state_ = State::idle;
      run_.ended();
    }
    run_.sent("COMMIT", failed ? failed->code : std::string(), Scheduler::From::commit);
    return failed;
  }

  void rollback() {
    inner().rollback();
    if (std::exchange(state_, State::idle) == State::idle || !run_.is_running()) return;
    run_.ended();
    run_.sent_rollback();
  }

 private:
  enum class State { idle, begun, in_use };

  [[nodiscard]] bool is_sqlite() const { return inner().backend() == Backend::sqlite; }

  /// On SQLite again, after each time that others got on, while it says that somebody has the lock.
  template <class Operation>
  std::optional<Failure> wait_out(Operation operation) {
    for (;;) {
      std::optional<Failure> failed = operation();
      if (failed && !is_sqlite() && run_.was_ended())
        return Failure{FailureKind::deadlock, "40P01", failed->message, {}};
      if (!is_sqlite() || !failed || failed->kind != FailureKind::lock_timeout) return failed;
      if (run_.wait_for_others() == Scheduler::Answer::give_up) return failed;
    }
  }

  ActorRun& run_;
  SqliteBegin sqlite_begin_;
  Access access_ = Access::read_write;
  State state_ = State::idle;
};

class SteppingConnection final : public Connection {
 public:
  SteppingConnection(std::unique_ptr<Connection> inner, ActorRun& actor, SqliteBegin begin)
      : stepper_(std::move(inner), actor, begin) {}

  [[nodiscard]] Backend backend() const noexcept override { return stepper_.inner().backend(); }
  [[nodiscard]] PlanResult run(const Plan& plan) override {
    return driver::run_in_steps(plan, stepper_);
  }
  void rollback() noexcept override { stepper_.rollback(); }
  [[nodiscard]] bool clean() const noexcept override { return stepper_.inner().clean(); }
  [[nodiscard]] void* session() noexcept override { return stepper_.inner().session(); }

 private:
  Stepper stepper_;
};

/// The server's process that the connection's session has.
std::optional<std::int64_t> process_of(Connection& connection) {
  Plan plan;
  plan.statements.push_back(
      {"SELECT CAST(pg_backend_pid() AS bigint)", {}, {ColumnType::integer}, std::size_t{1}});
  const PlanResult result = connection.run(plan);
  if (!result.complete) return {};
  const auto* id = std::get_if<std::int64_t>(&result.outcomes.front().rows.front().front());
  return id == nullptr ? std::nullopt : std::optional(*id);
}

}  // namespace

std::unique_ptr<Connection> step_through(std::unique_ptr<Connection> inner, ActorRun& actor,
                                         SqliteBegin begin) {
  if (inner->backend() == Backend::postgres)
    if (const auto process = process_of(*inner)) actor.add_process(*process);
  return std::make_unique<SteppingConnection>(std::move(inner), actor, begin);
}

}  // namespace rowan::testing
