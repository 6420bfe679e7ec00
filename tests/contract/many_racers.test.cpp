/// Many units of work at once: of those that have read one version one writes, and those on roots
/// of their own do not meet.

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "orders.hpp"
#include "ways.hpp"

using namespace contract;
using rowan::StaleDataError;

namespace {

struct Tally {
  std::atomic<int> won{0};
  std::atomic<int> stale{0};
  std::atomic<int> other{0};
  std::atomic<int> after_commit{0};
};

void commit(rowan::UnitOfWork& unit, Tally& tally) {
  try {
    unit.commit();
    ++tally.won;
  } catch (const StaleDataError& error) {
    const auto& all = error.conflicts();
    if (all.size() == 1 && all.front().expected == 1 && all.front().found == 2) ++tally.stale;
  } catch (const rowan::Error&) {
    ++tally.other;
  }
}

template <class B>
void check_race(const Way& way, int racers) {
  CAPTURE(way.name);
  Database<B> db;
  Tally tally;
  rowan::StoreOptions options;
  options.journal = way.journal;
  options.connections = 50;
  options.work.lock_timeout = std::chrono::seconds(60);
  rowan::Store store = db.template open<Order>(options);
  store_all(store, order(1));
  rowan::WorkOptions work{.transaction = way.span, .isolation = way.level};
  work.hooks.after_commit = [&](rowan::UnitOfWork&) { ++tally.after_commit; };
  std::vector<rowan::UnitOfWork> units;
  for (int i = 0; i < racers; ++i) {
    units.push_back(store.begin(work));
    units.back().template get<Order>({1})->lines[static_cast<std::size_t>(i % 2)].quantity =
        100 + i;
  }
  std::vector<std::thread> threads;
  for (auto& unit : units) threads.emplace_back([&] { commit(unit, tally); });
  for (auto& thread : threads) thread.join();
  CHECK(tally.won == 1);
  CHECK(tally.stale == racers - 1);
  CHECK(tally.other == 0);
  CHECK(tally.after_commit == 1);
  CHECK(db.number("SELECT version FROM orders") == 2);
  CHECK(db.number("SELECT count(*) FROM order_lines WHERE quantity >= 100") == 1);
  CHECK(store.counters().commits == 2);
  CHECK(store.counters().conflicts == static_cast<std::uint64_t>(racers - 1));
}

}  // namespace

TEST_CASE_TEMPLATE("of fifty that change children of one root one wins, and all others are stale",
                   B, Sqlite, Postgres) {
  for (const Way& way : open_ways<B>())
    check_race<B>(way, way.span == rowan::Transaction::at_commit ? 50 : 20);
}

TEST_CASE_TEMPLATE("units on as many roots all commit, in every way that looks at what it writes",
                   B, Sqlite, Postgres) {
  constexpr int writers = 20;
  for (const Way& way : open_ways<B>()) {
    // There the database may take the reads of small tables for reads of all rows: see below.
    if (way.level == rowan::Isolation::serializable) continue;
    CAPTURE(way.name);
    Database<B> db;
    Tally tally;
    rowan::StoreOptions options;
    options.journal = way.journal;
    options.connections = writers;
    options.work.lock_timeout = std::chrono::seconds(60);
    rowan::Store store = db.template open<Order>(options);
    for (int i = 1; i <= writers; ++i) store_all(store, order(i));
    std::vector<rowan::UnitOfWork> units;
    for (int i = 1; i <= writers; ++i) {
      units.push_back(store.begin({.transaction = way.span, .isolation = way.level}));
      units.back().template get<Order>({i})->customer = "mine";
    }
    std::vector<std::thread> threads;
    for (auto& unit : units) threads.emplace_back([&] { commit(unit, tally); });
    for (auto& thread : threads) thread.join();
    CHECK(tally.won == writers);
    CHECK(db.number("SELECT count(*) FROM orders WHERE version = 2 AND customer = 'mine'") ==
          writers);
  }
}

TEST_CASE(
    "units on as many roots all commit at serializable, begun again by transact: Postgres only") {
  constexpr int writers = 20;
  Database<Postgres> db;
  rowan::StoreOptions options;
  options.connections = writers;
  options.work.isolation = rowan::Isolation::serializable;
  options.work.retry = rowan::Retry{.attempts = 100, .pause = std::chrono::milliseconds(1)};
  rowan::Store store = db.open<Order>(options);
  for (int i = 1; i <= writers; ++i) store_all(store, order(i));
  std::atomic<int> failed{0};
  std::vector<std::thread> threads;
  for (int i = 1; i <= writers; ++i)
    threads.emplace_back([&, i] {
      try {
        store.transact([&](rowan::UnitOfWork& unit) { unit.get<Order>({i})->customer = "mine"; });
      } catch (const rowan::Error&) {
        ++failed;
      }
    });
  for (auto& thread : threads) thread.join();
  CHECK(failed == 0);
  CHECK(store.counters().conflicts == 0);  // nobody was stale
  CHECK(db.number("SELECT count(*) FROM orders WHERE version = 2 AND customer = 'mine'") ==
        writers);
}
