/// A report for a terminal.

#include <algorithm>
#include <sstream>

#include <rowan/testing/printing.hpp>

namespace rowan::testing {
namespace {

std::string errors_of(const Cell& cell) {
  std::string out;
  for (const auto& [name, _] : cell.errors) out += (out.empty() ? "" : ", ") + name;
  return out;
}

std::string found_in(const Cell& cell) {
  std::string out;
  for (const Finding& finding : cell.findings)
    out += std::string(out.empty() ? "" : ", ") + to_string(finding.anomaly);
  return out;
}

void add_runs(std::ostream& to, const Cell& cell) {
  if (cell.coverage == Coverage::all)
    to << "all " << cell.runs << " interleavings";
  else
    to << cell.runs - cell.random_runs << " interleavings in order and " << cell.random_runs
       << " at random, seed " << cell.seed;
  if (cell.waits == Cell::Waits::assumed) to << ", waits assumed";
}

}  // namespace

std::string to_text(const Report& report) {
  std::ostringstream out;
  for (const Cell& cell : report.cells()) {
    if (!cell.scenario.empty()) out << cell.scenario << ": ";
    out << cell.setting << "\n  " << to_string(cell.verdict());
    const std::string errors = errors_of(cell);
    if (!errors.empty()) out << " (" << errors << ")";
    const std::string found = found_in(cell);
    if (!found.empty()) out << "; found " << found;
    out << "; ";
    add_runs(out, cell);
    out << "\n";
    for (const Finding& finding : cell.findings)
      out << "  " << finding.anomaly << ", " << explain(finding.anomaly) << ":\n    " << finding.why
          << "\n    " << finding.witness;
  }
  return out.str();
}

}  // namespace rowan::testing
