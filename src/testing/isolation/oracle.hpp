#pragma once
/// Whether what came of a run is what some serial order gives.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "runner.hpp"

namespace rowan::testing {

class Oracle {
 public:
  Oracle(Runner& runner, const Scenario& scenario) : runner_(runner), scenario_(scenario) {}

  /// Runs the serial orders of the actors that committed in it, the first time that it is asked
  /// about these.
  [[nodiscard]] bool explains(const RunResult& run);

 private:
  using Actors = std::vector<std::size_t>;
  [[nodiscard]] const std::set<std::string>& serial_outcomes(const Actors& committed);
  [[nodiscard]] RunResult run_in_order(const Actors& order);

  Runner& runner_;
  const Scenario& scenario_;
  std::map<Actors, std::set<std::string>> known_;
};

}  // namespace rowan::testing
