/// Many threads on one store.

#include <atomic>
#include <chrono>
#include <thread>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::StaleDataError;

namespace {

/// Eight threads add and change what is theirs; returns what went wrong.
std::size_t failures_of_eight(rowan::Store& store) {
  std::atomic<std::size_t> failures = 0;
  std::vector<std::thread> threads;
  for (std::int64_t t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      try {
        for (std::int64_t i = 1; i <= 6; ++i) {
          const OrderId id{t * 100 + i};
          store.transact([&](rowan::UnitOfWork& work) { work.add(order(id.value)); });
          store.transact([&](rowan::UnitOfWork& work) {
            work.get<Order>(id)->lines[0].quantity = 7;
            if (work.find_all<Order>(rowan::where("id = ?", id)).size() != 1) ++failures;
          });
        }
      } catch (const std::exception& error) {
        ++failures;
        MESSAGE(error.what());
      }
    });
  for (auto& thread : threads) thread.join();
  return failures;
}

}  // namespace

TEST_CASE_TEMPLATE("a store serves many threads, with fewer connections than threads", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::StoreOptions options;
  options.connections = 3;
  rowan::Store store = db.template open<Order>(options);
  CHECK(failures_of_eight(store) == 0);
  CHECK(db.number("SELECT count(*) FROM orders WHERE version = 2") == 48);
  CHECK(db.number("SELECT count(*) FROM order_lines WHERE quantity = 7") == 48);
  CHECK(store.counters().commits == 96);
}

TEST_CASE("a database in memory serves many threads, one after the other") {
  rowan::Store store("sqlite3://:memory:", rowan::Schema::of<Order>(), {.driver = usual_driver()});
  store.create_tables();
  CHECK(failures_of_eight(store) == 0);
  auto work = store.begin();
  CHECK(work.count<Order>(rowan::where("version = 2")) == 48);
}

TEST_CASE_TEMPLATE("of many that race from one version exactly one wins", B, Sqlite, Postgres) {
  constexpr int racers = 12;
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  std::vector<rowan::UnitOfWork> units;
  for (int i = 0; i < racers; ++i) {
    units.push_back(store.begin());
    units.back().get<Order>({1})->customer = "racer " + std::to_string(i);
  }
  std::atomic<int> won{0};
  std::atomic<int> lost{0};
  std::vector<std::thread> threads;
  for (auto& unit : units)
    threads.emplace_back([&] {
      try {
        unit.commit();
        ++won;
      } catch (const StaleDataError&) {
        ++lost;
      }
    });
  for (auto& thread : threads) thread.join();
  CHECK(won == 1);
  CHECK(lost == racers - 1);
  CHECK(db.number("SELECT version FROM orders") == 2);
}

TEST_CASE_TEMPLATE("many on as many roots do not meet", B, Sqlite, Postgres) {
  constexpr int writers = 8;
  Database<B> db;
  rowan::Store store = db.template open<Order>();
  for (int i = 1; i <= writers; ++i) store_all(store, order(i));
  std::atomic<int> failed{0};
  std::vector<std::thread> threads;
  for (int i = 1; i <= writers; ++i)
    threads.emplace_back([&, i] {
      try {
        auto work = store.begin();
        work.get<Order>({i})->customer = "Bob";
        work.commit();
      } catch (const rowan::Error&) {
        ++failed;
      }
    });
  for (auto& thread : threads) thread.join();
  CHECK(failed == 0);
  CHECK(db.number("SELECT count(*) FROM orders WHERE version = 2") == writers);
}

TEST_CASE_TEMPLATE("no update is lost when all retry until they succeed", B, Sqlite, Postgres) {
  constexpr int writers = 4;
  constexpr int rounds = 5;
  Database<B> db;
  rowan::Store store = db.template open<Order>();
  Order zero = order(1);
  zero.lines[0].quantity = 0;
  store_all(store, zero);
  std::vector<std::thread> threads;
  for (int i = 0; i < writers; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < rounds; ++n)
        store.transact(
            [](rowan::UnitOfWork& work) { ++work.get<Order>({1})->lines[0].quantity; },
            {.retry = rowan::Retry{.attempts = 200, .pause = std::chrono::milliseconds(1)}});
    });
  for (auto& thread : threads) thread.join();
  CHECK(db.number("SELECT quantity FROM order_lines WHERE line_no = 1") == writers * rounds);
  CHECK(db.number("SELECT version FROM orders") == 1 + writers * rounds);
}
