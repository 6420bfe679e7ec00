#include "lane.hpp"

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

void Lane::enter(Conductor& conductor, std::size_t place, Steps steps,
                 const std::atomic<std::size_t>& moment) {
  conductor_ = &conductor;
  place_ = place;
  moment_ = &moment;
  steps_ = steps;
  ended_ = {};
  kept_ = 0;
  kept_accesses_ = 0;
  left_.clear();
  looks_ = true;
  own_ = Sight::Own::no;
  snapshot_ = Snapshot::none;
}

Ended Lane::leave() {
  conductor_ = nullptr;
  return std::move(ended_);
}

void Lane::run(const ActorCode& code) noexcept {
  try {
    checkpoint("start");
    Actor me(*this);
    code(me);
    ended_.how = "committed";
    ended_.committed = true;
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
  conductor_->done(place_);
}

void Lane::checkpoint(std::string label) {
  conductor_->checkpoint(place_, one_line(std::move(label)));
}

Conductor::Answer Lane::wait_for_others() {
  return conductor_->wait_for_others(place_);
}

void Lane::sent(const std::string& sql, std::string outcome, Conductor::From from) {
  conductor_->record(place_, {number_, one_line(sql), std::move(outcome)});
  conductor_->returned(place_, from);
}

/// No turn ends here: who rolls back does so in its own.
void Lane::sent_rollback() noexcept {
  conductor_->record(place_, {number_, "ROLLBACK", {}});
}

void Lane::begun(Sees sees) {
  sees_ = sees;
  snapshot_ = Snapshot::to_come;
}

void Lane::statement_comes() {
  if (snapshot_ == Snapshot::taken && sees_ == Sees::one_state) return;
  snapshot_ = Snapshot::taken;
  snapshot_at_ = *moment_;
}

void Lane::add_process(std::int64_t id) {
  const std::scoped_lock lock(mutex_);
  processes_.push_back(id);
}

std::vector<std::int64_t> Lane::processes() const {
  const std::scoped_lock lock(mutex_);
  return processes_;
}

void Lane::add(Sight sight) {
  if (!is_running() || !looks_) return;
  sight.moment = *moment_;
  sight.snapshot = snapshot_at_;
  sight.own = own_;
  std::erase_if(left_, [&](const Sight& old) {
    return sight.kind == Sight::Kind::aggregate && old.kind == sight.kind &&
           old.root_table == sight.root_table && old.root_key == sight.root_key;
  });
  ended_.seen.push_back(std::move(sight));
}

void Lane::say(std::string text) {
  Sight sight;
  sight.text = std::move(text);
  add(std::move(sight));
}

void Lane::loaded(const LoadEvent& event) noexcept {
  if (!is_running()) return;
  Sight sight;
  sight.kind = Sight::Kind::aggregate;
  sight.root_table = event.root.table;
  sight.root_key = to_string(event.key);
  const std::string name = sight.root_table + " " + sight.root_key;
  std::string found = "none";
  if (event.state != nullptr) {
    sight.rows = rows_of(event.root, event.key, *event.state);
    found = event.root.version ? "version " + std::to_string(event.state->version) : "there";
    if (looks_ && event.root.version)
      ended_.accesses.push_back({number_, VersionAccess::Kind::read, name, event.state->version});
  }
  if (looks_) conductor_->record(place_, {number_, "has read " + name, found});
  add(std::move(sight));
}

void Lane::queried(const QueryEvent& event) noexcept {
  if (!is_running()) return;
  Sight sight;
  sight.kind = Sight::Kind::query;
  sight.root_table = event.root.table;
  sight.text = event.root.table + " where " + std::string(event.condition) + ": " +
               std::to_string(event.rows);
  add(std::move(sight));
}

void Lane::saved(const SaveEvent& event) noexcept {
  if (!is_running() || event.version == 0) return;
  ended_.accesses.push_back({number_, VersionAccess::Kind::written,
                             event.root.table + " " + to_string(event.key), event.version});
}

void Lane::committed(std::size_t /*aggregates*/) noexcept {
  if (!is_running()) return;
  ended_.committed = true;
  std::move(left_.begin(), left_.end(), std::back_inserter(ended_.seen));
  left_.clear();
  kept_ = ended_.seen.size();
  kept_accesses_ = ended_.accesses.size();
}

void Lane::conflict(const StaleDataError& error) noexcept {
  if (is_running()) ended_.met.insert(class_of(error));
}

void Lane::retrying(int /*attempt*/, const Error& cause,
                    std::chrono::milliseconds /*pause*/) noexcept {
  if (!is_running()) return;
  ended_.met.insert(class_of(cause));
  start_anew();
}

void Lane::rolled_back() noexcept {
  if (!is_running()) return;
  if (own_ == Sight::Own::perhaps) ended_.rolled_back = true;
  const auto first = ended_.seen.begin() + static_cast<std::ptrdiff_t>(kept_);
  std::move(first, ended_.seen.end(), std::back_inserter(left_));
  ended_.seen.erase(first, ended_.seen.end());
  ended_.accesses.resize(kept_accesses_);
}

}  // namespace rowan::testing
