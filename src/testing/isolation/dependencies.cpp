#include "dependencies.hpp"

#include <algorithm>
#include <set>

namespace rowan::testing {
namespace {

/// What a row held; none: it was not there.
std::optional<std::string> content(const StoredRows& rows, const RowName& name, Counting counting) {
  const auto found = rows.find(name);
  if (found == rows.end()) return {};
  const StoredRow& row = found->second;
  const bool with_version = counting == Counting::versions && row.version && name.is_root();
  return row.cells + (with_version ? " v" + std::to_string(*row.version) : "");
}

/// That a row had another content from this state on.
struct RowChange {
  std::size_t state;
  std::optional<std::size_t> writer;
};

/// All of a row's, in order.
std::vector<RowChange> changes(const RunResult& run, const RowName& name, Counting counting) {
  std::vector<RowChange> out;
  for (std::size_t i = 1; i < run.states.size(); ++i)
    if (content(run.states[i].rows, name, counting) !=
        content(run.states[i - 1].rows, name, counting))
      out.push_back({i, run.states[i].writer});
  return out;
}

/// Every row there ever was.
std::set<RowName> all_rows(const RunResult& run) {
  std::set<RowName> out;
  for (const State& state : run.states)
    for (const auto& [name, _] : state.rows) out.insert(name);
  return out;
}

class Graph {
 public:
  Graph(const RunResult& run, Counting counting) : run_(run), counting_(counting) {}

  std::vector<Dependency> dependencies() {
    for (const RowName& row : all_rows(run_)) add_writes(row);
    for (std::size_t actor = 0; actor < run_.ended.size(); ++actor) {
      if (!run_.ended[actor].committed) continue;
      const auto& seen = run_.ended[actor].seen;
      for (std::size_t i = 0; i < seen.size(); ++i) add_reads(actor, i, seen[i]);
    }
    return std::move(out_);
  }

 private:
  void add(Dependency dependency) {
    if (dependency.from != dependency.to) out_.push_back(std::move(dependency));
  }

  void add_writes(const RowName& row) {
    const auto of_row = changes(run_, row, counting_);
    for (std::size_t i = 1; i < of_row.size(); ++i)
      if (of_row[i - 1].writer && of_row[i].writer)
        add({Dependency::Kind::write, *of_row[i - 1].writer, *of_row[i].writer, row});
  }

  void add_reads(std::size_t actor, std::size_t moment, const Observation& observation) {
    if (observation.kind == Observation::Kind::query) {
      for (const RowName& row : all_rows(run_))
        if (row.is_root() && row.root_table == observation.root_table)
          add_read(actor, moment, row, observation.snapshot, Dependency::Seen::by_query);
      return;
    }
    if (observation.kind != Observation::Kind::aggregate ||
        may_be_own(run_.ended[actor], observation))
      return;
    const auto state = state_seen(run_, observation);
    if (!state) return;
    for (const RowName& row : all_rows(run_)) {
      if (row.root_table != observation.root_table || row.root_key != observation.root_key)
        continue;
      const bool is_gap = !row.is_root() && !run_.states[*state].rows.contains(row);
      add_read(actor, moment, row, *state, is_gap ? Dependency::Seen::gap : Dependency::Seen::row);
    }
  }

  /// Of what the row was in this state.
  void add_read(std::size_t actor, std::size_t moment, const RowName& row, std::size_t state,
                Dependency::Seen seen) {
    const RowChange* last = nullptr;
    const auto of_row = changes(run_, row, counting_);
    for (const RowChange& change : of_row) {
      if (change.state > state) {
        if (change.writer) add({Dependency::Kind::anti, actor, *change.writer, row, seen, moment});
        break;
      }
      last = &change;
    }
    if (last != nullptr && last->writer)
      add({Dependency::Kind::read, *last->writer, actor, row, seen, moment});
  }

  const RunResult& run_;
  Counting counting_;
  std::vector<Dependency> out_;
};

bool is_same(const StoredRows& a, const StoredRows& b) {
  if (a.size() != b.size()) return false;
  for (auto i = a.begin(), j = b.begin(); i != a.end(); ++i, ++j)
    if (i->first != j->first || i->second.cells != j->second.cells ||
        i->second.version != j->second.version)
      return false;
  return true;
}

}  // namespace

std::optional<std::size_t> state_seen(const RunResult& run, const Observation& observation) {
  for (std::size_t i = observation.moment + 1; i-- > 0;)
    if (is_same(of_aggregate(run.states[i].rows, observation.root_table, observation.root_key),
                observation.rows))
      return i;
  return {};
}

bool may_be_own(const ActorOutcome& reader, const Observation& observation) {
  if (observation.own == Observation::Own::no) return false;
  const std::string aggregate = observation.root_table + " " + observation.root_key;
  return std::any_of(reader.accesses.begin(), reader.accesses.end(), [&](const VersionAccess& a) {
    return a.kind == VersionAccess::Kind::written && a.aggregate == aggregate;
  });
}

std::vector<Dependency> dependencies(const RunResult& run, Counting counting) {
  return Graph(run, counting).dependencies();
}

}  // namespace rowan::testing
