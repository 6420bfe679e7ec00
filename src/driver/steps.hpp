#pragma once
/// A plan taken one step at a time, each its own trip to the database.

#include <cstddef>
#include <optional>
#include <span>
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
  /// How many statements from this one on are executed as one.
  [[nodiscard]] virtual std::size_t together(const Plan& /*plan*/, std::size_t /*first*/) const {
    return 1;
  }
  /// Several as one. Fills in the outcome of the first with what all have affected.
  virtual std::optional<Failure> execute_together(std::span<const Statement> statements,
                                                  Outcome& outcome) {
    return execute(statements.front(), outcome);
  }
  /// Sets `stage`, which is Stage::commit, to Stage::statement when the connection turned out to
  /// be lost before COMMIT was sent, so that nothing can have been written.
  virtual std::optional<Failure> commit(PlanResult::Stage& stage) = 0;
  /// Of the open transaction, as PlanResult has it.
  [[nodiscard]] virtual std::string transaction_id() const { return {}; }
};

/// Runs `plan` as Plan promises, and measures. A statement that failed has an outcome too, and so
/// has the first of several that were executed as one and failed, or met less rows than they are.
[[nodiscard]] PlanResult run_in_steps(const Plan& plan, Steps& steps);

}  // namespace rowan::driver
