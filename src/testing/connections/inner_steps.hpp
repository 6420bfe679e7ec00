#pragma once
/// The steps of a plan, each run as a plan of its own on the connection behind a wrapper.

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <rowan/connection.hpp>

#include "../../driver/steps.hpp"
#include "../../sql/transaction_id.hpp"

namespace rowan::testing {

class InnerSteps : public driver::Steps {
 public:
  explicit InnerSteps(std::unique_ptr<Connection> inner) : inner_(std::move(inner)) {}

  [[nodiscard]] Connection& inner() const noexcept { return *inner_; }

  std::optional<Failure> begin(const Begin& begin) override {
    Plan plan;
    plan.begin = begin;
    PlanResult result = inner_->run(plan);
    transaction_id_ = std::move(result.transaction_id);
    return std::move(result.failure);
  }

  std::optional<Failure> execute(const Statement& statement, Outcome& outcome) override {
    Plan plan;
    plan.statements.push_back(statement);
    PlanResult result = inner_->run(plan);
    if (!result.outcomes.empty()) outcome = std::move(result.outcomes.front());
    return std::move(result.failure);
  }

  std::optional<Failure> commit(PlanResult::Stage& stage) override {
    Plan plan;
    plan.finish = Plan::Finish::commit;
    PlanResult result = inner_->run(plan);
    stage = result.stage;
    transaction_id_ = std::move(result.transaction_id);
    return std::move(result.failure);
  }

  /// As a driver does before it sends COMMIT, for one that will not be sent.
  void learn_transaction_id() {
    if (!transaction_id_.empty() || inner_->backend() != Backend::postgres) return;
    Outcome answer;
    const Statement ask{"SELECT " + sql::id_if_it_wrote(), {}, {ColumnType::text}, std::size_t{1}};
    if (InnerSteps::execute(ask, answer)) return;
    const auto* id = std::get_if<std::string>(&answer.rows.front().front());
    if (id) transaction_id_ = *id;
  }
  [[nodiscard]] std::string transaction_id() const override { return transaction_id_; }

 private:
  std::unique_ptr<Connection> inner_;
  std::string transaction_id_;
};

}  // namespace rowan::testing
