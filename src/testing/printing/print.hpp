#pragma once
/// What all printers of a report need: a report in; its tables, its witnesses and short texts out.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <rowan/testing/report.hpp>

namespace rowan::testing {

/// Scenarios down, settings across. Refers to the report it was made of.
struct Table {
  /// What has been found in one place: seldom more than one, of scenarios with the same name.
  using Place = std::vector<const Cell*>;
  struct Row {
    std::string scenario;
    std::vector<Place> places;  ///< by column
  };

  std::string title;  ///< the database, and what all columns have in common
  std::vector<Setting> columns;
  std::vector<std::vector<std::string>> headings;  ///< by column, each in short lines
  std::vector<Row> rows;
};

/// One for each database; where that were too wide, one for each choice of versions and guards.
[[nodiscard]] std::vector<Table> tables_of(const Report& report);

/// One schedule that shows an anomaly, with all the cells that have just this one for it.
struct Witness {
  const Finding* finding;
  std::vector<const Cell*> cells;
};
[[nodiscard]] std::vector<Witness> witnesses_of(const Report& report);

/// What shows the anomaly that the scenario looks for, else the first; null: nothing was found.
[[nodiscard]] const Finding* main_finding(const Cell& cell);
/// Those that the verdict does not speak of.
[[nodiscard]] std::vector<const Finding*> other_findings(const Cell& cell);

/// "StaleDataError, LockTimeout"
[[nodiscard]] std::string errors_of(const Cell& cell);
/// "allowed", "error: StaleDataError", "waiting", "snapshot"
[[nodiscard]] std::string short_verdict(const Cell& cell);
/// "all interleavings", or "first 2000 in order, 500 at random, seed 1"
[[nodiscard]] std::string coverage_of(const Cell& cell);
/// "96 runs: all interleavings"; where cells differ, how many of them have which.
[[nodiscard]] std::string runs_of(const Report& report);
[[nodiscard]] std::string text_of(const Setting& setting);
/// "1 run", "2 runs"
[[nodiscard]] std::string counted(std::size_t count, const std::string& noun);
[[nodiscard]] std::string joined(const std::vector<std::string>& parts, std::string_view between);

}  // namespace rowan::testing
