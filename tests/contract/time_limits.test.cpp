/// Time limits: how long a statement and a lock may take, and for whom.

#include <chrono>

#include <rowan/soci.hpp>

#include "ask.hpp"
#include "database.hpp"
#include "orders.hpp"
#include "triggers.hpp"

using namespace contract;
using namespace std::chrono_literals;
using rowan::UnitFailed;

TEST_CASE_TEMPLATE("a statement that takes longer than it may is a StatementTimeout", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"});
  if (!db.postgres)
    db.execute(
        "CREATE VIEW slow AS WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM "
        "numbers WHERE n < 1000000000) SELECT max(n) AS n FROM numbers");
  create_trigger(db, "BEFORE UPDATE ON products", "SELECT n FROM slow",
                 "PERFORM pg_sleep(60); RETURN NEW");
  auto work = store.begin({.statement_timeout = 50ms});
  auto ref = work.get<Product>(1);
  ref->name = "ink";
  const auto error = thrown<rowan::StatementTimeout>([&] { work.commit(); });
  CHECK_FALSE(error.retryable());
  CHECK(error.sql().starts_with("UPDATE products"));
  CHECK(ref->name == "ink");
  CHECK_THROWS_AS(work.commit(), UnitFailed);
  db.execute(db.postgres ? "DROP TRIGGER meddle ON products" : "DROP TRIGGER meddle");
  work.rollback();
  work.commit();
  CHECK(ref.version() == 2);
}

TEST_CASE_TEMPLATE("a statement that takes too long is a StatementTimeout, and the unit goes on", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  rowan::UnitOfWork work = store.begin({.statement_timeout = 30ms});
  const std::string endless =
      "id < (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) "
      "SELECT count(*) FROM n)";
  CHECK_THROWS_AS((void)work.template count<Order>(rowan::where(endless)), rowan::StatementTimeout);
  CHECK(work.template count<Order>() == 1);
}

TEST_CASE("time limits hold for the transaction and no longer: Postgres only") {
  Database<Postgres> db;
  rowan::StoreOptions options;
  options.connections = 1;
  options.work.statement_timeout = 3s;
  rowan::Store store = db.open<Order>(options);
  {
    auto work = store.begin();
    CHECK(ask(work, "SELECT current_setting('lock_timeout')") == "5s");
    CHECK(ask(work, "SELECT current_setting('statement_timeout')") == "3s");
  }
  {
    auto work = store.begin({.lock_timeout = 1234ms, .statement_timeout = 77ms});
    CHECK(ask(work, "SELECT current_setting('lock_timeout')") == "1234ms");
    CHECK(ask(work, "SELECT current_setting('statement_timeout')") == "77ms");
    work.rollback();
    auto& session = rowan::session(work);  // ended behind its back, to look at what is left
    session << "COMMIT";
    std::string now;
    session << "SELECT current_setting('lock_timeout')", soci::into(now);
    CHECK(now == "0");
    session << "SELECT current_setting('statement_timeout')", soci::into(now);
    CHECK(now == "0");
  }
  auto work = store.begin({.lock_timeout = 0ms});
  CHECK(ask(work, "SELECT current_setting('lock_timeout')") == "1ms");  // 0 is none at all there
}

TEST_CASE(
    "isolation and time limits end with their unit, though the connection is used again: "
    "Postgres only") {
  Database<Postgres> db;
  rowan::Store store = db.open<Product>({.connections = 1});
  store_all(store, Product{1, "pen"});
  for (const bool commits : {true, false}) {
    auto strict = store.begin({.isolation = rowan::Isolation::serializable,
                               .lock_timeout = 70ms,
                               .statement_timeout = 9000ms});
    strict.get<Product>(1)->name = commits ? "ink" : "chalk";
    CHECK(ask(strict, "SHOW transaction_isolation") == "serializable");
    CHECK(ask(strict, "SHOW lock_timeout") == "70ms");
    CHECK(ask(strict, "SHOW statement_timeout") == "9s");
    if (commits)
      strict.commit();
    else
      strict.rollback();
    auto reader = store.begin({.access = rowan::Access::read_only});
    CHECK(reader.get<Product>(1)->name == "ink");
    auto plain = store.begin();
    CHECK(ask(plain, "SHOW transaction_isolation") == "read committed");
    CHECK(ask(plain, "SHOW transaction_read_only") == "off");
    CHECK(ask(plain, "SHOW lock_timeout") == "5s");
    CHECK(ask(plain, "SHOW statement_timeout") == "0");
  }
}

TEST_CASE("time limits end with their unit, though the connection is used again: Sqlite only") {
  Database<Sqlite> db;
  rowan::Store store = db.open<Product>({.connections = 1});
  const auto busy_timeout = [&](const rowan::WorkOptions& options) {
    auto work = store.begin(options);
    int out = -1;
    rowan::session(work) << "PRAGMA busy_timeout", soci::into(out);
    return out;
  };
  CHECK(busy_timeout({.lock_timeout = 70ms}) == 70);
  CHECK(busy_timeout({}) == 5000);
  // One that is interrupted, then one that takes longer than that and may.
  store_all(store, Product{1, "pen"});
  db.execute(
      "CREATE VIEW slow AS WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM "
      "numbers WHERE n < 200000) SELECT max(n) AS n FROM numbers");
  const auto slow = rowan::where("(SELECT n FROM slow) > 0");
  CHECK_THROWS_AS((void)store.begin({.statement_timeout = 1ms}).count<Product>(slow),
                  rowan::StatementTimeout);
  CHECK(store.begin().count<Product>(slow) == 1);
}
