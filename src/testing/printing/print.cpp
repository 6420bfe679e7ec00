#include "print.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

namespace rowan::testing {
namespace {

/// As many columns as GitHub shows without a scroll bar.
constexpr std::size_t wide = 6;

template <class T>
void add_new(std::vector<T>& to, const T& value) {
  if (std::find(to.begin(), to.end(), value) == to.end()) to.push_back(value);
}

std::string words(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::vector<Setting> settings_of(const std::vector<const Cell*>& cells) {
  std::vector<Setting> out;
  for (const Cell* cell : cells) add_new(out, cell->setting);
  return out;
}

using Choice = std::pair<Versions, Guards>;
Choice choice_of(const Setting& setting) {
  return {setting.versions, setting.guards};
}

/// What a choice of versions and guards is called: those of the two, where the settings differ in
/// them or do not.
enum class Where { differing, common };
std::vector<std::string> parts_of_choice(const std::vector<Setting>& settings,
                                         const Setting& setting, Where where) {
  const auto is_told = [&](auto part) {
    const bool common = std::all_of(settings.begin(), settings.end(), [&](const Setting& other) {
      return other.*part == setting.*part;
    });
    return common == (where == Where::common);
  };
  std::vector<std::string> out;
  if (is_told(&Setting::versions))
    out.push_back(std::string("versions ") + to_string(setting.versions));
  if (is_told(&Setting::guards)) out.push_back(std::string("guards ") + to_string(setting.guards));
  return out;
}

Table table_of(const std::vector<const Cell*>& cells) {
  Table out;
  out.columns = settings_of(cells);
  const Setting& first = out.columns.front();
  const auto common = parts_of_choice(out.columns, first, Where::common);
  out.title = first.database + (common.empty() ? "" : ": ") + joined(common, ", ");
  for (const Setting& setting : out.columns) {
    out.headings.push_back({words(to_string(setting.isolation)), words(to_string(setting.span))});
    const auto differing = parts_of_choice(out.columns, setting, Where::differing);
    if (!differing.empty()) out.headings.back().push_back(joined(differing, ", "));
  }
  for (const Cell* cell : cells) {
    auto row = std::find_if(out.rows.begin(), out.rows.end(), [&](const Table::Row& other) {
      return other.scenario == cell->scenario;
    });
    if (row == out.rows.end())
      row = out.rows.insert(row, {cell->scenario, std::vector<Table::Place>(out.columns.size())});
    const auto column = std::find(out.columns.begin(), out.columns.end(), cell->setting);
    row->places[static_cast<std::size_t>(column - out.columns.begin())].push_back(cell);
  }
  return out;
}

}  // namespace

std::vector<Table> tables_of(const Report& report) {
  std::vector<std::string> databases;
  for (const Cell& cell : report.cells()) add_new(databases, cell.setting.database);
  std::vector<Table> out;
  for (const std::string& database : databases) {
    std::vector<const Cell*> all;
    for (const Cell& cell : report.cells())
      if (cell.setting.database == database) all.push_back(&cell);
    const std::vector<Setting> settings = settings_of(all);
    if (settings.size() <= wide) {
      out.push_back(table_of(all));
      continue;
    }
    std::vector<Choice> choices;
    for (const Setting& setting : settings) add_new(choices, choice_of(setting));
    for (const Choice& choice : choices) {
      std::vector<const Cell*> some;
      for (const Cell* cell : all)
        if (choice_of(cell->setting) == choice) some.push_back(cell);
      out.push_back(table_of(some));
    }
  }
  return out;
}

std::vector<Witness> witnesses_of(const Report& report) {
  std::vector<Witness> out;
  for (const auto& [cell, finding] : report.anomalies()) {
    const auto key = [](const Cell& of, const Finding& what) {
      return std::tie(of.scenario, what.anomaly, what.witness.schedule);
    };
    const auto mine = key(cell, finding);
    const auto known = std::find_if(out.begin(), out.end(), [&](const Witness& witness) {
      return key(*witness.cells.front(), *witness.finding) == mine;
    });
    if (known == out.end())
      out.push_back({&finding, {&cell}});
    else
      known->cells.push_back(&cell);
  }
  return out;
}

const Finding* main_finding(const Cell& cell) {
  const auto sought = std::find_if(
      cell.findings.begin(), cell.findings.end(),
      [&](const Finding& finding) { return cell.looks_for && finding.anomaly == *cell.looks_for; });
  if (sought != cell.findings.end()) return &*sought;
  return cell.findings.empty() ? nullptr : &cell.findings.front();
}

std::vector<const Finding*> other_findings(const Cell& cell) {
  std::vector<const Finding*> out;
  for (const Finding& finding : cell.findings)
    if (!cell.looks_for || finding.anomaly != *cell.looks_for) out.push_back(&finding);
  return out;
}

std::string errors_of(const Cell& cell) {
  std::vector<std::string> names;
  for (const auto& [name, _] : cell.errors) names.push_back(name);
  return joined(names, ", ");
}

std::string short_verdict(const Cell& cell) {
  switch (cell.verdict()) {
    case Verdict::allowed: return "allowed";
    case Verdict::prevented_by_error: return "error: " + errors_of(cell);
    case Verdict::prevented_by_waiting: return "waiting";
    case Verdict::prevented_by_snapshot: return "snapshot";
  }
  return "";
}

std::string coverage_of(const Cell& cell) {
  std::ostringstream out;
  if (cell.coverage == Coverage::all)
    out << "all interleavings";
  else
    out << "first " << cell.runs - cell.random_runs << " in order, " << cell.random_runs
        << " at random, seed " << cell.seed;
  if (cell.waits == Cell::Waits::assumed) out << " (waits assumed)";
  return out.str();
}

std::string runs_of(const Report& report) {
  std::size_t runs = 0;
  std::vector<std::pair<std::string, std::size_t>> kinds;
  for (const Cell& cell : report.cells()) {
    runs += cell.runs;
    const std::string coverage = coverage_of(cell);
    const auto known = std::find_if(kinds.begin(), kinds.end(),
                                    [&](const auto& kind) { return kind.first == coverage; });
    if (known == kinds.end())
      kinds.emplace_back(coverage, 1);
    else
      ++known->second;
  }
  std::vector<std::string> parts;
  parts.reserve(kinds.size());
  for (const auto& [coverage, cells] : kinds)
    parts.push_back(kinds.size() == 1 ? coverage : counted(cells, "cell") + " " + coverage);
  return counted(runs, "run") + (parts.empty() ? "" : ": ") + joined(parts, "; ");
}

std::string text_of(const Setting& setting) {
  std::ostringstream out;
  out << setting;
  return out.str();
}

std::string counted(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string out;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) out += between;
    out += part;
  }
  return out;
}

}  // namespace rowan::testing
