#include "scheduler.hpp"

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <utility>

namespace rowan::testing {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

/// A statement takes less, so that who runs longer is asked about.
constexpr std::chrono::microseconds soon{500};

}  // namespace

Scheduler::Scheduler(std::size_t actors, IsBlocked is_blocked, EndWait end_wait, Observe observe,
                     std::chrono::milliseconds patience)
    : turns_(actors),
      is_blocked_(std::move(is_blocked)),
      end_wait_(std::move(end_wait)),
      observe_(std::move(observe)),
      patience_(patience) {
  for (Turn& turn : turns_) turn.since = Clock::now();
}

bool Scheduler::any(State state) const {
  return std::any_of(turns_.begin(), turns_.end(), [&](const Turn& t) { return t.state == state; });
}

void Scheduler::go(Turn& turn, Answer answer) {
  mover_ = static_cast<std::size_t>(&turn - turns_.data());
  turn.answer = answer;
  turn.is_ended = false;
  turn.state = State::running;
  turn.since = Clock::now();
  changed_.notify_all();
}

/// In the thread of an actor: until it is let go on.
void Scheduler::stop(Lock& lock, std::size_t actor, State state) {
  turns_[actor].state = state;
  changed_.notify_all();
  changed_.wait(lock, [&] { return turns_[actor].state == State::running || over_ == Over::yes; });
  if (over_ == Over::no) return;
  turns_[actor].state = State::running;
  // Who sends something while an exception is under way, as a destructor may, gets no other.
  if (std::uncaught_exceptions() == 0) throw Abandoned{};
}

void Scheduler::checkpoint(std::size_t actor, std::string label) {
  Lock lock(mutex_);
  ++progress_;
  if (actor == current_ && !steps_.empty()) steps_.back().reached = label;
  turns_[actor].label = std::move(label);
  stop(lock, actor, State::ready);
}

void Scheduler::note_wait(std::size_t actor) {
  if (turns_[actor].waits_since != 0) return;  // it has not got on since
  turns_[actor].waits_since = ++waits_;
  if (steps_.empty()) return;
  if (actor == current_) steps_.back().reached = "waits";
  steps_.back().events.push_back({static_cast<int>(actor) + 1, "waits for another", {}});
}

Scheduler::Answer Scheduler::wait_for_others(std::size_t actor) {
  Lock lock(mutex_);
  Turn& turn = turns_[actor];
  note_wait(actor);
  turn.parked_at = progress_ + 1;
  stop(lock, actor, State::parked);
  if (over_ == Over::yes) return Answer::give_up;
  if (turn.answer == Answer::give_up) turn.parked_at = 0;
  return turn.answer;
}

void Scheduler::returned(std::size_t actor, From from) {
  Lock lock(mutex_);
  const bool is_observed = from == From::commit && observe_;
  if (actor != mover_ || is_observed) stop(lock, actor, State::held);
}

void Scheduler::record(std::size_t actor, Event event) {
  const Lock lock(mutex_);
  ++progress_;
  turns_[actor].parked_at = 0;
  turns_[actor].waits_since = 0;
  if (!steps_.empty()) steps_.back().events.push_back(std::move(event));
}

void Scheduler::done(std::size_t actor) noexcept {
  const Lock lock(mutex_);
  ++progress_;
  if (actor == current_ && !steps_.empty()) steps_.back().reached = "end";
  turns_[actor].state = State::done;
  changed_.notify_all();
}

void Scheduler::start() {
  Lock lock(mutex_);
  wait_until_still(lock);
}

Scheduler::Ready Scheduler::ready() const {
  const Lock lock(mutex_);
  Ready out;
  for (std::size_t i = 0; i < turns_.size(); ++i)
    if (turns_[i].state == State::ready) {
      out.actors.push_back(i);
      out.labels.push_back(turns_[i].label);
    }
  return out;
}

bool Scheduler::all_done() const {
  const Lock lock(mutex_);
  return std::all_of(turns_.begin(), turns_.end(),
                     [](const Turn& t) { return t.state == State::done; });
}

