/// A report for other programs: an array of objects, one a cell.

#include <nlohmann/json.hpp>

#include <rowan/testing/printing.hpp>

#include "print.hpp"

namespace rowan::testing {
namespace {

using Json = nlohmann::ordered_json;

Json or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json to_object(const Cell& cell) {
  Json anomalies = Json::array();
  for (const Finding& finding : cell.findings) anomalies.push_back(to_string(finding.anomaly));
  const Finding* shown = main_finding(cell);
  Json out;
  out["database"] = cell.setting.database;
  out["level"] = to_string(cell.setting.isolation);
  out["span"] = to_string(cell.setting.span);
  out["versions"] = to_string(cell.setting.versions);
  out["guards"] = to_string(cell.setting.guards);
  out["scenario"] = cell.scenario;
  out["looks_for"] = or_null(cell.looks_for ? to_string(*cell.looks_for) : "");
  out["verdict"] = to_string(cell.verdict());
  out["error"] = or_null(errors_of(cell));
  out["anomalies"] = std::move(anomalies);
  out["witness"] = or_null(shown ? shown->witness.schedule : "");
  out["runs"] = cell.runs;
  out["coverage"] = cell.coverage == Coverage::all ? "all" : "limited";
  out["waits"] = cell.waits == Cell::Waits::asked ? "asked" : "assumed";
  return out;
}

}  // namespace

std::string to_json(const Report& report) {
  Json out = Json::array();
  for (const Cell& cell : report.cells()) out.push_back(to_object(cell));
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace rowan::testing
