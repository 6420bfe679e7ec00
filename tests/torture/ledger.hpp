#pragma once
/// What every committer says of its commits, and whether that can be true of one history.

#include <cstdint>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "processes.hpp"

namespace torture {

/// What a committed unit did with one root. One that was removed at version v is at -v from then
/// on.
struct Step {
  std::string root;  ///< its table and key
  std::int64_t from = 0;
  std::int64_t to = 0;  ///< the same when it was only read, and must not have changed
  [[nodiscard]] bool only_reads() const { return from == to; }
};
using Committed = std::vector<Step>;

struct Ledger {
  std::int64_t commits = 0;
  std::int64_t conflicts = 0;
  std::int64_t serialization_failures = 0;
  std::int64_t deadlocks = 0;
  std::int64_t lock_timeouts = 0;
  std::vector<Committed> units;

  void add(const Ledger& other) {
    commits += other.commits;
    conflicts += other.conflicts;
    serialization_failures += other.serialization_failures;
    deadlocks += other.deadlocks;
    lock_timeouts += other.lock_timeouts;
    units.insert(units.end(), other.units.begin(), other.units.end());
  }

  [[nodiscard]] std::string written() const {
    std::ostringstream out;
    out << commits << ' ' << conflicts << ' ' << serialization_failures << ' ' << deadlocks << ' '
        << lock_timeouts << '\n';
    for (const Committed& unit : units) {
      out << unit.size();
      for (const Step& step : unit) out << ' ' << step.root << ' ' << step.from << ' ' << step.to;
      out << '\n';
    }
    return out.str();
  }
  static Ledger read(const std::string& text) {
    std::istringstream in(text);
    Ledger out;
    in >> out.commits >> out.conflicts >> out.serialization_failures >> out.deadlocks >>
        out.lock_timeouts;
    require(static_cast<bool>(in), "a process reported nothing");
    for (std::size_t size = 0; in >> size;) {
      Committed& unit = out.units.emplace_back(size);
      for (Step& step : unit) in >> step.root >> step.from >> step.to;
    }
    return out;
  }
};

/// The history of one root as its committers tell it, in no order.
class History {
 public:
  explicit History(std::string root) : root_(std::move(root)) {}

  void add(const Step& step) {
    ++commits_;
    require(reached_.insert(step.to).second,
            root_ + ": two commits gave the version " + std::to_string(step.to));
    require(left_.insert(step.from).second,
            root_ + ": two commits were based on the version " + std::to_string(step.from));
  }
  [[nodiscard]] std::int64_t commits() const { return commits_; }

  /// Each commit was based on what another had left, or on the first version; one version, the
  /// last, nobody has built upon, and it is the one that stands now.
  void check(std::int64_t now) const {
    std::set<std::int64_t> open = reached_;
    std::int64_t first = 0;
    for (const std::int64_t version : left_) {
      if (open.erase(version) == 1) continue;
      require(first == 0, root_ + ": two versions were left that nobody reached: " +
                              std::to_string(first) + ", " + std::to_string(version));
      first = version;
    }
    if (left_.empty()) return;
    require(open.size() == 1 && *open.begin() == now,
            root_ + ": at version " + std::to_string(now) + ", where " +
                std::to_string(open.size()) + " versions were reached and not left" +
                (open.empty() ? "" : ", one of them " + std::to_string(*open.begin())));
  }

 private:
  std::string root_;
  std::set<std::int64_t> reached_;
  std::set<std::int64_t> left_;
  std::int64_t commits_ = 0;
};

}  // namespace torture
