#include "oracle.hpp"

#include <algorithm>

namespace rowan::testing {
namespace {

std::vector<std::size_t> committed_in(const RunResult& run) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < run.ended.size(); ++i)
    if (run.ended[i].committed) out.push_back(i);
  return out;
}

}  // namespace

bool Oracle::explains(const RunResult& run) {
  return serial_outcomes(committed_in(run)).contains(run.outcome());
}

RunResult Oracle::run_in_order(const Actors& order) {
  std::size_t next = 0;  // in `order`
  // Those that take part are numbered as they come in this list.
  const auto choose = [&](const Scheduler::Ready& ready) {
    for (; next < order.size(); ++next) {
      const auto found = std::find(ready.actors.begin(), ready.actors.end(), next);
      if (found != ready.actors.end())
        return static_cast<std::size_t>(found - ready.actors.begin());
    }
    return std::size_t{0};
  };
  return runner_.run(scenario_, choose, Runner::Observing::no, order);
}

const std::set<std::string>& Oracle::serial_outcomes(const Actors& committed) {
  const auto [found, is_new] = known_.try_emplace(committed);
  if (!is_new) return found->second;
  Actors order = committed;
  if (committed.empty()) {  // then nothing may have changed
    found->second.insert(runner_.untouched(scenario_));
    return found->second;
  }
  do {
    const RunResult run = run_in_order(order);
    if (committed_in(run) == committed) found->second.insert(run.outcome());
  } while (std::next_permutation(order.begin(), order.end()));
  return found->second;
}

}  // namespace rowan::testing
