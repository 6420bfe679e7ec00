#include "classify.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "dependencies.hpp"

namespace rowan::testing {
namespace {

using Kind = Dependency::Kind;
using Seen = Dependency::Seen;

/// An anomaly and how it came about.
struct Named {
  Anomaly anomaly;
  std::string why;
};

std::string actor(std::size_t number) {
  return "actor " + std::to_string(number + 1);
}

std::string row(const RowName& name) {
  return name.table + " " + name.key;
}

std::string text(const Dependency& d) {
  const std::string what = d.seen == Seen::by_query ? "a query on " + d.row.table : row(d.row);
  switch (d.kind) {
    case Kind::write: return actor(d.to) + " overwrote " + row(d.row) + " of " + actor(d.from);
    case Kind::read:
      return actor(d.to) + " saw " + row(d.row) + " as " + actor(d.from) + " left it";
    case Kind::anti:
      if (d.seen == Seen::row)
        return actor(d.from) + " had read " + what + " before " + actor(d.to) + " wrote it";
      return actor(d.from) + " had looked before " + actor(d.to) + " wrote " + row(d.row);
  }
  return {};
}

std::string text(const std::vector<Dependency>& cycle) {
  std::string out;
  for (const Dependency& d : cycle) out += (out.empty() ? "" : "; ") + text(d);
  return out;
}

std::optional<Named> zombie(const RunResult& run) {
  const StoredRows& last = run.states.back().rows;
  for (const auto& [name, _] : last) {
    if (name.is_root()) continue;
    if (!last.contains({name.root_table, name.root_key, name.root_table, name.root_key}))
      return Named{Anomaly::zombie_child, row(name) + " has no root"};
  }
  return {};
}

bool was_ever_committed(const RunResult& run, const RowName& name, const StoredRow& seen) {
  return std::any_of(run.states.begin(), run.states.end(), [&](const State& state) {
    const auto found = state.rows.find(name);
    return found != state.rows.end() && found->second.cells == seen.cells;
  });
}

/// An aggregate that was seen as it never was.
std::optional<Named> impossible_observation(const RunResult& run) {
  for (std::size_t i = 0; i < run.ended.size(); ++i) {
    if (!run.ended[i].committed) continue;
    for (const Observation& observation : run.ended[i].seen) {
      if (observation.kind != Observation::Kind::aggregate ||
          may_be_own(run.ended[i], observation) || state_seen(run, observation))
        continue;
      const std::string what =
          actor(i) + " saw " + observation.root_table + " " + observation.root_key;
      for (const auto& [name, seen] : observation.rows)
        if (!was_ever_committed(run, name, seen)) {
          const bool aborted = std::any_of(run.ended.begin(), run.ended.end(),
                                           [](const ActorOutcome& e) { return e.rolled_back; });
          return aborted ? Named{Anomaly::g1a, what + " as somebody left it who rolled back"}
                         : Named{Anomaly::g1b, what + " as it was on the way"};
        }
      return Named{Anomaly::torn_read, what + " with rows of two states"};
    }
  }
  return {};
}

using Cycle = std::vector<Dependency>;

std::size_t count(const Cycle& cycle, Kind kind) {
  return static_cast<std::size_t>(std::count_if(
      cycle.begin(), cycle.end(), [kind](const Dependency& d) { return d.kind == kind; }));
}

bool any_seen(const Cycle& cycle, Seen seen) {
  return std::any_of(cycle.begin(), cycle.end(), [seen](const Dependency& d) {
    return d.kind == Kind::anti && d.seen == seen;
  });
}

bool is_within_one_aggregate(const Cycle& cycle) {
  return std::all_of(cycle.begin(), cycle.end(), [&](const Dependency& d) {
    return d.row.aggregate() == cycle.front().row.aggregate();
  });
}

/// Whether the row was gone in some state behind the one in which it was first there.
bool was_replaced(const RunResult& run, const RowName& name) {
  const RowName root{name.root_table, name.root_key, name.root_table, name.root_key};
  bool was_there = false;
  bool was_gone = false;
  for (const State& state : run.states) {
    const bool is_there = state.rows.contains(root);
    if (is_there && was_gone) return true;
    was_gone = was_gone || (was_there && !is_there);
    was_there = was_there || is_there;
  }
  return false;
}

/// One has overwritten, or was overwritten by, whoever overwrote what it had seen.
Anomaly of_one_lost(const RunResult& run, const Cycle& cycle) {
  const auto anti = std::find_if(cycle.begin(), cycle.end(),
                                 [](const Dependency& d) { return d.kind == Kind::anti; });
  if (was_replaced(run, anti->row)) return Anomaly::delete_and_reinsert;
  if (anti->seen == Seen::by_query) return Anomaly::pmp;
  if (!is_within_one_aggregate(cycle)) return Anomaly::g_single;
  if (anti->seen == Seen::gap) return Anomaly::phantom_child;
  const bool of_children =
      std::none_of(cycle.begin(), cycle.end(), [](const Dependency& d) { return d.row.is_root(); });
  return of_children ? Anomaly::lost_child_update : Anomaly::p4;
}

/// Two states were seen. Who first saw the newer one, and then elsewhere an older one, has seen a
/// transaction vanish.
Anomaly of_two_states(const Cycle& cycle) {
  const Dependency* anti = nullptr;
  const Dependency* read = nullptr;
  for (const Dependency& d : cycle) {
    if (d.kind == Kind::anti) anti = &d;
    if (d.kind == Kind::read) read = &d;
  }
  if (anti->seen == Seen::by_query) return Anomaly::pmp;
  const bool same_reader = read->to == anti->from;
  return same_reader && read->moment < anti->moment ? Anomaly::otv : Anomaly::g_single;
}

Anomaly name(const RunResult& run, const Cycle& cycle) {
  const std::size_t antis = count(cycle, Kind::anti);
  const std::size_t reads = count(cycle, Kind::read);
  if (antis == 0) return reads == 0 ? Anomaly::g0 : Anomaly::g1c;
  if (antis == 1) return reads == 0 ? of_one_lost(run, cycle) : of_two_states(cycle);
  if (any_seen(cycle, Seen::by_query)) return Anomaly::g2;
  if (any_seen(cycle, Seen::gap) && is_within_one_aggregate(cycle)) return Anomaly::phantom_child;
  return Anomaly::g2_item;
}

/// One of each kind is enough: the rows of an aggregate that two depend on for one reason may be
/// many.
std::vector<Dependency> distinct(std::vector<Dependency> all) {
  const auto kind = [](const Dependency& d) {
    return std::tuple(d.from, d.to, d.kind, d.seen, d.moment, d.row.aggregate(), d.row.is_root());
  };
  std::stable_sort(all.begin(), all.end(),
                   [&](const Dependency& a, const Dependency& b) { return kind(a) < kind(b); });
  const auto end =
      std::unique(all.begin(), all.end(),
                  [&](const Dependency& a, const Dependency& b) { return kind(a) == kind(b); });
  all.erase(end, all.end());
  return all;
}

/// The simplest cycle first: with few rows overwritten behind the back of who had read them, then
/// with few actors. What is within one row, or one aggregate, says more than what is not.
class Cycles {
 public:
  explicit Cycles(std::vector<Dependency> edges) : edges_(distinct(std::move(edges))) {}

