/// A report as Markdown, as a page, as JSON and as histories for Elle: nothing of it is lost, and
/// nothing in it is taken for markup.

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <rowan/testing/printing.hpp>

#include "testing/printing/short_sql.hpp"

using namespace rowan::testing;
using nlohmann::json;
using rowan::Isolation;
using rowan::Transaction;
using rowan::Versions;
using Kind = VersionAccess::Kind;

namespace {

const std::string hostile = "<script>alert('&\"|`*')</script>";

Run run_of_two(const std::string& label, const std::string& sql) {
  Run out;
  out.schedule = "1212";
  out.steps = {
      {1, label, {{1, "BEGIN", ""}, {1, sql, "1 row"}, {1, "has read accounts 1", "version 1"}}},
      {2, "waits", {{2, "UPDATE accounts SET balance = ?", ""}, {2, "waits for another", ""}}},
      {1, "end", {{1, "COMMIT", ""}, {2, "UPDATE accounts SET balance = ?", "0 rows"}}},
      {2, "end", {{2, "DELETE FROM order_lines WHERE id = ?", "40001"}, {2, "ROLLBACK", ""}}}};
  out.ended = {"committed", "StaleDataError"};
  out.serializable = false;
  return out;
}

Cell cell(const std::string& scenario, const Setting& setting) {
  Cell out;
  out.scenario = scenario;
  out.looks_for = Anomaly::p4;
  out.setting = setting;
  out.runs = 6;
  return out;
}

const Setting sqlite{"SQLite", Isolation::serializable, Transaction::from_first_read};
const Setting committed{"PostgreSQL", Isolation::read_committed, Transaction::at_commit};
const Setting repeatable{"PostgreSQL", Isolation::repeatable_read, Transaction::from_first_read};

/// Two databases, two scenarios, each verdict.
Report sample() {
  const Run run = run_of_two("loaded " + hostile, "SELECT '" + hostile + "' FROM accounts");
  std::vector<Cell> cells{cell("deposits", sqlite),     cell(hostile, sqlite),
                          cell("deposits", committed),  cell(hostile, committed),
                          cell("deposits", repeatable), cell(hostile, repeatable)};
  cells[0].runs_with_waiting = 2;
  cells[1].findings = {{Anomaly::p4, hostile, run}};
  cells[2].errors = {{"LockTimeout", 1}, {"StaleDataError", 4}};
  cells[3].findings = {{Anomaly::g_single, "read skew", run}, {Anomaly::p4, hostile, run}};
  cells[3].errors = {{"StaleDataError", 4}};
  cells[3].histories = {{{{1, Kind::read, "accounts 1", 1},
                          {1, Kind::written, "accounts 1", 2},
                          {2, Kind::read, "accounts 1", 2},
                          {2, Kind::written, "accounts 1", 3},
                          {3, Kind::read, "accounts 1", 1}},
                         {true, true, false}}};
  cells[4].findings = {{Anomaly::g_single, "read skew", run}};
  cells[4].looks_for = Anomaly::g2_item;
  cells[5].looks_for.reset();
  cells[5].runs = 2500;
  cells[5].random_runs = 500;
  cells[5].seed = 7;
  cells[5].coverage = Coverage::limited;
  cells[5].waits = Cell::Waits::assumed;
  return Report(cells);
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t out = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++out;
  return out;
}

bool contains(const std::string& text, const std::string& part) {
  return count(text, part) > 0;
}

/// The first thing that is wrong with the tags of a page; empty: all are closed in turn.
std::string fault_of_tags(const std::string& page) {
  const std::set<std::string> without_end{"!DOCTYPE", "meta"};
  std::vector<std::string> open;
  for (std::size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at)) {
    const std::size_t end = page.find('>', at);
    if (end == std::string::npos) return "no end of " + page.substr(at);
    const std::string tag = page.substr(at + 1, end - at - 1);
    at = end;
    const bool closes = tag.starts_with("/");
    const std::string name = tag.substr(closes ? 1 : 0, tag.find(' ') - (closes ? 1 : 0));
    if (count(tag, "\"") % 2 != 0) return "quotes in " + tag;
    if (without_end.contains(name)) continue;
    if (!closes) {
      open.push_back(name);
      continue;
    }
    if (open.empty() || open.back() != name) return "unexpected " + tag;
    open.pop_back();
  }
  return open.empty() ? "" : "left open: " + open.back();
}

std::vector<json> operations_in(const std::string& text) {
  return json::parse(text);
}

Report report_of(const History& history) {
  Cell out = cell("deposits", committed);
  out.histories = {history};
  return Report({out});
}

json values(const std::vector<json>& operations) {
  json out = json::array();
  for (const json& operation : operations) out.push_back(operation["value"]);
  return out;
}

}  // namespace

