/// Writes what was run into the log, a batch as the statements that it is made of.

#include <algorithm>
#include <utility>

#include <rowan/testing/recording_connection.hpp>

#include "inner_steps.hpp"

namespace rowan::testing {
namespace {

bool is_write(const std::string& sql) {
  for (const char* word : {"INSERT ", "UPDATE ", "DELETE "})
    if (sql.starts_with(word)) return true;
  if (!sql.starts_with("WITH ")) return false;
  for (const char* words : {" INSERT INTO ", " UPDATE ", " DELETE FROM "})
    if (sql.find(words) != sql.npos) return true;
  return false;
}

Statement bare(std::string sql) {
  return {.sql = std::move(sql), .params = {}, .columns = {}, .expect = {}};
}

}  // namespace

std::vector<std::string> Log::sql() const {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> texts;
  texts.reserve(statements_.size());
  for (const Statement& statement : statements_) texts.push_back(statement.sql);
  return texts;
}

std::vector<std::string> Log::writes() const {
  std::vector<std::string> texts = sql();
  std::erase_if(texts, [](const std::string& text) { return !is_write(text); });
  return texts;
}

std::vector<Statement> Log::statements() const {
  const std::scoped_lock lock(mutex_);
  return statements_;
}

void Log::clear() {
  const std::scoped_lock lock(mutex_);
  statements_.clear();
}

void Log::answer_next(std::string part, std::size_t affected) {
  const std::scoped_lock lock(mutex_);
  answers_.push_back({std::move(part), affected});
}

void Log::add(Statement statement) {
  const std::scoped_lock lock(mutex_);
  statements_.push_back(std::move(statement));
}

bool Log::has_answers() const {
  const std::scoped_lock lock(mutex_);
  return !answers_.empty();
}

std::optional<std::size_t> Log::take_answer(std::string_view sql) {
  const std::scoped_lock lock(mutex_);
  const auto found = std::find_if(answers_.begin(), answers_.end(), [sql](const Answer& answer) {
    return sql.find(answer.part) != sql.npos;
  });
  if (found == answers_.end()) return {};
  const std::size_t affected = found->affected;
  answers_.erase(found);
  return affected;
}

class RecordingConnection::Recorder final : public InnerSteps {
 public:
  Recorder(std::unique_ptr<Connection> inner, std::shared_ptr<Log> log)
      : InnerSteps(std::move(inner)), log_(std::move(log)) {}

  std::optional<Failure> begin(const Begin& begin) override {
    log_->add(bare(to_sql(begin, inner().backend())));
    std::optional<Failure> failed = InnerSteps::begin(begin);
    state_ = State::in_transaction;
    return failed;
  }

  std::optional<Failure> execute(const Statement& statement, Outcome& outcome) override {
    log_->add(statement);
    if (const auto affected = log_->take_answer(statement.sql.str())) {
      outcome.affected = *affected;
      return {};
    }
    return InnerSteps::execute(statement, outcome);
  }

  std::optional<Failure> commit(PlanResult::Stage& stage) override {
    std::optional<Failure> failed = InnerSteps::commit(stage);
    if (stage == PlanResult::Stage::commit || !failed) log_->add(bare("COMMIT"));
    if (!failed) state_ = State::idle;
    return failed;
  }

  /// As a whole, so that the connection may send it as it likes.
  PlanResult run(const Plan& plan) {
    if (log_->has_answers()) return driver::run_in_steps(plan, *this);
    PlanResult result = inner().run(plan);
    if (plan.begin) {
      log_->add(bare(to_sql(*plan.begin, inner().backend())));
      state_ = State::in_transaction;
    }
    for (std::size_t i = 0; i < result.outcomes.size(); ++i) log_->add(plan.statements[i]);
    const bool committing =
        result.complete || (result.failure && result.stage == PlanResult::Stage::commit);
    if (plan.finish == Plan::Finish::commit && committing) log_->add(bare("COMMIT"));
    if (plan.finish == Plan::Finish::commit && result.complete) state_ = State::idle;
    return result;
  }

  void rollback() {
    if (std::exchange(state_, State::idle) == State::in_transaction) log_->add(bare("ROLLBACK"));
    inner().rollback();
  }

 private:
  std::shared_ptr<Log> log_;
  enum class State { idle, in_transaction } state_ = State::idle;
};

RecordingConnection::RecordingConnection(std::unique_ptr<Connection> inner,
                                         std::shared_ptr<Log> log)
    : recorder_(std::make_unique<Recorder>(std::move(inner), std::move(log))) {}

RecordingConnection::~RecordingConnection() = default;

Backend RecordingConnection::backend() const noexcept {
  return recorder_->inner().backend();
}

PlanResult RecordingConnection::run(const Plan& plan) {
  return recorder_->run(plan);
}

void RecordingConnection::rollback() noexcept {
  recorder_->rollback();
}

bool RecordingConnection::clean() const noexcept {
  return recorder_->inner().clean();
}

void* RecordingConnection::session() noexcept {
  return recorder_->inner().session();
}

std::function<std::unique_ptr<Connection>(std::unique_ptr<Connection>)> record(
    std::shared_ptr<Log> log) {
  return [log = std::move(log)](std::unique_ptr<Connection> inner) {
    return std::make_unique<RecordingConnection>(std::move(inner), log);
  };
}

}  // namespace rowan::testing
