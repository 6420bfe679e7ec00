/// Fails the operation that the script names, and forwards all others.

#include <utility>

#include <rowan/testing/failing_connection.hpp>

#include "inner_steps.hpp"

namespace rowan::testing {
namespace {

Failure scripted(FailureKind kind) {
  return {
      .kind = kind, .code = "SCRIPTED", .message = "a test wants this failure", .constraint = {}};
}

}  // namespace

void Script::fail_at(std::size_t n, FailureKind kind, Fail when) {
  const std::scoped_lock lock(mutex_);
  operations_ = 0;
  failing_ = n;
  fault_ = {kind, when};
}

void Script::count() {
  const std::scoped_lock lock(mutex_);
  operations_ = 0;
  failing_ = 0;
}

std::size_t Script::operations() const {
  const std::scoped_lock lock(mutex_);
  return operations_;
}

std::optional<Script::Fault> Script::next() {
  const std::scoped_lock lock(mutex_);
  if (++operations_ != failing_) return {};
  return fault_;
}

class FailingConnection::Saboteur final : public InnerSteps {
 public:
  Saboteur(std::unique_ptr<Connection> inner, std::shared_ptr<Script> script)
      : InnerSteps(std::move(inner)), script_(std::move(script)) {}

  std::optional<Failure> begin(const Begin& begin) override {
    return sabotaged([&] { return InnerSteps::begin(begin); });
  }

  std::optional<Failure> execute(const Statement& statement, Outcome& outcome) override {
    std::optional<Failure> failed =
        sabotaged([&] { return InnerSteps::execute(statement, outcome); });
    if (failed) outcome = {};
    return failed;
  }

  std::optional<Failure> commit(PlanResult::Stage& stage) override {
    if (state_ == State::lost)
      stage = PlanResult::Stage::statement;
    else
      learn_transaction_id();
    return sabotaged([&] { return InnerSteps::commit(stage); });
  }

  [[nodiscard]] bool clean() const noexcept { return state_ == State::alive && inner().clean(); }

 private:
  template <class Operation>
  std::optional<Failure> sabotaged(Operation operation) {
    if (state_ == State::lost) return scripted(FailureKind::connection_lost);
    const std::optional<Script::Fault> fault = script_->next();
    if (!fault) return operation();
    if (fault->when == Fail::after) {
      if (std::optional<Failure> own = operation()) return own;
    }
    if (fault->kind == FailureKind::connection_lost) {
      state_ = State::lost;
      inner().rollback();
    }
    return scripted(fault->kind);
  }

  std::shared_ptr<Script> script_;
  enum class State { alive, lost } state_ = State::alive;
};

FailingConnection::FailingConnection(std::unique_ptr<Connection> inner,
                                     std::shared_ptr<Script> script)
    : saboteur_(std::make_unique<Saboteur>(std::move(inner), std::move(script))) {}

FailingConnection::~FailingConnection() = default;

Backend FailingConnection::backend() const noexcept {
  return saboteur_->inner().backend();
}

PlanResult FailingConnection::run(const Plan& plan) {
  return driver::run_in_steps(plan, *saboteur_);
}

void FailingConnection::rollback() noexcept {
  saboteur_->inner().rollback();
}

bool FailingConnection::clean() const noexcept {
  return saboteur_->clean();
}

void* FailingConnection::session() noexcept {
  return saboteur_->inner().session();
}

std::function<std::unique_ptr<Connection>(std::unique_ptr<Connection>)> fail(
    std::shared_ptr<Script> script) {
  return [script = std::move(script)](std::unique_ptr<Connection> inner) {
    return std::make_unique<FailingConnection>(std::move(inner), script);
  };
}

}  // namespace rowan::testing