TEST_CASE("JSON has each cell with the same keys") {
  const json cells = json::parse(to_json(sample()));

  REQUIRE(cells.size() == 6);
  for (const json& one : cells) {
    std::set<std::string> keys;
    for (const auto& [key, _] : one.items()) keys.insert(key);
    CHECK(keys == std::set<std::string>{"database", "level", "span", "versions", "guards",
                                        "scenario", "looks_for", "verdict", "error", "anomalies",
                                        "witness", "runs", "coverage", "waits"});
  }
  CHECK(cells[0]["verdict"] == "prevented-by-waiting");
  CHECK(cells[0]["error"] == nullptr);
  CHECK(cells[0]["witness"] == nullptr);
  CHECK(cells[2]["error"] == "LockTimeout, StaleDataError");
  CHECK(cells[3]["scenario"] == hostile);
  CHECK(cells[3]["level"] == "read_committed");
  CHECK(cells[3]["span"] == "at_commit");
  CHECK(cells[3]["anomalies"] == json::array({"G-single", "P4"}));
  CHECK(cells[3]["witness"] == "1212");
  CHECK(cells[5]["looks_for"] == nullptr);
  CHECK(cells[5]["coverage"] == "limited");
  CHECK(cells[5]["waits"] == "assumed");
}

TEST_CASE("JSON stands bytes that are not UTF-8") {
  CHECK(json::parse(to_json(Report({cell("\xFF", sqlite)})))[0]["scenario"] == "\xEF\xBF\xBD");
}

TEST_CASE("Markdown has a table for each database, and in it each cell") {
  const std::string text = to_markdown(sample());

  CHECK(contains(text,
                 "### SQLite: versions check, guards on\n\n"
                 "| scenario | serializable<br>from first read |\n| --- | --- |\n"
                 "| deposits | waiting |\n"));
  CHECK(contains(
      text, "| scenario | read committed<br>at commit | repeatable read<br>from first read |"));
  CHECK(contains(text,
                 "| deposits | error: LockTimeout, StaleDataError | "
                 "snapshot <sub>(shows G-single)</sub> |\n"));
  CHECK(contains(text, " | **allowed** <sub>(shows G-single)</sub> | snapshot |\n"));
  CHECK(contains(text,
                 "2530 runs: 5 cells all interleavings; 1 cell first 2000 in order, 500 at random, "
                 "seed 7 (waits assumed)."));
}

TEST_CASE("a table that were too wide is one for each choice of versions and guards") {
  std::vector<Cell> cells;
  for (const auto versions : {Versions::check, Versions::ignore})
    for (const auto guards : {Guards::on, Guards::off})
      for (Setting setting : {committed, repeatable}) {
        setting.versions = versions;
        setting.guards = guards;
        cells.push_back(cell("deposits", setting));
      }

  const std::string wide = to_markdown(Report(cells));
  cells.resize(4);
  const std::string narrow = to_markdown(Report(cells));

  CHECK(count(wide, "### PostgreSQL") == 4);
  CHECK(contains(wide, "### PostgreSQL: versions ignore, guards off\n"));
  CHECK(count(narrow, "### PostgreSQL") == 1);
  CHECK(contains(narrow, "### PostgreSQL: versions check\n"));
  CHECK(contains(narrow, "| read committed<br>at commit<br>guards off |"));
}

TEST_CASE("Markdown shows the shortest schedule of a scenario, and takes no text for markup") {
  Cell longer = cell("deposits", committed);
  longer.findings = {{Anomaly::p4, "why", run_of_two("ends the ``` block", "SELECT 1")}};
  longer.findings[0].witness.schedule = "12121";
  Cell shorter = cell("deposits", repeatable);
  shorter.findings = {{Anomaly::p4, "why", run_of_two("ends the ``` block", "SELECT 1")}};

  const std::string text = to_markdown(Report({longer, shorter}));

  CHECK_FALSE(contains(text, "schedule 12121\n"));
  CHECK(contains(text, "````text\nschedule 1212\n  actor 1 -> ends the ``` block\n"));
  CHECK(contains(text, "  actor 2: StaleDataError\n````\n"));
  CHECK(contains(to_markdown(sample()),
                 "| &lt;script&gt;alert('&amp;\"\\|\\`\\*')&lt;/script&gt; |"));
}

TEST_CASE("a page is well-formed, needs nothing else, and has each cell") {
  const std::string page = to_html(sample(), "Title of " + hostile);

  CHECK(fault_of_tags(page) == "");
  CHECK_FALSE(contains(page, "http"));
  CHECK_FALSE(contains(page, "<script"));
  CHECK_FALSE(contains(page, "url("));
  CHECK(contains(page, "<title>Title of &lt;script&gt;alert(&#39;&amp;&quot;|`*&#39;)"));
  CHECK(contains(page, "Allowed: 2; prevented by an error: 1, by waiting: 1, by a snapshot: 2"));
  CHECK(count(page, "<td class=\"allowed\">") == 2);
  CHECK(count(page, "<td class=\"error\">") == 1);
  CHECK(count(page, "<td class=\"waiting\">") == 1);
  CHECK(count(page, "<td class=\"snapshot\">") == 2);
}

