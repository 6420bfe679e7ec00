#include "html_lanes.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <vector>

#include "html_text.hpp"
#include "short_sql.hpp"

namespace rowan::testing {
namespace {

/// What one actor did in one step without another coming in between.
struct Box {
  int actor = 0;
  std::vector<const Event*> events;
  std::string reached;  ///< beneath the last box of who made the step
};

std::vector<Box> boxes_of(const Step& step) {
  std::vector<Box> out;
  for (const Event& event : step.events) {
    if (out.empty() || out.back().actor != event.actor) out.push_back({event.actor, {}, {}});
    out.back().events.push_back(&event);
  }
  const auto last = std::find_if(out.rbegin(), out.rend(),
                                 [&](const Box& box) { return box.actor == step.actor; });
  if (last == out.rend())
    out.insert(out.begin(), {step.actor, {}, step.reached});
  else
    last->reached = step.reached;
  return out;
}

/// By actor, whether its transaction has written: the end of one that has not is of no moment.
using Writing = std::map<int, bool>;

std::string kind_of(const Event& event, Writing& writing) {
  if (event.text == "waits for another") return "wait";
  if (event.text.starts_with("has read ")) return "note";
  if (event.text == "COMMIT") return writing[event.actor] ? "commit" : "begin";
  if (event.text.starts_with("ROLLBACK")) return "rollback";
  const bool begins = event.text.starts_with("BEGIN");
  if (begins || !event.text.starts_with("SELECT")) writing[event.actor] = !begins;
  return begins ? "begin" : "statement";
}

bool is_count_of_rows(const std::string& outcome) {
  const std::size_t digits = std::min(outcome.find_first_not_of("0123456789"), outcome.size());
  const std::string rest = outcome.substr(digits);
  return digits > 0 && (rest == " row" || rest == " rows");
}

std::string draw_outcome(const Event& event, const std::string& kind) {
  if (event.outcome.empty()) return {};
  const bool failed = kind != "note" && kind != "wait" && !is_count_of_rows(event.outcome);
  // A write that finds nothing is how a stale version shows; a list may well be empty.
  const bool missed = event.outcome == "0 rows" && !event.text.starts_with("SELECT");
  const std::string more = failed ? " failed" : missed ? " none" : "";
  return html_element("span", "outcome" + more, html_text(event.outcome));
}

/// The beginning of a statement, which is all there when it is pointed at.
std::string draw_sql(const std::string& sql) {
  const std::string brief = short_sql(sql);
  const std::string title = brief == sql ? "" : " title=\"" + html_text(sql) + "\"";
  return "<code" + title + ">" + html_text(brief) + "</code>";
}

std::string draw(const Event& event, Writing& writing) {
  const std::string kind = kind_of(event, writing);
  const bool is_sql = kind != "note" && kind != "wait";
  return html_element(
             "div", "line " + kind,
             (is_sql ? draw_sql(event.text) : html_element("span", "", html_text(event.text))) +
                 draw_outcome(event, kind)) +
         "\n";
}

/// A checkpoint, or the statement or COMMIT that comes next.
std::string draw_reached(const std::string& label) {
  if (label.empty() || label == "waits") return {};
  if (label == "end") return html_element("div", "reached quiet", "end");
  const std::string sql = short_sql(label);
  const bool is_sql = sql != label || label == "COMMIT" || label.starts_with("BEGIN");
  return html_element("div", is_sql ? "reached next" : "reached",
                      is_sql ? draw_sql(label) : html_text(label));
}

/// Others' boxes are of who had waited for this step.
std::string draw(const Box& box, const Step& step, Writing& writing) {
  std::string lines;
  for (const Event* event : box.events) lines += draw(*event, writing);
  lines += draw_reached(box.reached);
  return html_element("div", box.actor == step.actor ? "box" : "box resumed", "\n" + lines);
}

int lanes_of(const Run& run) {
  int out = static_cast<int>(run.ended.size());
  for (const Step& step : run.steps) {
    out = std::max(out, step.actor);
    for (const Event& event : step.events) out = std::max(out, event.actor);
  }
  return out;
}

std::string draw_row(const std::string& head, int lane_of_box, const std::string& box, int lanes) {
  std::string cells = html_element("th", "", head);
  for (int lane = 1; lane <= lanes; ++lane)
    cells += html_element("td", "", lane == lane_of_box ? box : "");
  return html_element("tr", head.empty() ? "" : "first", cells) + "\n";
}

std::string draw_ends(const Run& run, int lanes) {
  std::string cells = html_element("th", "", "end");
  for (std::size_t lane = 0; lane < static_cast<std::size_t>(lanes); ++lane) {
    const std::string how = lane < run.ended.size() ? run.ended[lane] : "";
    cells += html_element("td", how == "committed" ? "committed" : "thrown", html_text(how));
  }
  return html_element("tfoot", "", html_element("tr", "", cells));
}

}  // namespace

std::string draw_lanes(const Run& run) {
  const int lanes = lanes_of(run);
  std::string head = html_element("th", "", "step");
  for (int lane = 1; lane <= lanes; ++lane)
    head += html_element("th", "", "actor " + std::to_string(lane));
  std::string rows;
  Writing writing;
  for (std::size_t i = 0; i < run.steps.size(); ++i) {
    std::string number = std::to_string(i + 1);
    for (const Box& box : boxes_of(run.steps[i])) {
      rows += draw_row(number, box.actor, draw(box, run.steps[i], writing), lanes);
      number.clear();
    }
  }
  const std::string table = html_element("thead", "", html_element("tr", "", head)) + "\n" +
                            html_element("tbody", "", "\n" + rows) + "\n" + draw_ends(run, lanes);
  return html_element("div", "wide", html_element("table", "lanes", "\n" + table + "\n")) + "\n";
}

}  // namespace rowan::testing
