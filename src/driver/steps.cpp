/// Walks through a plan and stops where it has to.

#include "steps.hpp"

#include <chrono>
#include <utility>

namespace rowan::driver {
namespace {

/// Calls `step` and sets `took` to how long that was.
template <class Step>
std::optional<Failure> timed(std::chrono::nanoseconds& took, Step step) {
  const auto start = std::chrono::steady_clock::now();
  std::optional<Failure> failure = step();
  took = std::chrono::steady_clock::now() - start;
  return failure;
}

}  // namespace

PlanResult run_in_steps(const Plan& plan, Steps& steps) {
  PlanResult result;
  if (plan.begin) {
    result.stage = PlanResult::Stage::begin;
    result.failure = timed(result.begin_took, [&] { return steps.begin(*plan.begin); });
    result.transaction_id = steps.transaction_id();
    if (result.failure) return result;
  }
  result.stage = PlanResult::Stage::statement;
  result.outcomes.reserve(plan.statements.size());
  for (std::size_t i = 0; i < plan.statements.size();) {
    const Statement& statement = plan.statements[i];
    const std::size_t count = steps.together(plan, i);
    Outcome& outcome = result.outcomes.emplace_back();
    if (count == 1) {
      result.failure = timed(outcome.took, [&] { return steps.execute(statement, outcome); });
      if (result.failure || (statement.expect && outcome.affected != *statement.expect))
        return result;
    } else {
      const std::span statements(&statement, count);
      result.failure =
          timed(outcome.took, [&] { return steps.execute_together(statements, outcome); });
      if (result.failure || outcome.affected != count) return result;
      outcome.affected = 1;
      Outcome other;
      other.affected = 1;
      other.sent = SqlText();
      result.outcomes.resize(result.outcomes.size() + count - 1, other);
    }
    i += count;
  }
  if (plan.finish == Plan::Finish::commit) {
    result.stage = PlanResult::Stage::commit;
    result.failure = timed(result.commit_took, [&] { return steps.commit(result.stage); });
    result.transaction_id = steps.transaction_id();
    if (result.failure) return result;
  }
  result.complete = true;
  return result;
}

}  // namespace rowan::driver
