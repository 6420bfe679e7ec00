#include "html_matrix.hpp"

#include <algorithm>

#include "html_text.hpp"

namespace rowan::testing {
namespace {

/// Colour is not the only sign.
std::string mark_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::allowed: return "A";
    case Verdict::prevented_by_error: return "E";
    case Verdict::prevented_by_waiting: return "W";
    case Verdict::prevented_by_snapshot: return "S";
  }
  return "";
}

std::string draw_mark(Verdict verdict) {
  return html_element("b", "mark", mark_of(verdict));
}

std::string link_to(const Cell& cell, const Finding& finding, const std::string& text,
                    const std::vector<Witness>& witnesses) {
  const auto witness = std::find_if(witnesses.begin(), witnesses.end(), [&](const Witness& it) {
    return it.finding->anomaly == finding.anomaly &&
           std::find(it.cells.begin(), it.cells.end(), &cell) != it.cells.end();
  });
  return "<a href=\"#" + html_anchor(static_cast<std::size_t>(witness - witnesses.begin())) +
         "\" title=\"" + html_text(explain(finding.anomaly)) + "\">" + html_text(text) + "</a>";
}

std::string text_in(const Cell& cell, const std::vector<Witness>& witnesses) {
  const Verdict verdict = cell.verdict();
  std::string out = draw_mark(verdict);
  if (verdict == Verdict::allowed)
    out += link_to(cell, *main_finding(cell), short_verdict(cell), witnesses);
  else
    out += html_text(short_verdict(cell));
  std::vector<std::string> others;
  for (const Finding* finding : other_findings(cell))
    others.push_back(link_to(cell, *finding, to_string(finding->anomaly), witnesses));
  if (!others.empty()) out += html_element("small", "", "shows " + joined(others, ", "));
  return out;
}

/// As a tooltip.
std::string details_of(const Cell& cell) {
  return text_of(cell.setting) + ": " + counted(cell.runs, "run") + ", " + coverage_of(cell) +
         "; not serializable: " + std::to_string(cell.runs_not_serializable) +
         ", with waiting: " + std::to_string(cell.runs_with_waiting);
}

std::string draw_place(const Table::Place& place, const std::vector<Witness>& witnesses) {
  if (place.empty()) return "<td></td>";
  std::vector<std::string> parts;
  for (const Cell* cell : place)
    parts.push_back("<div title=\"" + html_text(details_of(*cell)) + "\" class=\"place " +
                    html_class(cell->verdict()) + "\">" + text_in(*cell, witnesses) + "</div>");
  return html_element("td", html_class(place.front()->verdict()), joined(parts, "\n"));
}

}  // namespace

std::string html_anchor(std::size_t place) {
  return "w" + std::to_string(place + 1);
}

std::string html_class(Verdict verdict) {
  switch (verdict) {
    case Verdict::allowed: return "allowed";
    case Verdict::prevented_by_error: return "error";
    case Verdict::prevented_by_waiting: return "waiting";
    case Verdict::prevented_by_snapshot: return "snapshot";
  }
  return "";
}

std::string draw_matrix(const Table& table, const std::vector<Witness>& witnesses) {
  std::string out = "<tr><th>scenario</th>";
  for (const std::vector<std::string>& lines : table.headings) {
    std::string heading;
    for (const std::string& line : lines) heading += html_element("span", "", html_text(line));
    out += html_element("th", "", heading);
  }
  out += "</tr>\n";
  for (const Table::Row& row : table.rows) {
    std::string cells = html_element("th", "", html_text(row.scenario));
    for (const Table::Place& place : row.places) cells += draw_place(place, witnesses) + "\n";
    out += html_element("tr", "", cells) + "\n";
  }
  return html_element("h3", "", html_text(table.title)) + "\n" +
         html_element("div", "wide", html_element("table", "matrix", "\n" + out)) + "\n";
}

std::string draw_legend() {
  const auto item = [](Verdict verdict, const std::string& meaning) {
    return html_element("li", "",
                        html_element("span", "place " + html_class(verdict), draw_mark(verdict)) +
                            " " + meaning) +
           "\n";
  };
  return html_element("ul", "legend quiet",
                      "\n" + item(Verdict::allowed, "allowed: some run showed the anomaly") +
                          item(Verdict::prevented_by_error, "an actor was refused in some run") +
                          item(Verdict::prevented_by_waiting, "one actor waited for another") +
                          item(Verdict::prevented_by_snapshot, "each read from its own state"));
}

}  // namespace rowan::testing
