#pragma once
/// One run of a scenario: who takes which step is decided outside, what came of it comes back.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <rowan/testing/report.hpp>
#include <rowan/testing/scenario.hpp>

#include "actor_run.hpp"
#include "scratch_database.hpp"
#include "stored_rows.hpp"

namespace rowan::testing {

/// Where a run could have gone another way.
struct Choice {
  std::vector<std::size_t> actors;  ///< who could have taken a step, from 0
  std::vector<std::string> labels;  ///< and from where
  std::size_t chosen = 0;           ///< of `actors`
};

/// What is committed, and by whom it was changed since the state before; none: by nobody known.
struct State {
  StoredRows rows;
  std::optional<std::size_t> writer;
};

struct RunResult {
  std::vector<Choice> choices;
  std::vector<Step> steps;
  std::vector<ActorOutcome> ended;  ///< by actor; of those that took no part: not committed
  std::string rows;                 ///< at the end, canonical
  StoredRows before;
  std::vector<std::string> broken;  ///< invariants
  std::vector<State> states;        ///< one after another, the first from before; if observed
  bool waited = false;
  bool broke_deadlock = false;

  /// "1212"
  [[nodiscard]] std::string schedule() const;
  /// Everything that a serial order has to explain: the rows, and what the actors that committed
  /// have seen.
  [[nodiscard]] std::string outcome() const;
};

/// The actors of one setting, who take part in run after run.
class Runner {
 public:
  Runner(ScratchDatabase& database, const Setting& setting, std::size_t size);

  /// Picks one of those that can take a step, by its place among them.
  using Choose = std::function<std::size_t(const Scheduler::Ready&)>;
  enum class Observing { no, yes };
  struct Options {
    Observing observing = Observing::no;
    std::vector<std::size_t> takes_part{};      ///< which actors of the scenario; empty: all
    std::chrono::milliseconds patience{60000};  ///< with an actor that neither gets on nor waits
  };
  [[nodiscard]] RunResult run(const Scenario& scenario, const Choose& choose,
                              const Options& options);
  [[nodiscard]] RunResult run(const Scenario& scenario, const Choose& choose) {
    return run(scenario, choose, Options());
  }

  /// The outcome of nothing.
  [[nodiscard]] std::string untouched(const Scenario& scenario);

  [[nodiscard]] ScratchDatabase& database() noexcept { return database_; }

 private:
  [[nodiscard]] StoredRows content();
  [[nodiscard]] bool is_blocked(std::size_t actor, std::chrono::milliseconds running);

  ScratchDatabase& database_;
  std::vector<std::unique_ptr<ActorRun>> actors_;
};

}  // namespace rowan::testing
