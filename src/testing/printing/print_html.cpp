/// A report as a page that needs nothing else.

#include <algorithm>
#include <array>
#include <sstream>
#include <vector>

#include <rowan/testing/printing.hpp>

#include "html_lanes.hpp"
#include "html_matrix.hpp"
#include "html_style.hpp"
#include "html_text.hpp"
#include "print.hpp"

namespace rowan::testing {
namespace {

/// "24 cells, 96 runs: all interleavings. Allowed: 3; prevented by an error: 12, ..."
std::string summary_of(const Report& report) {
  const auto count = [&](Verdict verdict) {
    return std::to_string(
        std::count_if(report.cells().begin(), report.cells().end(),
                      [verdict](const Cell& cell) { return cell.verdict() == verdict; }));
  };
  return counted(report.cells().size(), "cell") + ", " + runs_of(report) +
         ". Allowed: " + count(Verdict::allowed) +
         "; prevented by an error: " + count(Verdict::prevented_by_error) +
         ", by waiting: " + count(Verdict::prevented_by_waiting) +
         ", by a snapshot: " + count(Verdict::prevented_by_snapshot) + ".";
}

std::string list_of_settings(const std::vector<const Cell*>& cells) {
  if (cells.size() == 1) return html_element("p", "quiet", html_text(text_of(cells[0]->setting)));
  std::string items;
  for (const Cell* cell : cells) items += html_element("li", "", html_text(text_of(cell->setting)));
  return html_element("details", "quiet",
                      html_element("summary", "", counted(cells.size(), "setting")) +
                          html_element("ul", "", items));
}

std::string draw_witness(const Witness& witness, std::size_t place) {
  const Finding& finding = *witness.finding;
  std::string out = html_element("h3", "",
                                 html_text(witness.cells.front()->scenario) + ": " +
                                     html_element("b", "", to_string(finding.anomaly))) +
                    "\n";
  out += html_element("p", "", html_text(explain(finding.anomaly)) + ".") + "\n";
  out += html_element("p", "", html_element("b", "", html_text(finding.why))) + "\n";
  if (!finding.witness.broken.empty())
    out +=
        html_element("p", "", "Broken: " + html_text(joined(finding.witness.broken, ", "))) + "\n";
  out += list_of_settings(witness.cells) + "\n";
  out += html_element("p", "quiet",
                      "schedule " + html_element("code", "", html_text(finding.witness.schedule)) +
                          " \xC2\xB7 <a href=\"#top\">to the tables</a>") +
         "\n";
  return R"(<section class="witness" id=")" + html_anchor(place) + "\">\n" + out +
         draw_lanes(finding.witness) + "</section>\n";
}

}  // namespace

std::string to_html(const Report& report, const std::string& title) {
  const std::vector<Witness> witnesses = witnesses_of(report);
  std::ostringstream out;
  out << "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      << "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      << html_element("title", "", html_text(title)) << "\n<style>" << html_style
      << "</style>\n</head>\n<body>\n<h1 id=\"top\">" << html_text(title) << "</h1>\n"
      << html_element("p", "", html_text(summary_of(report))) << "\n"
      << draw_legend() << "\n";
  for (const Table& table : tables_of(report)) out << draw_matrix(table, witnesses);
  if (!witnesses.empty()) out << "<h2>Schedules</h2>\n";
  for (std::size_t i = 0; i < witnesses.size(); ++i) out << draw_witness(witnesses[i], i);
  out << "</body>\n</html>\n";
  return out.str();
}

}  // namespace rowan::testing
