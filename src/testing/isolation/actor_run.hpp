#pragma once
/// One actor's side of a run: its store, what it sends and sees, and its turns.

#include <atomic>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <rowan/testing/actor.hpp>
#include <rowan/testing/scenario.hpp>

#include "observations.hpp"
#include "scheduler.hpp"

namespace rowan::testing {

/// What became of an actor's code in one run.
struct ActorOutcome {
  std::string how;  ///< "committed", or the class of what it threw
  std::exception_ptr thrown;
  std::set<std::string> met;  ///< classes of the errors of units, those that it dealt with included
  std::vector<Observation> seen;  ///< without what units saw that failed
  Accesses accesses;
  /// It returned, and has not given up; or it threw, and a unit of its had written and committed.
  bool committed = false;
  bool rolled_back = false;  ///< a unit of its
};

/// Belongs to one setting, and is used for run after run. Its parts are used by the actor's
/// thread, but for processes().
class ActorRun final : public Observer {
 public:
  ActorRun(int number, Setting setting) : number_(number), setting_(std::move(setting)) {}

  [[nodiscard]] int number() const noexcept { return number_; }
  [[nodiscard]] const Setting& setting() const noexcept { return setting_; }
  [[nodiscard]] Store& store() noexcept { return *store_; }
  void set_store(Store store) { store_.emplace(std::move(store)); }

  /// Begins and ends a run, in which it is the one with this place among those that take part.
  void enter(Scheduler& scheduler, std::size_t place, Steps steps,
             const std::atomic<std::size_t>& moment);
  [[nodiscard]] ActorOutcome leave();
  /// Runs the code of the actor, in a thread of its own.
  void run(const ActorCode& code) noexcept;

  // For its connections.
  [[nodiscard]] bool is_running() const noexcept { return scheduler_ != nullptr; }
  [[nodiscard]] Steps steps() const noexcept { return steps_; }
  void checkpoint(std::string label);
  [[nodiscard]] Scheduler::Answer wait_for_others();
  void sent(const std::string& sql, std::string outcome,
            Scheduler::From from = Scheduler::From::statement);
  void sent_rollback() noexcept;
  /// Whether the transaction sees one state from its first statement on.
  enum class Sees { one_state, newest };
  void begun(Sees sees);
  void statement_comes();
  /// Whether its statement was ended, since all waited for each other.
  [[nodiscard]] bool was_ended() { return scheduler_->was_ended(place_); }
  void has_written() noexcept { own_ = Observation::Own::perhaps; }
  void ended() noexcept { own_ = Observation::Own::no; }
  void add_process(std::int64_t id);
  [[nodiscard]] std::vector<std::int64_t> processes() const;

  // For the actor.
  void look(bool looks) noexcept { looks_ = looks; }
  Steps step_by(Steps steps) noexcept { return std::exchange(steps_, steps); }
  void say(std::string text);

  void loaded(const LoadEvent& event) noexcept override;
  void queried(const QueryEvent& event) noexcept override;
  void saved(const SaveEvent& event) noexcept override;
  void committed(std::size_t aggregates) noexcept override;
  void conflict(const StaleDataError& error) noexcept override;
  void retrying(int attempt, const Error& cause, std::chrono::milliseconds pause) noexcept override;
  void unit(const UnitEvent& event) noexcept override;

 private:
  /// When it is, and what it is read from.
  void place_in_time(Observation& observation) const;

  const int number_;
  const Setting setting_;
  std::optional<Store> store_;

  Scheduler* scheduler_ = nullptr;
  std::size_t place_ = 0;  ///< among those that take part
  const std::atomic<std::size_t>* moment_ = nullptr;
  Steps steps_ = Steps::checkpoints;
  ActorOutcome ended_;
  Observations observations_;
  bool looks_ = true;
  Sees sees_ = Sees::newest;
  enum class Snapshot { none, to_come, taken } snapshot_ = Snapshot::none;
  std::size_t snapshot_at_ = 0;
  Observation::Own own_ = Observation::Own::no;

  mutable std::mutex mutex_;
  std::vector<std::int64_t> processes_;
};

}  // namespace rowan::testing
