/// The ready-made scenarios: what each database allows, as docs/isolation.md tells it.

#include <fstream>
#include <isolation_test/orders.hpp>
#include <iterator>
#include <sstream>
#include <utility>

#include "kit.hpp"

namespace isolation {
namespace {

using rowan::Isolation, rowan::Transaction, rowan::Versions;

template <class B>
const Report& report() {
  static const Report out = explore(rowan::Schema::of<shop::Order>(), shop::scenarios_of_orders(),
                                    everywhere<B>()
                                        .versions({Versions::check, Versions::ignore})
                                        .guards({Guards::on, Guards::off}));
  return out;
}

/// By what transactions alone do, as Hermitage has it.
bool is_bare(const Setting& setting) {
  return setting.span == Transaction::from_first_read && setting.versions == Versions::ignore &&
         setting.guards == Guards::off;
}

std::vector<Anomaly> scenarios_allowed(const Report& report, Isolation level) {
  std::vector<Anomaly> out;
  for (const Cell& cell : report.cells())
    if (is_bare(cell.setting) && cell.setting.isolation == level &&
        cell.verdict() == Verdict::allowed)
      out.push_back(*cell.looks_for);
  return out;
}

/// The tables of to_markdown for what the page shows: with all, without guards, without both.
std::vector<std::string> tables(const Report& report) {
  std::vector<Cell> cells;
  for (const Cell& cell : report.cells()) {
    const Setting& s = cell.setting;
    if (s.versions == Versions::check || s.guards == Guards::off) cells.push_back(cell);
  }
  std::istringstream lines(to_markdown(Report(cells)));
  std::vector<std::string> out;
  bool in_table = false;
  for (std::string line; std::getline(lines, line);) {
    const bool was_in_table = std::exchange(in_table, line.starts_with("|"));
    if (!in_table) continue;
    if (!was_in_table) out.emplace_back();
    out.back() += line + "\n";
  }
  return out;
}

std::string page() {
  std::ifstream file(std::string(ROWAN_SOURCE_DIR) + "/docs/isolation.md", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE_TEMPLATE("all runs of the suite are made, and each finds what it was made for", B, Sqlite,
                   Postgres) {
  CHECK(report<B>().exhaustive());
  for (const Cell& cell : report<B>().cells()) {
    CAPTURE(cell.scenario);
    std::ostringstream setting;
    setting << cell.setting;
    CAPTURE(setting.str());
    REQUIRE(cell.looks_for);
    CHECK((cell.runs_not_serializable == 0) == cell.findings.empty());
    for (const auto& finding : cell.findings) {
      CAPTURE(finding.anomaly);
      // What two reads in two transactions see is read skew, whatever else there is to see.
      const bool is_by_the_way =
          (cell.looks_for == Anomaly::otv && finding.anomaly == Anomaly::g_single) ||
          (cell.looks_for == Anomaly::g1c && finding.anomaly == Anomaly::g2_item);
      const bool is_looked_for = finding.anomaly == *cell.looks_for;
      CHECK((is_looked_for || is_by_the_way));
    }
  }
}

TEST_CASE("on Postgres the levels allow what Hermitage says") {
  using enum Anomaly;
  const Report& found = report<Postgres>();
  CHECK(scenarios_allowed(found, Isolation::read_committed) ==
        std::vector{pmp, p4, g_single, g2_item, g2, delete_and_reinsert, phantom_child,
                    lost_child_update});
  // [pinned]
  CHECK(found.expect(Anomaly::torn_read, Isolation::read_committed, Expected::prevented));
  CHECK(found.expect(Anomaly::g2, Isolation::repeatable_read, Expected::allowed));
  // [/pinned]
  CHECK(scenarios_allowed(found, Isolation::repeatable_read) == std::vector{g2_item, g2});
  CHECK(scenarios_allowed(found, Isolation::serializable).empty());
}

TEST_CASE("on SQLite a transaction allows nothing") {
  CHECK(scenarios_allowed(report<Sqlite>(), Isolation::serializable).empty());
}

TEST_CASE_TEMPLATE("with versions and guards only what is no aggregate's is left", B, Sqlite,
                   Postgres) {
  const auto with_all = [](const Setting& setting) {
    return setting.versions == Versions::check && setting.guards == Guards::on;
  };
  using enum Anomaly;
  for (const Anomaly anomaly : {g0, g1a, g1b, g1c, otv, p4, g_single, g2_item, torn_read,
                                phantom_child, lost_child_update, zombie_child}) {
    CAPTURE(anomaly);
    CHECK(report<B>().expect(anomaly, with_all, Expected::prevented));
  }
}

TEST_CASE_TEMPLATE("what was expected is told with what was found", B, Sqlite, Postgres) {
  const auto loose = [](const Setting& setting) {
    return setting.span == Transaction::at_commit && setting.versions == Versions::ignore &&
           setting.guards == Guards::on;
  };
  const auto check = report<B>().expect(Anomaly::p4, loose, Expected::prevented);
  REQUIRE(check.faults.size() == 1);
  CHECK(check.faults.front().find("P4 was expected to be prevented, and is allowed") !=
        std::string::npos);
  CHECK(check.faults.front().find("schedule 1221") != std::string::npos);

  const auto other = report<B>().expect(Anomaly::g1a, loose, Expected::allowed);
  REQUIRE(other.faults.size() == 1);
  CHECK(other.faults.front().find("G1a was expected to be allowed, and is prevented-by-snapshot") !=
        std::string::npos);

  CHECK_THROWS_AS((void)report<B>().expect(Anomaly::not_serializable, loose, Expected::allowed),
                  rowan::UsageError);
}

TEST_CASE_TEMPLATE("docs/isolation.md has the tables that the runs give", B, Sqlite, Postgres) {
  const std::string text = page();
  for (const std::string& table : tables(report<B>())) {
    const bool is_there = text.find(table) != std::string::npos;
    CHECK_MESSAGE(is_there, "docs/isolation.md should have this table:\n" << table);
  }
}

}  // namespace isolation
