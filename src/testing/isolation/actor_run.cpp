#include "actor_run.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <utility>

#include <cxxabi.h>

namespace rowan::testing {
namespace {

/// "StaleDataError"
std::string class_of(const std::exception& error) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(typeid(error).name(), nullptr, nullptr, &status), std::free);
  std::string out = status == 0 ? name.get() : typeid(error).name();
  const std::string own = "rowan::";
  return out.starts_with(own) ? out.substr(own.size()) : out;
}

/// Conditions stand on lines of their own.
std::string one_line(std::string sql) {
  std::replace(sql.begin(), sql.end(), '\n', ' ');
  return sql;
}

}  // namespace

void ActorRun::enter(Scheduler& scheduler, std::size_t place, Steps steps,
                     const std::atomic<std::size_t>& moment) {
  scheduler_ = &scheduler;
  place_ = place;
  moment_ = &moment;
  steps_ = steps;
  ended_ = {};
  observations_.clear();
  looks_ = true;
  own_ = Observation::Own::no;
  snapshot_ = Snapshot::none;
}

ActorOutcome ActorRun::leave() {
  scheduler_ = nullptr;
  ended_.seen = observations_.take_seen();
  ended_.accesses = observations_.take_accesses();
  ended_.rolled_back = observations_.failed();
  return std::move(ended_);
}

void ActorRun::run(const ActorCode& code) noexcept {
  try {
    checkpoint("start");
    Actor me(*this);
    code(me);
    ended_.committed = !observations_.gave_up();
    ended_.how = ended_.committed ? "committed" : "gave up";
  } catch (const Abandoned&) {
    ended_.how = "abandoned";
  } catch (const std::exception& error) {
    ended_.thrown = std::current_exception();
    ended_.how = class_of(error);
    ended_.met.insert(ended_.how);
  } catch (...) {
    ended_.thrown = std::current_exception();
    ended_.how = "something that is no std::exception";
    ended_.met.insert(ended_.how);
  }
  if (ended_.thrown) ended_.committed = observations_.wrote();
  scheduler_->done(place_);
}

void ActorRun::checkpoint(std::string label) {
  scheduler_->checkpoint(place_, one_line(std::move(label)));
}

Scheduler::Answer ActorRun::wait_for_others() {
  return scheduler_->wait_for_others(place_);
}

void ActorRun::sent(const std::string& sql, std::string outcome, Scheduler::From from) {
  scheduler_->returned(place_, from);
  scheduler_->record(place_, {number_, one_line(sql), std::move(outcome)});
}

/// No turn ends here: who rolls back does so in its own.
void ActorRun::sent_rollback() noexcept {
  scheduler_->record(place_, {number_, "ROLLBACK", {}});
}

void ActorRun::begun(Sees sees) {
  sees_ = sees;
  snapshot_ = Snapshot::to_come;
}

void ActorRun::statement_comes() {
  if (snapshot_ == Snapshot::taken && sees_ == Sees::one_state) return;
  snapshot_ = Snapshot::taken;
  snapshot_at_ = *moment_;
}

void ActorRun::add_process(std::int64_t id) {
  const std::scoped_lock lock(mutex_);
  processes_.push_back(id);
}

std::vector<std::int64_t> ActorRun::processes() const {
  const std::scoped_lock lock(mutex_);
  return processes_;
}

void ActorRun::place_in_time(Observation& observation) const {
  observation.moment = *moment_;
  observation.snapshot = snapshot_at_;
  observation.own = own_;
}

void ActorRun::say(std::string text) {
  if (!is_running()) return;
  Observation observation;
  observation.text = std::move(text);
  place_in_time(observation);
  observations_.add(std::move(observation));
}

void ActorRun::loaded(const LoadEvent& event) noexcept {
  if (!is_running() || !looks_) return;
  Observation observation;
  observation.kind = Observation::Kind::aggregate;
  observation.root_table = event.root.table;
  observation.root_key = to_string(event.key);
  const std::string name = observation.root_table + " " + observation.root_key;
  std::string found = "none";
  if (event.state != nullptr) {
    observation.rows = rows_of(event.root, event.key, *event.state);
    found = event.root.version ? "version " + std::to_string(event.state->version) : "there";
    if (event.root.version)
      observations_.add(event.unit,
                        {number_, VersionAccess::Kind::read, name, event.state->version});
  }
  scheduler_->record(place_, {number_, "has read " + name, found});
  place_in_time(observation);
  observations_.add(event.unit, std::move(observation));
}

void ActorRun::queried(const QueryEvent& event) noexcept {
  if (!is_running() || !looks_) return;
  Observation observation;
  observation.kind = Observation::Kind::query;
  observation.root_table = event.root.table;
  observation.text = event.root.table + " where " + std::string(event.condition) + ": " +
                     std::to_string(event.rows);
  // Keys that the database gives depend on who failed before.
  if (event.root.origin == KeyOrigin::assigned)
    for (const KeyValues* key : event.keys) observation.text += " " + to_string(*key);
  place_in_time(observation);
  observations_.add(event.unit, std::move(observation));
}

void ActorRun::saved(const SaveEvent& event) noexcept {
  if (!is_running() || event.version == 0) return;
  observations_.add(event.unit,
                    VersionAccess{number_, VersionAccess::Kind::written,
                                  event.root.table + " " + to_string(event.key), event.version});
}

void ActorRun::committed(std::size_t /*aggregates*/) noexcept {
  if (is_running()) observations_.has_written();
}

void ActorRun::conflict(const StaleDataError& error) noexcept {
  if (is_running()) ended_.met.insert(class_of(error));
}

void ActorRun::retrying(int /*attempt*/, const Error& cause,
                        std::chrono::milliseconds /*pause*/) noexcept {
  if (is_running()) ended_.met.insert(class_of(cause));
}

void ActorRun::unit(const UnitEvent& event) noexcept {
  if (is_running()) observations_.tell(event);
}

}  // namespace rowan::testing
