#include <algorithm>
#include <chrono>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <utility>

#include <rowan/testing/explore.hpp>

#include "classify.hpp"
#include "oracle.hpp"
#include "runner.hpp"

namespace rowan::testing {
namespace {

constexpr std::size_t most_actors = 6;  // there are as many serial orders as permutations
constexpr int attempts_after_a_deadlock = 5;
constexpr std::chrono::hours forever{24 * 365};  // somebody may look at it in a debugger

void check(const Scenario& scenario) {
  if (scenario.actors.empty() || scenario.actors.size() > most_actors)
    throw UsageError("scenario '" + scenario.name + "': it takes one to " +
                     std::to_string(most_actors) + " actors");
}

void check(const Matrix& matrix) {
  if (matrix.databases().empty()) throw UsageError("the matrix has no database");
  std::set<std::string> names;
  for (const TestDatabase& database : matrix.databases()) {
    if (!names.insert(database.name()).second)
      throw UsageError("two databases of the matrix are called '" + database.name() +
                       "': give them names by named()");
    if (matrix.settings(database).empty())
      throw UsageError("the matrix has no setting on '" + database.name() +
                       "': no level that it has can be had in a span that it has");
  }
}

const TestDatabase& database_of(const Matrix& matrix, const Setting& setting) {
  for (const TestDatabase& database : matrix.databases()) {
    const auto settings = matrix.settings(database);
    if (std::find(settings.begin(), settings.end(), setting) != settings.end()) return database;
  }
  std::ostringstream text;
  text << "the matrix has no setting '" << setting << "'";
  throw UsageError(text.str());
}

bool is_same_point(const Choice& before, const Scheduler::Ready& now) {
  return before.actors == now.actors && before.labels == now.labels;
}

std::string text(const std::vector<std::size_t>& actors, const std::vector<std::string>& labels) {
  std::string out;
  for (std::size_t i = 0; i < actors.size(); ++i)
    out += (out.empty() ? "" : ", ") + std::to_string(actors[i] + 1) + " at '" + labels[i] + "'";
  return out;
}

/// Runs `path` again, and then always the first; which of its last choice is another one.
class Follow {
 public:
  explicit Follow(std::vector<Choice> path) : path_(std::move(path)) {}

  std::size_t operator()(const Scheduler::Ready& ready) {
    const std::size_t at = step_++;
    if (at >= path_.size()) return 0;
    if (!is_same_point(path_[at], ready) && strayed_.empty())
      strayed_ = "step " + std::to_string(at + 1) + " had " +
                 text(path_[at].actors, path_[at].labels) + ", and now has " +
                 text(ready.actors, ready.labels);
    return std::min(path_[at].chosen, ready.actors.size() - 1);
  }
  /// Where it took another course than before; empty: nowhere.
  [[nodiscard]] const std::string& strayed() const noexcept { return strayed_; }

 private:
  std::vector<Choice> path_;
  std::size_t step_ = 0;
  std::string strayed_;
};

/// Where waits are not asked, a clock chooses who has to go in a deadlock: what comes behind one
/// may differ, and is tried again.
RunResult follow(Runner& runner, const Scenario& scenario, const std::vector<Choice>& path,
                 Runner::Observing observing) {
  for (int attempt = 1;; ++attempt) {
    Follow choose(path);
    RunResult run = runner.run(scenario, std::ref(choose), {.observing = observing});
    const bool complete = run.choices.size() >= path.size();
    if (choose.strayed().empty() && complete) return run;
    if (!run.broke_deadlock || attempt == attempts_after_a_deadlock)
      throw NotDeterministic(
          "scenario '" + scenario.name + "', schedule " + run.schedule() +
          ": the same steps did not lead to the same point; " +
          (complete ? choose.strayed() : std::string("it ended earlier than before")) +
          ". An actor must do the same each time: no clocks, no random numbers, nothing that it "
          "keeps from one run to the next");
  }
}

/// The next way to go after this one; empty: there is none.
std::vector<Choice> next(std::vector<Choice> path) {
  while (!path.empty() && path.back().chosen + 1 == path.back().actors.size()) path.pop_back();
  if (!path.empty()) ++path.back().chosen;
  return path;
}

std::size_t switches(const std::string& schedule) {
  std::size_t out = 0;
  for (std::size_t i = 1; i < schedule.size(); ++i) out += schedule[i] != schedule[i - 1];
  return out;
}

/// Fewer steps first, then fewer changes from one actor to another.
bool is_shorter(const std::string& a, const std::string& b) {
  const auto rank = [](const std::string& s) { return std::tuple(s.size(), switches(s), s); };
  return rank(a) < rank(b);
}

/// Explores one cell of the matrix.
class Exploration {
 public:
  Exploration(Runner& runner, const Scenario& scenario, const Setting& setting)
      : runner_(runner), scenario_(scenario), oracle_(runner, scenario) {
    cell_.scenario = scenario.name;
    cell_.looks_for = scenario.looks_for;
    cell_.setting = setting;
    cell_.seed = scenario.limit.seed;
    cell_.waits = runner.database().are_waits_asked() ? Cell::Waits::asked : Cell::Waits::assumed;
  }

  Cell explore() {
    std::vector<Choice> path;
    do {
      if (cell_.runs == scenario_.limit.systematic) {
        cell_.coverage = Coverage::limited;
        go_on_at_random();
        break;
      }
      RunResult run = follow(runner_, scenario_, path, Runner::Observing::no);
      path = run.choices;
      judge(run);
      path = next(std::move(path));
    } while (!path.empty());
    classify_all();
    return std::move(cell_);
  }

