#pragma once
/// Lets the actors of one run take their steps one at a time, each in a thread of its own, and says
/// who waits for whom.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include <rowan/testing/report.hpp>

namespace rowan::testing {

/// Thrown out of a checkpoint when the run is given up. No std::exception, which an actor's code
/// may catch.
struct Abandoned {};

/// Actors are numbered from 0 here.
class Scheduler {
 public:
  /// Whether the database says that an actor waits for another; called without a lock.
  using IsBlocked = std::function<bool(std::size_t actor, std::chrono::milliseconds running)>;
  /// Ends the statement of an actor that waits in the database; false: that cannot be done.
  using EndWait = std::function<bool(std::size_t actor)>;
  /// Called whenever nobody runs, with who did last.
  using Observe = std::function<void(std::size_t actor)>;

  Scheduler(std::size_t actors, IsBlocked is_blocked, EndWait end_wait, Observe observe,
            std::chrono::milliseconds patience);

  // In the thread of an actor. All throw Abandoned.
  void checkpoint(std::size_t actor, std::string label);
  /// Somebody else has what it wants; returns when it may be worth trying again.
  enum class Answer { try_again, give_up };
  [[nodiscard]] Answer wait_for_others(std::size_t actor);
  /// Behind each statement: whom another has let go on, by ending its own transaction, waits
  /// until nobody runs, so that never two run at the same time; and, if that is observed, who has
  /// committed.
  enum class From { statement, commit };
  void returned(std::size_t actor, From from);
  void record(std::size_t actor, Event event);
  void done(std::size_t actor) noexcept;
  /// Whether its wait was ended, since all waited for each other.
  [[nodiscard]] bool was_ended(std::size_t actor);

  // In the thread that conducts.
  /// Returns when all have reached their first checkpoint. Throws std::runtime_error, as step().
  void start();
  struct Ready {
    std::vector<std::size_t> actors;
    std::vector<std::string> labels;  ///< where they are
  };
  [[nodiscard]] Ready ready() const;
  [[nodiscard]] bool all_done() const;
  /// Lets it run to its next checkpoint, and returns when nobody runs.
  void step(std::size_t actor);
  /// All that are left wait for each other: who began first has to go.
  void break_deadlock();
  void abandon();

  /// What has happened, one entry a step.
  [[nodiscard]] std::vector<Step> steps() const;
  [[nodiscard]] bool has_waited() const;
  [[nodiscard]] bool has_broken_deadlocks() const noexcept { return deadlocks_ > 0; }

 private:
  enum class State {
    running,
    ready,    ///< at a checkpoint
    parked,   ///< in wait_for_others
    waiting,  ///< in a statement that waits in the database
    held,
    done,
  };
  struct Turn {
    State state = State::running;  // a turn that is given before its thread waits must not be lost
    std::string label;
    std::size_t parked_at = 0;  ///< how far all were when it began to wait
    std::size_t waits_since = 0;
    Answer answer = Answer::try_again;
    bool is_ended = false;
    std::chrono::steady_clock::time_point since;
  };
  using Lock = std::unique_lock<std::mutex>;

  void stop(Lock& lock, std::size_t actor, State state);
  void settle(Lock& lock);
  void end_wait_of(Lock& lock, Turn& turn);
  void wait_until_still(Lock& lock);
  [[nodiscard]] bool ask_who_waits(Lock& lock, State of);
  bool let_one_go_on();
  void go(Turn& turn, Answer answer = Answer::try_again);
  [[nodiscard]] bool any(State state) const;
  void note_wait(std::size_t actor);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Turn> turns_;
  IsBlocked is_blocked_;
  EndWait end_wait_;
  Observe observe_;
  std::chrono::milliseconds patience_;
  std::vector<Step> steps_;
  std::size_t current_ = 0;  ///< whose step it is
  std::size_t mover_ = 0;    ///< who was let go on last
  std::size_t progress_ = 0;
  std::size_t waits_ = 0;
  std::size_t deadlocks_ = 0;
  enum class Over { no, yes } over_ = Over::no;
};

}  // namespace rowan::testing
