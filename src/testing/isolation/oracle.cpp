#include "oracle.hpp"

#include <algorithm>
#include <stdexcept>

#include <rowan/testing/explore.hpp>

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
  RunResult run = runner_.run(scenario_, choose, {.takes_part = order});
  if (run.waited)
    throw std::runtime_error("scenario '" + scenario_.name +
                             "': one after another, an actor is taken to wait: for itself, or it "
                             "takes longer than waits_assumed_after()");
  return run;
}

const std::set<std::string>& Oracle::serial_outcomes(const Actors& committed) {
  const auto [found, is_new] = known_.try_emplace(committed);
  if (!is_new) return found->second;
  Actors order = committed;
  if (committed.empty()) {  // then nothing may have changed
    found->second.insert(runner_.untouched(scenario_));
    return found->second;
  }
  if (run_in_order(order).outcome() != run_in_order(order).outcome())
    throw NotDeterministic("scenario '" + scenario_.name +
                           "': the same actors one after another had another outcome the second "
                           "time: something differs that no schedule decides, such as a time or a "
                           "random number");
  do {
    const RunResult run = run_in_order(order);
    if (committed_in(run) == committed) found->second.insert(run.outcome());
  } while (std::next_permutation(order.begin(), order.end()));
  return found->second;
}

}  // namespace rowan::testing