TEST_CASE("each finding on a page links to a schedule, and one of several cells is drawn once") {
  const std::string page = to_html(sample(), "title");

  CHECK(count(page, "<section class=\"witness\"") == 3);
  for (const std::string number : {"1", "2", "3"}) {
    CHECK(count(page, "id=\"w" + number + "\"") == 1);
    CHECK(contains(page, "href=\"#w" + number + "\""));
  }
  CHECK(count(page, "href=\"#w1\"") == 2);
  CHECK(contains(page, "<summary>2 settings</summary>"));
}

TEST_CASE("a schedule on a page has a lane for each actor") {
  Cell shown = cell("deposits", committed);
  shown.findings = {{Anomaly::p4, "why", run_of_two("loaded", "SELECT a FROM accounts")}};

  const std::string page = to_html(Report({shown}), "title");

  CHECK(fault_of_tags(page) == "");
  CHECK(contains(page, "<th>actor 1</th><th>actor 2</th></tr>"));
  CHECK(contains(page, "<code title=\"SELECT a FROM accounts\">SELECT accounts</code>"));
  CHECK(contains(page, "<span class=\"outcome\">1 row</span>"));
  CHECK(contains(page, "<span class=\"outcome none\">0 rows</span>"));
  CHECK(contains(page, "<span class=\"outcome failed\">40001</span>"));
  CHECK(contains(page, "<div class=\"line wait\">"));
  CHECK(contains(page, "<div class=\"line rollback\"><code>ROLLBACK</code></div>"));
  CHECK(contains(page, "<div class=\"reached\">loaded</div>"));
  CHECK(contains(page, "<div class=\"box resumed\">"));
  CHECK(
      contains(page, "<td class=\"committed\">committed</td><td class=\"thrown\">StaleDataError"));
}

TEST_CASE("an empty report can be printed") {
  const Report none({});

  CHECK(to_json(none) == "[]\n");
  CHECK(json::parse(to_elle(none, HistoryModel::list_append)).empty());
  CHECK(fault_of_tags(to_html(none, "title")) == "");
  CHECK(contains(to_markdown(none), "0 runs."));
}

TEST_CASE("statements are shortened to their verb and their table") {
  CHECK(short_sql("SELECT a, b FROM orders WHERE id IN (?)") == "SELECT orders");
  CHECK(short_sql("SELECT 1 FROM \"my orders\" WHERE id = ? FOR SHARE") ==
        "SELECT my orders FOR SHARE");
  CHECK(short_sql("INSERT INTO order_lines(a) VALUES (?)") == "INSERT order_lines");
  CHECK(short_sql("UPDATE orders SET a = ?") == "UPDATE orders");
  CHECK(short_sql("DELETE FROM orders WHERE id = ?") == "DELETE orders");
  CHECK(short_sql("SAVEPOINT one") == "SAVEPOINT one");
  CHECK(short_sql("SELECT count(*) FROM (SELECT 1 FROM orders) AS o").starts_with("SELECT count("));
  CHECK(short_sql(std::string(39, 'x') + "ää") == std::string(39, 'x') + "…");
}

TEST_CASE("Elle's operations are transactions: all of a run are invoked before one is done") {
  const auto operations = operations_in(to_elle(sample(), HistoryModel::list_append));

  REQUIRE(operations.size() == 8);
  std::vector<std::string> types;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    CHECK(operations[i]["index"] == i);
    CHECK(operations[i]["f"] == "txn");
    types.push_back(operations[i]["type"].get<std::string>() +
                    std::to_string(operations[i]["process"].get<int>()));
  }
  CHECK(types == std::vector<std::string>{"invoke0", "ok0", "invoke1", "invoke2", "invoke3", "ok1",
                                          "ok2", "fail3"});
}

TEST_CASE("an Elle list has all versions up to the one that was read") {
  const auto operations = operations_in(to_elle(sample(), HistoryModel::list_append));

  CHECK(operations[1]["value"] == json::parse(R"([["append", "c4r1 accounts 1", 1]])"));
  CHECK(operations[2]["value"] == json::parse(R"([["r", "c4r1 accounts 1", null],
                                                  ["append", "c4r1 accounts 1", 2]])"));
  CHECK(operations[5]["value"] == json::parse(R"([["r", "c4r1 accounts 1", [1]],
                                                  ["append", "c4r1 accounts 1", 2]])"));
  CHECK(operations[6]["value"] == json::parse(R"([["r", "c4r1 accounts 1", [1, 2]],
                                                  ["append", "c4r1 accounts 1", 3]])"));
  CHECK(operations[7]["value"] == json::parse(R"([["r", "c4r1 accounts 1", null]])"));
}