 private:
  void go_on_at_random() {
    std::mt19937_64 random(scenario_.limit.seed);
    for (; cell_.random_runs < scenario_.limit.random; ++cell_.random_runs)
      judge(runner_.run(scenario_, [&](const Scheduler::Ready& ready) {
        return static_cast<std::size_t>(random() % ready.actors.size());
      }));
  }

  void judge(const RunResult& run) {
    ++cell_.runs;
    if (run.waited) ++cell_.runs_with_waiting;
    std::set<std::string> met;
    std::map<std::string, std::exception_ptr> thrown;
    History history;
    for (const ActorOutcome& ended : run.ended) {
      history.committed.push_back(ended.committed);
      history.accesses.insert(history.accesses.end(), ended.accesses.begin(), ended.accesses.end());
      met.insert(ended.met.begin(), ended.met.end());
      if (ended.thrown) thrown.try_emplace(ended.how, ended.thrown);
    }
    for (const std::string& error : met) ++cell_.errors[error];
    for (const auto& [name, example] : thrown) note(name, example, run.schedule());
    cell_.histories.push_back(std::move(history));
    const bool serializable = oracle_.explains(run);
    if (!serializable) ++cell_.runs_not_serializable;
    if (serializable && run.broken.empty()) return;
    const auto [known, is_new] = bad_.try_emplace(what_came_of(run), run.choices);
    if (!is_new && is_shorter(run.schedule(), schedule_of(known->second)))
      known->second = run.choices;
  }

  void note(const std::string& name, const std::exception_ptr& example,
            const std::string& schedule) {
    const auto [known, is_new] = cell_.thrown.try_emplace(name, Thrown{example, schedule, 0});
    Thrown& thrown = known->second;
    if (is_shorter(schedule, thrown.schedule)) thrown.schedule = schedule;
    ++thrown.runs;
  }

  /// Runs that are alike in it are one finding.
  static std::string what_came_of(const RunResult& run) {
    std::string out = run.outcome();
    for (const ActorOutcome& ended : run.ended) out += ended.how + "\n";
    for (const std::string& broken : run.broken) out += broken + "\n";
    return out;
  }

  static std::string schedule_of(const std::vector<Choice>& choices) {
    RunResult run;
    run.choices = choices;
    return run.schedule();
  }

  /// Of those that came out alike the shortest is run once more, and looked at closely.
  void classify_all() {
    std::map<Anomaly, Finding> found;
    for (const auto& [alike, path] : bad_) {
      const RunResult run = follow(runner_, scenario_, path, Runner::Observing::yes);
      if (what_came_of(run) != alike)
        throw NotDeterministic("scenario '" + scenario_.name + "', schedule " + run.schedule() +
                               ": the same steps had another outcome the second time");
      for (Finding& finding : classify(run, oracle_.explains(run))) {
        const auto [known, is_new] = found.try_emplace(finding.anomaly, finding);
        if (!is_new && is_shorter(finding.witness.schedule, known->second.witness.schedule))
          known->second = std::move(finding);
      }
    }
    for (auto& [_, finding] : found) cell_.findings.push_back(std::move(finding));
  }

  Runner& runner_;
  const Scenario& scenario_;
  Oracle oracle_;
  Cell cell_;
  std::map<std::string, std::vector<Choice>> bad_;  ///< by what came out
};

}  // namespace

Report explore(const Schema& schema, const std::vector<Scenario>& scenarios, const Matrix& matrix,
               const std::function<void(const Cell&)>& each) {
  if (scenarios.empty()) throw UsageError("there is no scenario to explore");
  check(matrix);
  std::size_t actors = 0;
  for (const Scenario& scenario : scenarios) {
    check(scenario);
    actors = std::max(actors, scenario.actors.size());
  }
  std::vector<Cell> cells;
  for (const TestDatabase& database : matrix.databases()) {
    ScratchDatabase scratch(database, schema);
    for (const Setting& setting : matrix.settings(database)) {
      Runner runner(scratch, setting, actors);
      for (const Scenario& scenario : scenarios) {
        cells.push_back(Exploration(runner, scenario, setting).explore());
        if (each) each(cells.back());
      }
    }
  }
  return Report(std::move(cells));
}

Run replay(const Schema& schema, const Scenario& scenario, const Matrix& matrix,
           const Setting& setting, std::string_view schedule) {
  check(matrix);
  check(scenario);
  ScratchDatabase scratch(database_of(matrix, setting), schema);
  Runner runner(scratch, setting, scenario.actors.size());
  const auto refuse = [&](const std::string& why) {
    throw UsageError("'" + std::string(schedule) + "' is no schedule of '" + scenario.name +
                     "': " + why);
  };
  std::size_t step = 0;
  const auto choose = [&](const Scheduler::Ready& ready) {
    const auto actor =
        step < schedule.size() ? static_cast<std::size_t>(schedule[step] - '1') : most_actors;
    const auto found = std::find(ready.actors.begin(), ready.actors.end(), actor);
    ++step;
    if (found == ready.actors.end())
      refuse("its step " + std::to_string(step) + " can be taken by " +
             text(ready.actors, ready.labels));
    return static_cast<std::size_t>(found - ready.actors.begin());
  };
  const RunResult result =
      runner.run(scenario, choose, {.observing = Runner::Observing::yes, .patience = forever});
  if (step < schedule.size()) refuse("all have ended before its last steps");
  Oracle oracle(runner, scenario);
  return to_run(result, oracle.explains(result));
}

}  // namespace rowan::testing
