#include "single_run.hpp"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

#include <rowan/errors.hpp>

namespace rowan::testing {
namespace {

/// The threads of the actors; when they are let go of early, the run is given up.
class Threads {
 public:
  explicit Threads(Conductor& conductor) : conductor_(conductor) {}
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  ~Threads() {
    conductor_.abandon();
    join();
  }

  void add(Lane& lane, const ActorCode& code) {
    threads_.emplace_back([&lane, &code] { lane.run(code); });
  }
  void join() {
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  Conductor& conductor_;
  std::vector<std::thread> threads_;
};

std::vector<std::string> broken_invariants(const Scenario& scenario, Stage& stage) {
  std::vector<std::string> out;
  for (const Invariant& invariant : scenario.invariants) {
    UnitOfWork work = stage.look();
    try {
      invariant.check(work);
    } catch (const ConnectionFailed&) {
      throw;
    } catch (const ConnectionLost&) {
      throw;
    } catch (const std::exception& error) {
      out.push_back(invariant.name + ": " + error.what());
    } catch (...) {  // such as an assertion of a test framework
      out.push_back(invariant.name);
    }
  }
  return out;
}

std::string text(const Sight& sight, const StoredRows& before) {
  if (sight.kind != Sight::Kind::aggregate) return sight.text + "\n";
  if (!sight.rows.empty()) return canonical(sight.rows, before);
  return sight.root_table + " " + sight.root_key + ": none\n";
}

}  // namespace

std::string RunResult::schedule() const {
  std::string out;
  for (const Choice& choice : choices) out += std::to_string(choice.actors[choice.chosen] + 1);
  return out;
}

std::string RunResult::outcome() const {
  std::string out = rows;
  for (std::size_t i = 0; i < ended.size(); ++i) {
    if (!ended[i].committed) continue;
    out += "actor " + std::to_string(i + 1) + ": " + ended[i].how + "\n";
    std::vector<std::string> seen;
    for (const Sight& sight : ended[i].seen) seen.push_back(text(sight, before));
    std::sort(seen.begin(), seen.end());  // what was rolled back and kept comes later
    for (const std::string& one : seen) out += one;
  }
  return out;
}

Cast::Cast(Stage& stage, const Setting& setting, std::size_t size) : stage_(stage) {
  for (std::size_t i = 0; i < size; ++i)
    lanes_.push_back(stage_.lane(static_cast<int>(i) + 1, setting));
}

bool Cast::is_blocked(std::size_t actor, std::chrono::milliseconds running) {
  std::vector<std::int64_t> others;
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    if (i == actor) continue;
    const auto its = lanes_[i]->processes();
    others.insert(others.end(), its.begin(), its.end());
  }
  return stage_.is_blocked(lanes_[actor]->processes(), others, running);
}

std::string Cast::untouched(const Scenario& scenario) {
  stage_.reset(scenario.fresh);
  const StoredRows rows = stage_.content();
  return canonical(rows, rows);
}

RunResult Cast::run(const Scenario& scenario, const Choose& choose, Observing observing,
                    const std::vector<std::size_t>& takes_part) {
  RunResult out;
  stage_.reset(scenario.fresh);
  out.before = stage_.content();
  std::vector<std::size_t> cast = takes_part;
  if (cast.empty())
    for (std::size_t i = 0; i < scenario.actors.size(); ++i) cast.push_back(i);

  std::atomic<std::size_t> moment{0};
  out.states.push_back({out.before, {}});
  const auto observe = [&](std::size_t actor) {
    StoredRows now = stage_.content();
    if (canonical(now, {}) == canonical(out.states.back().rows, {})) return;
    out.states.push_back({std::move(now), cast[actor]});
    moment = out.states.size() - 1;
  };
  Conductor conductor(
      cast.size(),
      [&](std::size_t i, std::chrono::milliseconds running) {
        return is_blocked(cast[i], running);
      },
      [&](std::size_t i) { return stage_.end_wait(lanes_[cast[i]]->processes()); },
      observing == Observing::yes ? Conductor::Observe(observe) : Conductor::Observe());
  for (std::size_t i = 0; i < cast.size(); ++i)
    lanes_[cast[i]]->enter(conductor, i, scenario.steps, moment);
  {
    Threads threads(conductor);
    for (const std::size_t i : cast) threads.add(*lanes_[i], scenario.actors[i]);
    conductor.start();
    while (!conductor.all_done()) {
      Conductor::Ready ready = conductor.ready();
      if (ready.actors.empty()) {
        conductor.break_tie();
        continue;
      }
      const std::size_t chosen = choose(ready);
      conductor.step(ready.actors[chosen]);
      for (std::size_t& actor : ready.actors) actor = cast[actor];
      out.choices.push_back({std::move(ready.actors), std::move(ready.labels), chosen});
    }
    threads.join();
  }
  out.ended.resize(scenario.actors.size());
  for (const std::size_t i : cast) out.ended[i] = lanes_[i]->leave();
  out.steps = conductor.steps();
  out.waited = conductor.has_waited();
  out.broke_tie = conductor.has_broken_ties();
  out.rows = canonical(stage_.content(), out.before);
  out.broken = broken_invariants(scenario, stage_);
  return out;
}

}  // namespace rowan::testing