void Scheduler::step(std::size_t actor) {
  Lock lock(mutex_);
  current_ = actor;
  steps_.push_back({static_cast<int>(actor) + 1, {}, {}});
  turns_[actor].waits_since = 0;
  go(turns_[actor]);
  settle(lock);
}

/// Those of whom the database says, one way or the other, that they wait: whether that has
/// changed for any of them.
bool Scheduler::ask_who_waits(Lock& lock, State of) {
  bool changed = false;
  for (std::size_t i = 0; i < turns_.size(); ++i) {
    if (turns_[i].state != of) continue;
    const auto running = std::chrono::duration_cast<milliseconds>(Clock::now() - turns_[i].since);
    lock.unlock();
    const bool blocked = is_blocked_(i, running);
    lock.lock();
    if (turns_[i].state != of || blocked == (of == State::waiting)) continue;
    changed = true;
    if (blocked)
      note_wait(i);
    else
      turns_[i].since = Clock::now();
    turns_[i].state = blocked ? State::waiting : State::running;
  }
  return changed;
}

void Scheduler::wait_until_still(Lock& lock) {
  const auto start = Clock::now();
  for (;;) {
    const bool still = changed_.wait_for(lock, soon, [&] { return !any(State::running); });
    if (!still) {
      (void)ask_who_waits(lock, State::running);
      if (Clock::now() - start > patience_)
        throw std::runtime_error(
            "an actor has neither come to a checkpoint nor ended for a minute, and does not wait "
            "for another one in the database");
      continue;
    }
    // Nobody runs, so whoever waits now will wait until somebody is let go on.
    if (!ask_who_waits(lock, State::waiting)) return;
  }
}

/// Who may go on without being chosen, now that others have got on: first who waits longest. Who
/// has committed and is only held to be looked at does not wait, and so comes before all of them,
/// as it would if nobody looked.
bool Scheduler::let_one_go_on() {
  Turn* first = nullptr;
  for (Turn& turn : turns_) {
    const bool may =
        turn.state == State::held || (turn.state == State::parked && turn.parked_at <= progress_);
    if (may && (first == nullptr || turn.waits_since < first->waits_since)) first = &turn;
  }
  if (first == nullptr) return false;
  go(*first);
  return true;
}

void Scheduler::settle(Lock& lock) {
  do {
    wait_until_still(lock);
    if (observe_) {
      const std::size_t actor = mover_;
      lock.unlock();
      observe_(actor);
      lock.lock();
    }
  } while (let_one_go_on());
}

bool Scheduler::was_ended(std::size_t actor) {
  const Lock lock(mutex_);
  return std::exchange(turns_[actor].is_ended, false);
}

void Scheduler::break_deadlock() {
  Lock lock(mutex_);
  ++deadlocks_;
  Turn* first = nullptr;
  for (Turn& turn : turns_) {
    const bool waits = turn.state == State::parked || turn.state == State::waiting;
    if (waits && (first == nullptr || turn.waits_since < first->waits_since)) first = &turn;
  }
  if (first->state == State::parked)
    go(*first, Answer::give_up);
  else
    end_wait_of(lock, *first);
  settle(lock);
}

/// What the database would do in the end to one of them, too; where we cannot, it does.
void Scheduler::end_wait_of(Lock& lock, Turn& turn) {
  const auto actor = static_cast<std::size_t>(&turn - turns_.data());
  turn.is_ended = true;
  lock.unlock();
  const bool can_be_ended = end_wait_(actor);
  lock.lock();
  if (!can_be_ended) turn.is_ended = false;
  const auto start = Clock::now();
  while (turn.state == State::waiting && !any(State::held) &&
         !ask_who_waits(lock, State::waiting)) {
    if (Clock::now() - start > patience_)
      throw std::runtime_error("all actors wait for each other, and none is let go");
    changed_.wait_for(lock, soon);
  }
}

void Scheduler::abandon() {
  const Lock lock(mutex_);
  over_ = Over::yes;
  changed_.notify_all();
}

std::vector<Step> Scheduler::steps() const {
  const Lock lock(mutex_);
  return steps_;
}

bool Scheduler::has_waited() const {
  const Lock lock(mutex_);
  return waits_ > 0;
}

}  // namespace rowan::testing
