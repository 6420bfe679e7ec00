#pragma once
/// A plan taken one step at a time, each its own trip to the database.

#include <optional>
#include <string>

#include <rowan/connection.hpp>

namespace rowan::driver {

/// What a plan is made of; each gives the failure, if it failed.
class Steps {
 public:
  Steps() = default;
  Steps(const Steps&) = delete;
  Steps& operator=(const Steps&) = delete;
  virtual ~Steps() = default;

  virtual std::optional<Failure> begin(const Begin& begin) = 0;
  /// Fills in `outcome`, except for the time it took.
  virtual std::optional<Failure> execute(const Statement& statement, Outcome& outcome) = 0;
  /// Sets `stage`, which is Stage::commit, to Stage::statement when the connection turned out to
  /// be lost before COMMIT was sent, so that nothing can have been written.
  virtual std::optional<Failure> commit(PlanResult::Stage& stage) = 0;
  /// Of the open transaction, as PlanResult has it.
  [[nodiscard]] virtual std::string transaction_id() const { return {}; }
};

/// Runs `plan` as Plan promises, and measures. A statement that failed has an outcome too.
[[nodiscard]] PlanResult run_in_steps(const Plan& plan, Steps& steps);

}  // namespace rowan::driver