TEST_CASE("an Elle register has the version that was read") {
  const auto operations = operations_in(to_elle(sample(), HistoryModel::rw_register));

  CHECK(operations[1]["value"] == json::parse(R"([["w", "c4r1 accounts 1", 1]])"));
  CHECK(operations[6]["value"] == json::parse(R"([["r", "c4r1 accounts 1", 2],
                                                  ["w", "c4r1 accounts 1", 3]])"));
}

TEST_CASE("what Elle is told was written is written once, whatever versions were") {
  History history;
  SUBCASE("two wrote one version, as Versions::ignore lets them; a third read one of them") {
    history = {{{1, Kind::read, "a", 1},
                {1, Kind::written, "a", 2},
                {2, Kind::read, "a", 1},
                {2, Kind::written, "a", 2},
                {3, Kind::read, "a", 2}},
               {true, true, true}};
    const auto told = values(operations_in(to_elle(report_of(history), HistoryModel::list_append)));
    CHECK(told[5] == json::parse(R"([["r", "c1r1 a", [1]], ["append", "c1r1 a", 2]])"));
    CHECK(told[6] == json::parse(R"([["r", "c1r1 a", [1]], ["append", "c1r1 a", 1000000002]])"));
    CHECK(told[7].empty());
  }
  SUBCASE("one removed the version that it had read") {
    history = {{{1, Kind::read, "a", 1}, {1, Kind::written, "a", 1}, {2, Kind::read, "a", 1}},
               {true, true}};
    const auto told = values(operations_in(to_elle(report_of(history), HistoryModel::list_append)));
    CHECK(told[4] == json::parse(R"([["r", "c1r1 a", [1]], ["append", "c1r1 a", 1000000001]])"));
    CHECK(told[5] == json::parse(R"([["r", "c1r1 a", [1]]])"));
  }
  SUBCASE("one rolled back what another then committed") {
    history = {{{1, Kind::written, "a", 2}, {2, Kind::written, "a", 2}}, {false, true}};
    const auto told = values(operations_in(to_elle(report_of(history), HistoryModel::list_append)));
    CHECK(told[2] == json::parse(R"([["append", "c1r1 a", 1000000002]])"));
    CHECK(told[3] == json::parse(R"([["append", "c1r1 a", 2]])"));
  }

  std::set<std::string> written;
  for (const json& operation :
       operations_in(to_elle(report_of(history), HistoryModel::list_append)))
    for (const json& part : operation["value"])
      if (operation["type"] == "invoke" && part[0] == "append")
        CHECK(written.insert(part[1].get<std::string>() + part[2].dump()).second);
}

TEST_CASE("a version that no actor wrote in the run is to Elle the work of a process of its own") {
  const History history{{{1, Kind::read, "a", 1}, {2, Kind::read, "a", 2}}, {true, true}};

  const auto operations = operations_in(to_elle(report_of(history), HistoryModel::list_append));

  REQUIRE(operations.size() == 8);
  CHECK(operations[1]["value"] == json::parse(R"([["append", "c1r1 a", 1]])"));
  CHECK(operations[6]["value"] == json::parse(R"([["r", "c1r1 a", [1, 2]]])"));
  CHECK(operations[7]["process"] == 3);
  CHECK(operations[7]["value"] == json::parse(R"([["append", "c1r1 a", 2]])"));
}

TEST_CASE("whatever a run was, Elle's reads of a key are prefixes of one another") {
  const History history{{{1, Kind::read, "a", 1},
                         {1, Kind::written, "a", 2},
                         {2, Kind::read, "a", 1},
                         {3, Kind::read, "a", 2},
                         {3, Kind::written, "a", 3},
                         {4, Kind::read, "a", 3},
                         {4, Kind::read, "b", 5}},
                        {true, true, true, true}};

  std::map<std::string, std::vector<json>> longest;
  for (const json& operation :
       operations_in(to_elle(report_of(history), HistoryModel::list_append)))
    for (const json& part : operation["value"]) {
      if (part[0] != "r" || part[2].is_null()) continue;
      const auto read = part[2].get<std::vector<json>>();
      auto& known = longest[part[1].get<std::string>()];
      const auto common = std::min(known.size(), read.size());
      CHECK(std::equal(read.begin(), read.begin() + static_cast<std::ptrdiff_t>(common),
                       known.begin()));
      if (read.size() > known.size()) known = read;
    }

  CHECK(longest["c1r1 a"] == std::vector<json>{1, 2, 3});
  CHECK(longest["c1r1 b"] == std::vector<json>{5});
}
