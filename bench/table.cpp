#include "table.hpp"

#include <algorithm>
#include <cstdio>
#include <string_view>

namespace bench {
namespace {

std::string padded_left(const std::string& text, std::size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}
std::string padded_right(std::string text, std::size_t width) {
  if (text.size() < width) text.resize(width, ' ');
  return text;
}

/// Three digits or more.
std::string number(std::optional<double> value) {
  if (!value) return "-";
  int decimals = 3;
  for (double limit = 1; *value >= limit && decimals > 0; limit *= 10) --decimals;
  if (*value == 0) decimals = 0;
  char text[40];
  std::snprintf(text, sizeof text, "%.*f", decimals, *value);
  return text;
}
std::string times(std::optional<double> value) {
  char text[40];
  if (!value) return "-";
  std::snprintf(text, sizeof text, *value < 0.095 ? "%.3f" : "%.2f", *value);
  return text;
}
std::string count(std::optional<double> value) {
  char text[40];
  if (!value) return "-";
  const bool is_whole = *value == static_cast<double>(static_cast<long long>(*value));
  std::snprintf(text, sizeof text, is_whole ? "%.0f" : "%.1f", *value);
  return text;
}

std::string line(const std::vector<std::string>& cells) {
  static constexpr std::size_t widths[] = {10, 17, 13, 10, 10, 10, 8, 8, 12, 9, 9, 12};
  std::string out;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    out += i < 3 ? padded_right(cells[i], widths[i]) : padded_left(cells[i], widths[i]);
  }
  out.erase(out.find_last_not_of(' ') + 1);
  return out + '\n';
}

/// What a commit that fails costs, a clean one being 1.
std::string cost_of_conflict(const std::vector<Result>& results) {
  const auto find = [&](std::string_view phase) {
    return std::find_if(results.begin(), results.end(),
                        [&](const Result& result) { return result.phase == phase; });
  };
  const auto clean = find("c");
  const auto failing = find("conflict");
  if (clean == results.end() || failing == results.end()) return {};
  return line({"conflict", "to c", "times", times(ratio(failing->rowan, clean->rowan)),
               times(ratio(failing->row, clean->row)), times(ratio(failing->set, clean->set))});
}

std::string title(const Result& result) {
  std::string out = result.backend == "sqlite" ? "SQLite, CPU time" : "PostgreSQL, wall time";
  if (result.rtt_ms > 0)
    out += ", a round trip takes " + number(result.rtt_ms) + " ms more";
  else if (result.backend != "sqlite")
    out += ", unix socket";
  return out + ", N = " + std::to_string(result.n) + '\n';
}

}  // namespace

std::string table(const std::vector<Result>& results) {
  if (results.empty()) return {};
  std::string out = title(results.front());
  const bool has_round_trips = results.front().rowan.round_trips.has_value();
  std::vector<std::string> head{"", "", "", "Rowan", "row", "set", "/row", "/set"};
  if (has_round_trips) head.insert(head.end(), {"trips", "row", "set"});
  head.emplace_back("statements");
  out += line(head);
  for (const Result& r : results) {
    std::vector<std::string> cells{r.phase,
                                   r.name,
                                   r.unit,
                                   number(r.rowan.value),
                                   number(r.row.value),
                                   number(r.set.value),
                                   times(ratio(r.rowan, r.row)),
                                   times(ratio(r.rowan, r.set))};
    if (has_round_trips)
      for (const auto* column : {&r.rowan, &r.row, &r.set})
        cells.push_back(count(column->round_trips));
    cells.push_back(count(r.rowan.statements));
    out += line(cells);
  }
  return out + cost_of_conflict(results);
}

}  // namespace bench
