#include "database_transaction.hpp"

#include "../driver/raise.hpp"
#include "commit_outcome.hpp"

namespace rowan::work {
namespace {

/// With a statement before it, as one.
bool went_along(const Outcome& outcome) {
  return outcome.sent && outcome.sent->str().empty();
}

}  // namespace

PlanResult DatabaseTransaction::run(const Plan& plan) {
  // Without a transaction each statement would be one by itself.
  if (!open() && !plan.begin) throw UsageError("the transaction of the unit of work is over");
  threw_ = Threw::no;
  if (!open()) connection_ = host_->lease();
  if (plan.begin) access_ = plan.begin->access;
  try {
    PlanResult result = connection_->run(plan);
    observe(plan, result);
    if (result.complete && plan.finish == Plan::Finish::commit) connection_.reset();
    return result;
  } catch (...) {
    threw_ = Threw::yes;
    rollback();
    throw;
  }
}

std::vector<Outcome> DatabaseTransaction::run_or_raise(const Plan& plan, const std::string& place) {
  PlanResult result = run(plan);
  if (result.complete) return std::move(result.outcomes);
  rollback();
  const bool in_statement =
      result.stage == PlanResult::Stage::statement && !result.outcomes.empty();
  const bool in_doubt = result.stage == PlanResult::Stage::commit && access_ == Access::read_write;
  driver::raise(
      result.failure.value_or(Failure{}),
      in_doubt ? PlanResult::Stage::commit : PlanResult::Stage::statement, place,
      in_statement ? plan.statements[result.outcomes.size() - 1].sql.str() : std::string(),
      commit_resolver(host_, {result.transaction_id, result.server_process}, {}));
}

void DatabaseTransaction::rollback() noexcept {
  if (!connection_) return;
  const auto start = std::chrono::steady_clock::now();
  connection_->rollback();
  observe("ROLLBACK", std::chrono::steady_clock::now() - start, 0, {});
  connection_.reset();
}

void DatabaseTransaction::observe(const Plan& plan, const PlanResult& result) const noexcept {
  using Stage = PlanResult::Stage;
  const auto code = [&](Stage stage) -> std::string_view {
    return result.failure && result.stage == stage ? result.failure->code : std::string_view();
  };
  if (plan.begin)
    observe(to_sql(*plan.begin, host_->backend), result.begin_took, 0, code(Stage::begin));
  for (std::size_t i = 0; i < result.outcomes.size(); ++i) {
    const Outcome& outcome = result.outcomes[i];
    std::size_t rows = outcome.affected;
    std::size_t end = i + 1;
    for (; end < result.outcomes.size() && went_along(result.outcomes[end]); ++end)
      rows += result.outcomes[end].affected;
    observe(outcome.sent.value_or(plan.statements[i].sql).str(), outcome.took, rows,
            end == result.outcomes.size() ? code(Stage::statement) : std::string_view());
    i = end - 1;
  }
  const bool committing = result.complete || (result.failure && result.stage == Stage::commit);
  if (plan.finish == Plan::Finish::commit && committing)
    observe("COMMIT", result.commit_took, 0, code(Stage::commit));
}

void DatabaseTransaction::observe(std::string_view sql, std::chrono::nanoseconds took,
                                  std::size_t rows, std::string_view code) const noexcept {
  ++host_->counted.statements;
  host_->observer->statement({sql, took, rows, code});
}

}  // namespace rowan::work
