#include "drawing.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <utility>

namespace bench {
namespace {

constexpr double bar = 20;
constexpr double group_gap = 22;
constexpr double left = 60;
constexpr double panel_height = 230;
constexpr double bars_height = 140;
constexpr double most = 2;  ///< a bar that is longer is cut
constexpr const char* drawn[] = {"a", "b", "c", "d", "e", "conflict"};

std::string number(double value, const char* format) {
  char text[40];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

struct Bars {
  std::string svg;

  void rectangle(double x, double y, double width, double height, const char* fill) {
    svg += "<rect x=\"" + number(x, "%.1f") + "\" y=\"" + number(y, "%.1f") + "\" width=\"" +
           number(width, "%.1f") + "\" height=\"" + number(height, "%.1f") + "\" fill=\"" + fill +
           "\"/>\n";
  }
  void text(double x, double y, const std::string& words, const char* more = "") {
    svg += "<text x=\"" + number(x, "%.1f") + "\" y=\"" + number(y, "%.1f") + "\" " + more + '>' +
           words + "</text>\n";
  }
  /// One bar on the line at `floor`, with its ratio above it.
  void ratio_bar(double x, double floor, std::optional<double> ratio, const char* fill) {
    if (!ratio) return;
    const double height = std::min(*ratio, most) / most * bars_height;
    rectangle(x, floor - height, bar - 3, height, fill);
    text(x + (bar - 3) / 2, floor - height - 3, number(*ratio, *ratio < 0.095 ? "%.3f" : "%.2f"),
         "text-anchor=\"middle\" font-size=\"7\"");
  }
};

using PanelKey = std::pair<std::string, double>;
using Panel = std::map<std::string, std::vector<const Result*>>;  // by phase

double draw_panel(Bars& to, double top, const PanelKey& key, const Panel& panel) {
  const double floor = top + 40 + bars_height;
  std::string title = key.first == "sqlite" ? "SQLite, CPU time" : "PostgreSQL, wall time";
  if (key.second > 0)
    title += ", a round trip takes " + number(key.second, "%g") + " ms more";
  else if (key.first != "sqlite")
    title += ", unix socket";
  to.text(left, top + 16, title, "font-size=\"14\" font-weight=\"bold\"");
  double x = left;
  for (const char* phase : drawn) {
    const auto found = panel.find(phase);
    if (found == panel.end()) continue;
    const double start = x;
    for (const Result* result : found->second) {
      to.ratio_bar(x, floor, ratio(result->rowan, result->row), "#b5382a");
      to.ratio_bar(x + bar, floor, ratio(result->set, result->row), "#9aa5b1");
      to.text(x + bar - 1.5, floor + 12, std::to_string(result->n),
              "text-anchor=\"middle\" font-size=\"8\"");
      x += 2 * bar + 4;
    }
    to.text((start + x) / 2, floor + 28, found->second.front()->name,
            "text-anchor=\"middle\" font-size=\"11\"");
    x += group_gap;
  }
  const double one = floor - bars_height / most;
  to.svg += "<path d=\"M" + number(left - 6, "%.1f") + ' ' + number(floor, "%.1f") + 'H' +
            number(x, "%.1f") + "\" stroke=\"#333\"/>\n<path d=\"M" + number(left - 6, "%.1f") +
            ' ' + number(one, "%.1f") + 'H' + number(x, "%.1f") +
            "\" stroke=\"#333\" stroke-dasharray=\"4 3\"/>\n";
  to.text(left - 10, one + 3, "row = 1", "text-anchor=\"end\" font-size=\"9\"");
  return x;
}

}  // namespace

std::string drawing(const std::vector<Result>& results) {
  std::vector<std::pair<PanelKey, Panel>> panels;
  for (const Result& result : results) {
    if (!ratio(result.rowan, result.row) || result.backend == "compiler") continue;
    const PanelKey key{result.backend, result.rtt_ms};
    auto panel =
        std::find_if(panels.begin(), panels.end(), [&](const auto& p) { return p.first == key; });
    if (panel == panels.end()) panel = panels.insert(panels.end(), {key, {}});
    panel->second[result.phase].push_back(&result);
  }
  Bars bars;
  double width = 480;
  double top = 40;
  bars.rectangle(left, 14, 12, 12, "#b5382a");
  bars.text(left + 18, 24, "Rowan", "font-size=\"12\"");
  bars.rectangle(left + 90, 14, 12, 12, "#9aa5b1");
  bars.text(left + 108, 24, "by hand, in sets; by hand, row after row: 1. Less is faster.",
            "font-size=\"12\"");
  for (const auto& [key, panel] : panels) {
    width = std::max(width, draw_panel(bars, top, key, panel));
    top += panel_height;
  }
  const std::string size = number(width + 20, "%.0f") + ' ' + number(top, "%.0f");
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + size +
         "\" font-family=\"sans-serif\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n" +
         bars.svg + "</svg>\n";
}

}  // namespace bench