  std::optional<Cycle> simplest() {
    for (const Dependency& edge : edges_) {
      if (edge.to < edge.from) continue;
      Cycle begun{edge};
      extend(begun);
    }
    return best_;
  }

 private:
  /// Never less for a longer one that begins alike.
  static auto first_rank(const Cycle& cycle) {
    return std::tuple(count(cycle, Kind::anti), count(cycle, Kind::read), cycle.size());
  }
  static auto rank(const Cycle& cycle) {
    std::set<RowName> rows;
    std::size_t queries = 0;
    for (const Dependency& d : cycle) {
      rows.insert(d.row);
      queries += d.seen == Seen::by_query;
    }
    return std::tuple(first_rank(cycle), is_within_one_aggregate(cycle) ? 0 : 1, queries,
                      rows.size());
  }

  /// Each cycle is met once, from the first of its actors on.
  void extend(Cycle& cycle) {
    if (best_ && first_rank(*best_) < first_rank(cycle)) return;
    const std::size_t last = cycle.back().to;
    const std::size_t first = cycle.front().from;
    if (last == first) {
      if (!best_ || rank(cycle) < rank(*best_)) best_ = cycle;
      return;
    }
    for (const Dependency& next : edges_) {
      const bool visited = std::any_of(cycle.begin(), cycle.end(), [&](const Dependency& d) {
        return d.from == next.to && next.to != first;
      });
      if (next.from != last || visited || next.to < first) continue;
      cycle.push_back(next);
      extend(cycle);
      cycle.pop_back();
    }
  }

  std::vector<Dependency> edges_;
  std::optional<Cycle> best_;
};

Named name(const RunResult& run) {
  if (auto found = zombie(run)) return *found;
  if (auto found = impossible_observation(run)) return *found;
  for (const Counting counting : {Counting::cells, Counting::versions})
    if (const auto cycle = Cycles(dependencies(run, counting)).simplest())
      return {name(run, *cycle), text(*cycle)};
  return {Anomaly::not_serializable, explain(Anomaly::not_serializable)};
}

}  // namespace

Run to_run(const RunResult& run, bool serializable) {
  Run out{run.schedule(), run.steps, {}, serializable, run.broken};
  for (const ActorOutcome& ended : run.ended) out.ended.push_back(ended.how);
  return out;
}

std::vector<Finding> classify(const RunResult& run, bool serializable) {
  std::vector<Finding> out;
  if (!serializable) {
    Named named = name(run);
    out.push_back({named.anomaly, std::move(named.why), to_run(run, serializable)});
  }
  if (!run.broken.empty()) {
    std::string names;
    for (const std::string& one : run.broken) names += (names.empty() ? "" : ", ") + one;
    out.push_back({Anomaly::invariant_broken, names, to_run(run, serializable)});
  }
  return out;
}

}  // namespace rowan::testing
