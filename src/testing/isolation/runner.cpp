#include "runner.hpp"

#include <algorithm>
#include <atomic>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>

#include <rowan/errors.hpp>

namespace rowan::testing {
namespace {

constexpr std::size_t most_steps = 10000;

/// The threads of the actors; when they are let go of early, the run is given up.
class Threads {
 public:
  explicit Threads(Scheduler& scheduler) : scheduler_(scheduler) {}
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  ~Threads() {
    scheduler_.abandon();
    join();
  }

  void add(ActorRun& actor, const ActorCode& code) {
    threads_.emplace_back([&actor, &code] { actor.run(code); });
  }
  void join() {
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  Scheduler& scheduler_;
  std::vector<std::thread> threads_;
};

std::vector<std::string> broken_invariants(const Scenario& scenario, ScratchDatabase& database) {
  std::vector<std::string> out;
  for (const Invariant& invariant : scenario.invariants) {
    UnitOfWork work = database.look();
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

std::string text(const Observation& observation, const StoredRows& before) {
  if (observation.kind != Observation::Kind::aggregate) return observation.text + "\n";
  if (!observation.rows.empty()) return canonical(observation.rows, before);
  return observation.root_table + " " + observation.root_key + ": none\n";
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
    for (const Observation& observation : ended[i].seen) seen.push_back(text(observation, before));
    std::sort(seen.begin(), seen.end());  // what was rolled back and kept comes later
    for (const std::string& one : seen) out += one;
  }
  return out;
}

Runner::Runner(ScratchDatabase& database, const Setting& setting, std::size_t size)
    : database_(database) {
  for (std::size_t i = 0; i < size; ++i)
    actors_.push_back(database_.make_actor(static_cast<int>(i) + 1, setting));
}

bool Runner::is_blocked(std::size_t actor, std::chrono::milliseconds running) {
  std::vector<std::int64_t> others;
  for (std::size_t i = 0; i < actors_.size(); ++i) {
    if (i == actor) continue;
    const auto its = actors_[i]->processes();
    others.insert(others.end(), its.begin(), its.end());
  }
  return database_.is_blocked(actors_[actor]->processes(), others, running);
}

/// When no actor runs, so that nobody can have locked it.
StoredRows Runner::content() {
  std::optional<StoredRows> rows = database_.content();
  if (!rows) throw std::runtime_error("the tables of the test are locked by somebody else");
  return std::move(*rows);
}

std::string Runner::untouched(const Scenario& scenario) {
  database_.reset(scenario.fresh);
  const StoredRows rows = content();
  return canonical(rows, rows);
}

RunResult Runner::run(const Scenario& scenario, const Choose& choose, const Options& options) {
  RunResult out;
  database_.reset(scenario.fresh);
  out.before = content();
  std::vector<std::size_t> taking_part = options.takes_part;
  if (taking_part.empty())
    for (std::size_t i = 0; i < scenario.actors.size(); ++i) taking_part.push_back(i);

  std::atomic<std::size_t> moment{0};
  out.states.push_back({out.before, {}});
  const auto observe = [&](std::size_t actor) {
    std::optional<StoredRows> now = database_.content();
    // Somebody waits in its COMMIT and has locked the file: then nobody else has committed.
    if (!now || *now == out.states.back().rows) return;
    out.states.push_back({std::move(*now), taking_part[actor]});
    moment = out.states.size() - 1;
  };
  Scheduler scheduler(
      taking_part.size(),
      [&](std::size_t i, std::chrono::milliseconds running) {
        return is_blocked(taking_part[i], running);
      },
      [&](std::size_t i) { return database_.end_wait(actors_[taking_part[i]]->processes()); },
      options.observing == Observing::yes ? Scheduler::Observe(observe) : Scheduler::Observe(),
      options.patience);
  for (std::size_t i = 0; i < taking_part.size(); ++i)
    actors_[taking_part[i]]->enter(scheduler, i, scenario.steps, moment);
  {
    Threads threads(scheduler);
    for (const std::size_t i : taking_part) threads.add(*actors_[i], scenario.actors[i]);
    scheduler.start();
    while (!scheduler.all_done()) {
      Scheduler::Ready ready = scheduler.ready();
      if (ready.actors.empty()) {
        scheduler.break_deadlock();
        continue;
      }
      if (out.choices.size() == most_steps)
        throw UsageError("scenario '" + scenario.name + "' does not end: it has taken " +
                         std::to_string(most_steps) + " steps");
      const std::size_t chosen = choose(ready);
      scheduler.step(ready.actors[chosen]);
      for (std::size_t& actor : ready.actors) actor = taking_part[actor];
      out.choices.push_back({std::move(ready.actors), std::move(ready.labels), chosen});
    }
    threads.join();
  }
  out.ended.resize(scenario.actors.size());
  for (const std::size_t i : taking_part) out.ended[i] = actors_[i]->leave();
  out.steps = scheduler.steps();
  out.waited = scheduler.has_waited();
  out.broke_deadlock = scheduler.has_broken_deadlocks();
  out.rows = canonical(content(), out.before);
  out.broken = broken_invariants(scenario, database_);
  return out;
}

}  // namespace rowan::testing
