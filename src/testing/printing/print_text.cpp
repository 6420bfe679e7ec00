/// A report for a terminal.

#include <sstream>
#include <string>
#include <vector>

#include <rowan/testing/printing.hpp>

#include "print.hpp"

namespace rowan::testing {
namespace {

std::string found_in(const Cell& cell) {
  std::vector<std::string> out;
  for (const Finding& finding : cell.findings) out.emplace_back(to_string(finding.anomaly));
  return joined(out, ", ");
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
    out << "; " << counted(cell.runs, "run") << ": " << coverage_of(cell) << "\n";
    for (const Finding& finding : cell.findings)
      out << "  " << finding.anomaly << ", " << explain(finding.anomaly) << ":\n    " << finding.why
          << "\n    " << finding.witness;
  }
  return out.str();
}

}  // namespace rowan::testing
