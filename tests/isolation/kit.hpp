#pragma once
/// What the tests of the isolation kit are about: an account, an order with lines, and where they
/// are run.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>

#include <rowan/mapping.hpp>
#include <rowan/rowan.hpp>
#include <rowan/testing/explore.hpp>
#include <rowan/testing/printing.hpp>

namespace isolation {

using rowan::testing::Actor, rowan::testing::ActorCode, rowan::testing::Anomaly,
    rowan::testing::Cell, rowan::testing::Coverage, rowan::testing::Guards, rowan::testing::Matrix,
    rowan::testing::Expected, rowan::testing::Report, rowan::testing::Scenario,
    rowan::testing::Setting, rowan::testing::Steps, rowan::testing::TestDatabase,
    rowan::testing::Verdict, rowan::testing::explore;

struct Account {
  std::int64_t id = 0;
  std::int64_t version = 0;
  std::int64_t balance = 0;
};
inline rowan::Mapping<Account, std::int64_t> mapping_of(std::type_identity<Account>) {
  return rowan::aggregate("accounts", rowan::key("id", &Account::id),
                          rowan::version("version", &Account::version))
      .column("balance", &Account::balance);
}

struct Line {
  std::int64_t number = 0;
  std::int64_t quantity = 0;
};
struct Order {
  std::int64_t id = 0;
  std::int64_t version = 0;
  std::int64_t total = 0;
  std::vector<Line> lines;
};
inline rowan::Mapping<Line> lines() {
  return rowan::child("order_lines", rowan::parent("order_id"),
                      rowan::key("line_no", &Line::number))
      .column("quantity", &Line::quantity);
}
inline rowan::Mapping<Order, std::int64_t> mapping_of(std::type_identity<Order>) {
  return rowan::aggregate("orders", rowan::key("id", &Order::id),
                          rowan::version("version", &Order::version))
      .column("total", &Order::total)
      .children(&Order::lines, lines());
}

struct Sqlite {
  static TestDatabase database() { return TestDatabase::sqlite(); }
};
struct Postgres {
  static TestDatabase database() {
    const char* keywords = std::getenv("ROWAN_TEST_POSTGRES");
    REQUIRE_MESSAGE(keywords != nullptr, "ROWAN_TEST_POSTGRES names no server");
    return TestDatabase::postgres("postgresql://" + std::string(keywords));
  }
};

/// Every level, in a transaction of its own at the end, or one from the first read on.
template <class B>
Matrix everywhere() {
  using enum rowan::Isolation;
  return Matrix()
      .on(B::database())
      .isolation({read_committed, repeatable_read, serializable})
      .spans({rowan::Transaction::at_commit, rowan::Transaction::from_first_read});
}

/// Every cell has found it.
inline bool all_show(const Report& report, Anomaly anomaly) {
  for (const Cell& cell : report.cells()) {
    bool shows = false;
    for (const auto& finding : cell.findings) shows = shows || finding.anomaly == anomaly;
    if (!shows) return false;
  }
  return !report.cells().empty();
}

}  // namespace isolation
