#pragma once
/// What a test of isolation has found, as data. printing.hpp has it as text, tables and pages.

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <rowan/testing/anomaly.hpp>
#include <rowan/testing/check.hpp>
#include <rowan/testing/setting.hpp>

namespace rowan::testing {

/// One statement that an actor sent, or how something ended.
struct Event {
  int actor = 0;
  std::string text;     ///< "UPDATE accounts ..."; "has read accounts 1"; "waits for another"
  std::string outcome;  ///< "1 row", "version 1", "40001"; may be empty
};

/// From one checkpoint of an actor to the next, with what others did who had waited for it.
struct Step {
  int actor = 0;
  std::string reached;  ///< the checkpoint's label; "end"; "waits" for another actor
  std::vector<Event> events;
};

/// One run.
struct Run {
  std::string schedule;  ///< its name, for replay: "1212", an actor for each step
  std::vector<Step> steps;
  std::vector<std::string> ended;  ///< by actor: "committed", or the class of what it threw
  bool serializable = true;
  std::vector<std::string> broken;  ///< the invariants that did not hold, with what they threw
};
/// One line for each step.
std::ostream& operator<<(std::ostream& to, const Run& run);

/// An anomaly with the shortest run that shows it.
struct Finding {
  Anomaly anomaly = Anomaly::not_serializable;
  std::string why;  ///< "actor 1 had read accounts 1 before actor 2 wrote it; ..."
  Run witness;
};

enum class Verdict { allowed, prevented_by_error, prevented_by_waiting, prevented_by_snapshot };
/// "allowed", "prevented-by-error", "prevented-by-waiting", "prevented-by-snapshot"
[[nodiscard]] const char* to_string(Verdict verdict) noexcept;

/// How many of the runs there are were made.
enum class Coverage { all, limited };

/// Who read and wrote which versions of which aggregates in one run: actor by actor, of each in
/// order of time.
struct VersionAccess {
  int actor = 0;
  enum class Kind { read, written } kind = Kind::read;
  std::string aggregate;  ///< "accounts 1"
  std::int64_t version = 0;
};
struct History {
  std::vector<VersionAccess> accesses;
  std::vector<bool> committed;  ///< by actor
};

/// What actors ended with, other than by returning.
struct Thrown {
  std::exception_ptr example;
  std::string schedule;  ///< of the shortest run in which one did
  std::size_t runs = 0;
};

/// What was found with one scenario in one setting.
struct Cell {
  std::string scenario;
  std::optional<Anomaly> looks_for;  ///< as the scenario says
  Setting setting;
  std::size_t runs = 0;
  std::size_t random_runs = 0;  ///< among them, beyond the limit of the systematic ones
  std::uint64_t seed = 0;       ///< of those
  Coverage coverage = Coverage::all;
  enum class Waits { asked, assumed } waits = Waits::asked;  ///< how it was known who waits
  std::size_t runs_not_serializable = 0;
  std::size_t runs_with_waiting = 0;
  std::map<std::string, std::size_t> errors;  ///< by class: in how many runs; of units,
                                              ///< also where the actor dealt with it
  std::map<std::string, Thrown> thrown;       ///< by class
  std::vector<Finding> findings;              ///< one for each anomaly
  std::vector<History> histories;             ///< one for each run

  /// Allowed: some run was not serializable, or broke an invariant. Else the strongest of what
  /// stood in the way: an error that an actor got in some run, or the waiting of one for another;
  /// where there was neither, the state that each had read from.
  [[nodiscard]] Verdict verdict() const noexcept;
};

/// What is relied on; see Report::expect.
enum class Expected { allowed, prevented };

class Report {
 public:
  explicit Report(std::vector<Cell> cells) : cells_(std::move(cells)) {}

  [[nodiscard]] const std::vector<Cell>& cells() const& noexcept { return cells_; }
  void cells() const&& = delete;  // they are the report's
  /// A finding and where it was found, as long as the report is there.
  struct Found {
    const Cell& cell;
    const Finding& finding;
  };
  /// Of all cells.
  [[nodiscard]] std::vector<Found> anomalies() const&;
  void anomalies() const&& = delete;

  /// Whether every run in every cell was equal to some serial order of the actors that committed,
  /// and no invariant was broken. Its text has the witnesses.
  [[nodiscard]] Check serializable() const;
  /// Whether every run there is was made: a proof by exhaustion, for this code and these steps.
  [[nodiscard]] Check exhaustive() const;
  /// Whether all that actors threw is one of these, or derived from one.
  template <class... E>
  [[nodiscard]] Check only_throws() const {
    return check_thrown([](const std::exception_ptr& thrown) { return (is<E>(thrown) || ...); });
  }
  /// Pins what you rely on: whether the scenario that looks for this anomaly is allowed or
  /// prevented at this level, in every cell that has it. What is at Isolation::standard counts as
  /// read committed: on SQLite that is what is at commit. Its text shows both, what was expected
  /// and what was found. What else the scenario has shown is not asked about here, but by
  /// serializable(). Throws UsageError where no cell has that scenario at that level.
  [[nodiscard]] Check expect(Anomaly anomaly, Isolation level, Expected expected) const;
  /// The same for the cells that `choose` picks.
  [[nodiscard]] Check expect(Anomaly anomaly, const std::function<bool(const Setting&)>& choose,
                             Expected expected) const;

 private:
  template <class E>
  static bool is(const std::exception_ptr& thrown) {
    try {
      std::rethrow_exception(thrown);
    } catch (const E&) {
      return true;
    } catch (...) {
      return false;
    }
  }
  [[nodiscard]] Check check_thrown(
      const std::function<bool(const std::exception_ptr&)>& expected) const;

  std::vector<Cell> cells_;
};
/// As to_text in printing.hpp.
std::ostream& operator<<(std::ostream& to, const Report& report);

}  // namespace rowan::testing
