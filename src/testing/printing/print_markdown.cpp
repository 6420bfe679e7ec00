/// A report for a page of Markdown, as GitHub renders it.

#include <algorithm>
#include <sstream>
#include <vector>

#include <rowan/testing/printing.hpp>

#include "print.hpp"

namespace rowan::testing {
namespace {

/// So that nothing of it is markup, a table's end or a new line.
std::string plain(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '\n':
      case '\r': out += ' '; break;
      default:
        if (std::string_view("\\`*_[]|~#$").find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
  }
  return out;
}

std::string text_in(const Table::Place& place) {
  std::vector<std::string> parts;
  for (const Cell* cell : place) {
    std::vector<std::string> others;
    for (const Finding* finding : other_findings(*cell))
      others.emplace_back(to_string(finding->anomaly));
    const std::string verdict = plain(short_verdict(*cell));
    parts.push_back((cell->verdict() == Verdict::allowed ? "**" + verdict + "**" : verdict) +
                    (others.empty() ? "" : " <sub>(shows " + joined(others, ", ") + ")</sub>"));
  }
  return joined(parts, "<br>");
}

void add(std::ostream& to, const Table& table) {
  to << "### " << plain(table.title) << "\n\n| scenario |";
  for (const auto& lines : table.headings) to << " " << joined(lines, "<br>") << " |";
  to << "\n| --- |";
  for (std::size_t i = 0; i < table.columns.size(); ++i) to << " --- |";
  to << "\n";
  for (const Table::Row& row : table.rows) {
    to << "| " << plain(row.scenario) << " |";
    for (const Table::Place& place : row.places) to << " " << text_in(place) << " |";
    to << "\n";
  }
  to << "\n";
}

/// Longer than any in the text, which could end the block.
std::string fence_for(const std::string& text) {
  std::size_t longest = 2;
  std::size_t now = 0;
  for (const char c : text) {
    now = c == '`' ? now + 1 : 0;
    longest = std::max(longest, now);
  }
  std::string out(longest + 1, '`');
  return out;
}

void add(std::ostream& to, const Witness& witness) {
  const auto& [finding, cells] = witness;
  std::string where = plain(text_of(cells.front()->setting));
  if (cells.size() > 1) where += "; and in " + counted(cells.size() - 1, "other setting");
  std::ostringstream run;
  run << finding->witness;
  const std::string fence = fence_for(run.str());
  to << "### " << plain(cells.front()->scenario) << "\n\n**" << finding->anomaly << "**, "
     << explain(finding->anomaly) << ": " << plain(finding->why) << ". On " << where << ".\n\n"
     << fence << "text\n"
     << run.str() << fence << "\n\n";
}

/// Of each scenario the shortest.
std::vector<Witness> shortest_of(const Report& report) {
  std::vector<Witness> out;
  for (Witness& witness : witnesses_of(report)) {
    const auto same = std::find_if(out.begin(), out.end(), [&](const Witness& other) {
      return other.cells.front()->scenario == witness.cells.front()->scenario;
    });
    if (same == out.end())
      out.push_back(std::move(witness));
    else if (witness.finding->witness.schedule.size() < same->finding->witness.schedule.size())
      *same = std::move(witness);
  }
  return out;
}

constexpr const char* legend =
    "**allowed**: some run showed the anomaly. **error**: an actor was refused in some run. "
    "**waiting**: one actor waited for another. **snapshot**: neither; each read from its own "
    "state. *shows*: what else was found.\n\n";

}  // namespace

std::string to_markdown(const Report& report) {
  std::ostringstream out;
  for (const Table& table : tables_of(report)) add(out, table);
  out << plain(runs_of(report)) << ".\n\n" << legend;
  const std::vector<Witness> witnesses = shortest_of(report);
  if (!witnesses.empty()) out << "## Shortest schedules\n\n";
  for (const Witness& witness : witnesses) add(out, witness);
  return out.str();
}

}  // namespace rowan::testing
