/// What an observer sees, and what a store counts.

#include <chrono>
#include <mutex>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using namespace std::chrono_literals;

namespace {

class Watcher final : public rowan::Observer {
 public:
  void statement(const rowan::StatementEvent& event) noexcept override {
    const std::scoped_lock lock(mutex_);
    statements.push_back({std::string(event.sql), event.took, event.rows, std::string(event.code)});
  }
  void committed(std::size_t aggregates) noexcept override {
    const std::scoped_lock lock(mutex_);
    commits.push_back(aggregates);
  }
  void conflict(const rowan::StaleDataError& error) noexcept override {
    const std::scoped_lock lock(mutex_);
    conflicts.emplace_back(error.what());
  }
  void retrying(int attempt, const rowan::Error& cause,
                std::chrono::milliseconds pause) noexcept override {
    const std::scoped_lock lock(mutex_);
    retries.push_back({attempt, cause.what(), pause});
  }

  struct Sent {
    std::string sql;
    std::chrono::nanoseconds took;
    std::size_t rows;
    std::string code;
  };
  struct Again {
    int attempt;
    std::string cause;
    std::chrono::milliseconds pause;
  };
  std::vector<Sent> statements;
  std::vector<std::size_t> commits;
  Strings conflicts;
  std::vector<Again> retries;

  [[nodiscard]] const Sent& last(const std::string& part) const {
    for (auto at = statements.rbegin(); at != statements.rend(); ++at)
      if (has(at->sql, part)) return *at;
    FAIL("not seen: ", part);
    throw std::logic_error("not reached");
  }

 private:
  std::mutex mutex_;
};

}  // namespace

TEST_CASE_TEMPLATE("the observer sees each statement with its rows, and each commit", B, Sqlite,
                   Postgres) {
  Database<B> db;
  const auto watcher = std::make_shared<Watcher>();
  rowan::StoreOptions options;
  options.observer = watcher;
  rowan::Store store = open_orders(db, {1, 2}, options);
  CHECK(watcher->commits == std::vector<std::size_t>{2});
  CHECK(watcher->last("INSERT INTO orders").rows == 1);

  watcher->statements.clear();
  db.log->clear();
  auto work = store.begin();
  const auto all = work.template find_all<Order>();
  CHECK(watcher->last("FROM orders").rows == 2);
  CHECK(watcher->last("FROM order_lines").rows == 4);
  all[0]->customer = "Bob";
  work.commit();
  work.commit();
  CHECK(watcher->commits == std::vector<std::size_t>{2, 1});
  CHECK(watcher->last("UPDATE").rows == 1);
  Strings seen;
  for (const auto& sent : watcher->statements) {
    CHECK(sent.code.empty());
    seen.push_back(sent.sql);
  }
  CHECK(seen == db.log->sql());  // neither more nor less than what was sent
}

TEST_CASE_TEMPLATE("the observer sees how long each statement took", B, Sqlite, Postgres) {
  Database<B> db;
  const auto watcher = std::make_shared<Watcher>();
  rowan::StoreOptions options;
  options.observer = watcher;
  rowan::Store store = open_orders(db, {1}, options);
  const std::string slow =
      db.postgres ? "pg_sleep(0.05) IS NOT NULL"
                  : "(WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                    "200000) SELECT count(*) FROM n) > 0";
  watcher->statements.clear();
  const auto start = std::chrono::steady_clock::now();
  auto work = store.begin();
  CHECK(work.template count<Order>(rowan::where("id = 1")) == 1);
  CHECK(work.template count<Order>(rowan::where(slow)) == 1);
  work.template get<Order>({1})->customer = "Bob";
  work.commit();
  const std::chrono::nanoseconds wall = std::chrono::steady_clock::now() - start;
  std::chrono::nanoseconds sum{};
  for (const auto& sent : watcher->statements) {
    if (!db.postgres) CHECK(sent.took.count() > 0);  // there several share one trip
    sum += sent.took;
  }
  CHECK(sum <= wall);
  const auto of_slow = watcher->last(slow).took;
  CHECK(of_slow > watcher->last("id = 1").took);
  CHECK(of_slow >= (db.postgres ? 50ms : 1ms));
}

TEST_CASE_TEMPLATE("the observer sees a statement that failed with its code, and no value", B,
                   Sqlite, Postgres) {
  Database<B> db;
  const auto watcher = std::make_shared<Watcher>();
  rowan::StoreOptions options;
  options.observer = watcher;
  rowan::Store store = db.template open<Order>(options);
  auto work = store.begin();
  CHECK_THROWS_AS((void)work.template find_all<Order>(rowan::where("colour = ?", "secret")),
                  rowan::QueryError);
  CHECK(watcher->last("colour").code == (Database<B>::postgres ? "42703" : "SQLITE_ERROR"));
  CHECK(watcher->statements.back().sql == "ROLLBACK");
  for (const auto& sent : watcher->statements) CHECK_FALSE(has(sent.sql, "secret"));
}

TEST_CASE_TEMPLATE("conflicts and retries are seen and counted", B, Sqlite, Postgres) {
  Database<B> db;
  const auto watcher = std::make_shared<Watcher>();
  rowan::StoreOptions options;
  options.observer = watcher;
  options.work.retry = rowan::Retry{.attempts = 3, .pause = 1ms};
  rowan::Store store = open_orders(db, {1}, options);
  const auto before = store.counters();
  CHECK(before.commits == 1);
  CHECK(before.loads == 0);
  CHECK(before.statements == watcher->statements.size());
  int attempts = 0;
  const std::string customer = store.transact([&](rowan::UnitOfWork& work) {
    auto ref = work.get<Order>({1});
    ref->customer += "!";
    if (++attempts < 3) db.execute("UPDATE orders SET version = version + 1");
    return ref->customer;
  });
  CHECK(customer == "Ann!");
  CHECK(attempts == 3);
  CHECK(watcher->conflicts ==
        Strings{"orders 1 is at version 2, expected 1", "orders 1 is at version 3, expected 2"});
  REQUIRE(watcher->retries.size() == 2);
  CHECK(watcher->retries[0].attempt == 2);
  CHECK(watcher->retries[0].cause == watcher->conflicts[0]);
  CHECK(watcher->retries[0].pause <= 1ms);
  CHECK(watcher->retries[1].attempt == 3);
  CHECK(watcher->retries[1].pause >= 1ms);
  CHECK(watcher->retries[1].pause <= 2ms);
  const auto after = store.counters();
  CHECK(after.commits == 2);
  CHECK(after.conflicts == 2);
  CHECK(after.retries == 2);
  CHECK(after.rollbacks == 2);
  CHECK(after.loads == 3);
  CHECK(after.statements == watcher->statements.size());
}

TEST_CASE_TEMPLATE("a read counts as no commit, and a rollback of nothing as no rollback", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  work.commit();
  work.rollback();
  CHECK(store.counters().commits == 1);
  CHECK(store.counters().rollbacks == 0);
  CHECK(store.counters().loads == 1);
  ref->customer = "Bob";
  work.flush();
  work.rollback();
  CHECK(store.counters().rollbacks == 1);
  CHECK(store.counters().commits == 1);
}
