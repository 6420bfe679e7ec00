/// transact: what is tried again, how often, and what is not.

#include <chrono>

#include "database.hpp"
#include "failing_stores.hpp"
#include "orders.hpp"

using namespace contract;
using namespace std::chrono_literals;
using rowan::FailureKind;
using rowan::StaleDataError;
using rowan::testing::Fail;

TEST_CASE_TEMPLATE("transact starts again from the start for what a fresh attempt can cure", B,
                   Sqlite, Postgres) {
  for (const auto kind : {FailureKind::serialization, FailureKind::deadlock,
                          FailureKind::lock_timeout, FailureKind::connection_lost}) {
    std::size_t operations = 0;
    {
      Watched<B> counted;
      counted.script->count();
      counted.run();
      operations = counted.script->operations();
    }
    REQUIRE(operations >= 6);  // BEGIN, SELECT, COMMIT; BEGIN, UPDATE, COMMIT
    for (std::size_t n = 1; n <= operations; ++n) {
      if (n == operations && kind == FailureKind::connection_lost) continue;  // CommitUnknown
      CAPTURE(static_cast<int>(kind));
      CAPTURE(n);
      Watched<B> on;
      on.script->fail_at(n, kind);
      on.run();
      CHECK(on.runs == 2);
      CHECK(on.watching->attempts == std::vector<int>{2});
      CHECK(on.store.counters().retries == 1);
      CHECK(on.watching->committed_aggregates == 1);
      CHECK(on.db.text("SELECT name FROM products") == "pen!");
      CHECK(on.db.number("SELECT version FROM products") == 2);
    }
  }
}

TEST_CASE_TEMPLATE("transact does not repeat what it may have committed, or what would fail again",
                   B, Sqlite, Postgres) {
  const auto check_once = [](Watched<B>& on) {
    CHECK(on.runs == 1);
    CHECK(on.watching->attempts.empty());
    CHECK(on.store.counters().retries == 0);
  };
  SUBCASE("CommitUnknown") {
    for (const Fail when : {Fail::before, Fail::after}) {
      Watched<B> on;
      on.script->fail_at(6, FailureKind::connection_lost, when);
      CHECK_THROWS_AS(on.run(), rowan::CommitUnknown);
      check_once(on);
      CHECK(on.db.number("SELECT version FROM products") == (when == Fail::after ? 2 : 1));
    }
  }
  SUBCASE("refusals") {
    for (const auto kind : {FailureKind::refused, FailureKind::unique, FailureKind::foreign_key,
                            FailureKind::value, FailureKind::read_only, FailureKind::resources,
                            FailureKind::statement_timeout, FailureKind::aborted}) {
      CAPTURE(static_cast<int>(kind));
      Watched<B> on;
      on.script->fail_at(5, kind);
      CHECK_THROWS_AS(on.run(), rowan::Error);
      check_once(on);
      CHECK(on.db.number("SELECT version FROM products") == 1);
    }
  }
  SUBCASE("a constraint") {
    Watched<B> on;
    on.db.execute("CREATE UNIQUE INDEX one_name ON products (name)");
    store_all(on.store, Product{2, "pen!"});
    CHECK_THROWS_AS(on.run(), rowan::ConstraintViolation);
    check_once(on);
  }
  SUBCASE("exceptions of the user's own") {
    Watched<B> on;
    CHECK_THROWS_WITH_AS(on.store.transact([&](rowan::UnitOfWork& work) {
      ++on.runs;
      work.get<Product>(1)->name = "lost";
      work.flush();
      throw std::runtime_error("mine");
    }),
                         "mine", std::runtime_error);
    check_once(on);
    CHECK(on.db.text("SELECT name FROM products") == "pen");
  }
}

TEST_CASE_TEMPLATE("transact gives up after so many attempts, and throws what the last one threw",
                   B, Sqlite, Postgres) {
  Watched<B> on;
  const auto attempt = [&](rowan::UnitOfWork& work) {
    ++on.runs;
    work.get<Product>(1)->name = "mine";
    on.db.execute("UPDATE products SET version = version + 1");
  };
  const auto error = thrown<StaleDataError>([&] { on.store.transact(attempt); });
  CHECK(error.conflicts().front().expected == 3);
  CHECK(error.conflicts().front().found == 4);
  CHECK(on.runs == 3);
  CHECK(on.watching->attempts == std::vector<int>{2, 3});
  CHECK(on.watching->conflicts == 3);
  on.runs = 0;
  CHECK_THROWS_AS(on.store.transact(attempt, {.retry = rowan::Retry{.attempts = 1}}),
                  StaleDataError);
  CHECK(on.runs == 1);
}

TEST_CASE_TEMPLATE("transact makes one attempt at least, and a negative pause is none", B, Sqlite,
                   Postgres) {
  for (const int attempts : {0, -1}) {
    CAPTURE(attempts);
    Watched<B> on;
    on.script->fail_at(5, FailureKind::deadlock);
    const auto attempt = [&](rowan::UnitOfWork& work) { work.get<Product>(1)->name += "!"; };
    CHECK_THROWS_AS(on.store.transact(attempt, {.retry = rowan::Retry{.attempts = attempts}}),
                    rowan::Deadlock);
    CHECK_NOTHROW(on.store.transact(attempt, {.retry = rowan::Retry{.attempts = attempts}}));
    on.script->fail_at(5, FailureKind::deadlock);
    CHECK_NOTHROW(on.store.transact(attempt, {.retry = rowan::Retry{.pause = -1h}}));
    CHECK(on.watching->attempts == std::vector<int>{2});
  }
}

TEST_CASE_TEMPLATE("transact returns what its work returns", B, Sqlite, Postgres) {
  Watched<B> on;
  on.script->fail_at(5, FailureKind::deadlock);
  const std::string name = on.store.transact([](rowan::UnitOfWork& work) {
    auto ref = work.get<Product>(1);
    ref->name += "!";
    return ref->name;
  });
  CHECK(name == "pen!");
}

TEST_CASE_TEMPLATE(
    "the last attempt's error is thrown, and what cannot be cured is not tried again", B, Sqlite,
    Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  int attempts = 0;
  CHECK_THROWS_AS(store.transact(
                      [&](rowan::UnitOfWork& work) {
                        ++attempts;
                        work.get<Order>({1})->customer += "!";
                        db.execute("UPDATE orders SET version = version + 1");
                      },
                      {.retry = rowan::Retry{.attempts = 2, .pause = 0ms}}),
                  rowan::StaleDataError);
  CHECK(attempts == 2);
  attempts = 0;
  CHECK_THROWS_AS(store.transact([&](rowan::UnitOfWork& work) {
    ++attempts;
    (void)work.get<Order>({99});
  }),
                  rowan::NotFound);
  CHECK_THROWS_AS(store.transact([&](rowan::UnitOfWork& work) {
    ++attempts;
    work.add(order(1));
  }),
                  rowan::ConstraintViolation);
  CHECK_THROWS_AS(store.transact([&](rowan::UnitOfWork&) {
    ++attempts;
    throw std::runtime_error("mine");
  }),
                  std::runtime_error);
  CHECK(attempts == 3);
}
