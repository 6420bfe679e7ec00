#include <algorithm>
#include <sstream>

#include <rowan/errors.hpp>
#include <rowan/testing/printing.hpp>
#include <rowan/testing/report.hpp>

namespace rowan::testing {
namespace {

std::string place(const Cell& cell) {
  std::ostringstream out;
  out << (cell.scenario.empty() ? "" : cell.scenario + " on ") << cell.setting;
  return out.str();
}

std::string names_of(const std::vector<Finding>& findings) {
  std::string out;
  for (const Finding& finding : findings)
    out += std::string(out.empty() ? "" : ", ") + to_string(finding.anomaly);
  return out;
}

}  // namespace

const char* to_string(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::allowed: return "allowed";
    case Verdict::prevented_by_error: return "prevented-by-error";
    case Verdict::prevented_by_waiting: return "prevented-by-waiting";
    case Verdict::prevented_by_snapshot: return "prevented-by-snapshot";
  }
  return "";
}

Verdict Cell::verdict() const noexcept {
  const bool shows = std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    return !looks_for || finding.anomaly == *looks_for;
  });
  if (shows) return Verdict::allowed;
  if (!errors.empty()) return Verdict::prevented_by_error;
  if (runs_with_waiting > 0) return Verdict::prevented_by_waiting;
  return Verdict::prevented_by_snapshot;
}

std::vector<Report::Found> Report::anomalies() const& {
  std::vector<Found> out;
  for (const Cell& cell : cells_)
    for (const Finding& finding : cell.findings) out.push_back({cell, finding});
  return out;
}

Check Report::serializable() const {
  Check out;
  for (const auto& [cell, finding] : anomalies()) {
    std::ostringstream text;
    text << place(cell) << ": " << finding.anomaly << ": " << finding.why << "\n"
         << finding.witness;
    out.faults.push_back(text.str());
  }
  return out;
}

Check Report::exhaustive() const {
  Check out;
  for (const Cell& cell : cells_)
    if (cell.waits == Cell::Waits::assumed)
      out.faults.push_back(place(cell) + ": who waits was assumed, and not asked");
    else if (cell.coverage == Coverage::limited)
      out.faults.push_back(place(cell) + ": there are more than these " +
                           std::to_string(cell.runs) + " runs");
  return out;
}

Check Report::check_thrown(const std::function<bool(const std::exception_ptr&)>& expected) const {
  Check out;
  for (const Cell& cell : cells_)
    for (const auto& [name, thrown] : cell.thrown)
      if (!expected(thrown.example))
        out.faults.push_back(place(cell) + ": an actor ended with " + name + " in " +
                             std::to_string(thrown.runs) + " of " + std::to_string(cell.runs) +
                             " runs, as in schedule " + thrown.schedule);
  return out;
}

Check Report::expect(Anomaly anomaly, Isolation level, Expected expected) const {
  const auto is_there = [level](const Setting& setting) {
    return setting.isolation == level ||
           (setting.isolation == Isolation::standard && level == Isolation::read_committed);
  };
  return expect(anomaly, is_there, expected);
}

Check Report::expect(Anomaly anomaly, const std::function<bool(const Setting&)>& choose,
                     Expected expected) const {
  Check out;
  bool any = false;
  for (const Cell& cell : cells_) {
    if (cell.looks_for != anomaly || !choose(cell.setting)) continue;
    any = true;
    const bool allowed = cell.verdict() == Verdict::allowed;
    if (allowed == (expected == Expected::allowed)) continue;
    std::string fault = place(cell) + ": " + to_string(anomaly) + " was expected to be " +
                        (allowed ? "prevented" : "allowed") + ", and is " +
                        to_string(cell.verdict());
    for (const Finding& finding : cell.findings)
      if (finding.anomaly == anomaly) {
        std::ostringstream witness;
        witness << "\n" << finding.why << "\n" << finding.witness;
        fault += witness.str();
      }
    if (!allowed && !cell.findings.empty()) fault += "; it shows " + names_of(cell.findings);
    out.faults.push_back(fault);
  }
  if (!any)
    throw UsageError(std::string("no cell of the report has a scenario of ") + to_string(anomaly) +
                     " there");
  return out;
}

std::ostream& operator<<(std::ostream& to, const Run& run) {
  to << "schedule " << run.schedule << "\n";
  for (const Step& step : run.steps) {
    to << "  actor " << step.actor << " -> " << step.reached << "\n";
    for (const Event& event : step.events)
      to << "      " << event.actor << ": " << event.text
         << (event.outcome.empty() ? "" : "  [" + event.outcome + "]") << "\n";
  }
  for (std::size_t i = 0; i < run.ended.size(); ++i)
    to << "  actor " << i + 1 << ": " << run.ended[i] << "\n";
  return to;
}

std::ostream& operator<<(std::ostream& to, const Report& report) {
  return to << to_text(report);
}

}  // namespace rowan::testing
