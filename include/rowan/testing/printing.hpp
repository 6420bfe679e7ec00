#pragma once
/// A report as something to read: text, tables, a page; and as something for other programs.

#include <string>

#include <rowan/testing/report.hpp>

namespace rowan::testing {

/// A line for each cell, and beneath those that allow something the shortest schedule that shows
/// it.
[[nodiscard]] std::string to_text(const Report& report);
/// One table for each database, the scenarios down and the settings across; then the witnesses.
[[nodiscard]] std::string to_markdown(const Report& report);
/// A page that needs nothing else, with the schedules drawn as lanes: one column an actor, time
/// runs down.
[[nodiscard]] std::string to_html(const Report& report, const std::string& title);
/// An array of objects, one a cell: database, level, span, versions, guards, scenario, verdict,
/// error (null where nothing was thrown), anomalies, witness (null where nothing is allowed), runs
/// and coverage.
[[nodiscard]] std::string to_json(const Report& report);

/// For checkers of histories such as Elle (https://github.com/jepsen-io/elle).
enum class HistoryModel {
  list_append,  ///< a version of an aggregate is an element that its writer appended
  rw_register,  ///< an aggregate is a register, and a version of it a value
};
/// An array of operations, one a line, as elle-cli reads it: all runs one after another with keys
/// of their own. Of aggregates with counted versions; what a query has found is not in it. Elle
/// finds most in list_append.
[[nodiscard]] std::string to_elle(const Report& report, HistoryModel model);

}  // namespace rowan::testing
