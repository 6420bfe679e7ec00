/// The user's own SQL in the unit's transaction.

#include <rowan/soci.hpp>

#include "database.hpp"
#include "orders.hpp"
#include "waiting.hpp"

using namespace contract;
using rowan::StaleDataError;
using rowan::UnitFailed;

TEST_CASE_TEMPLATE("the user's own SQL is part of the unit's transaction", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  db.execute("CREATE TABLE journal (what varchar(20))");
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  const auto write = [&] {
    ref->customer = "Bob";
    rowan::session(work) << "INSERT INTO journal VALUES ('by hand')";
    work.flush();
    int customers = 0;
    rowan::session(work) << "SELECT count(*) FROM orders WHERE customer = 'Bob'",
        soci::into(customers);
    CHECK(customers == 1);
    CHECK(db.number("SELECT count(*) FROM journal") == 0);
  };
  write();
  work.rollback();
  CHECK(db.number("SELECT count(*) FROM journal") == 0);
  CHECK(db.text("SELECT customer FROM orders") == "Ann");
  CHECK(ref.version() == 1);
  write();
  work.commit();
  CHECK(db.number("SELECT count(*) FROM journal") == 1);
  CHECK(db.text("SELECT customer FROM orders") == "Bob");
  CHECK(ref.version() == 2);
  // Without anything of ours to write it is committed all the same.
  rowan::session(work) << "INSERT INTO journal VALUES ('alone')";
  work.commit();
  CHECK(db.number("SELECT count(*) FROM journal") == 2);
  // And when a statement of ours fails it is rolled back with it.
  db.execute("UPDATE orders SET version = 9");
  rowan::session(work) << "INSERT INTO journal VALUES ('lost')";
  ref->customer = "Cid";
  CHECK_THROWS_AS(work.commit(), StaleDataError);
  CHECK(db.number("SELECT count(*) FROM journal") == 2);
  CHECK_THROWS_AS((void)rowan::session(work), UnitFailed);
}

TEST_CASE("after an error in the user's own SQL COMMIT does not lie: Postgres only") {
  Database<Postgres> db;
  rowan::Store store = open_orders(db, {1});
  db.execute("CREATE TABLE journal (what varchar(20))");
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  for (const bool changed : {false, true}) {
    CAPTURE(changed);
    rowan::session(work) << "INSERT INTO journal VALUES ('lost')";
    CHECK_THROWS_AS(rowan::session(work) << "SELECT 1 / 0", soci::soci_error);
    if (changed) ref->customer = "Bob";
    const auto error = thrown<rowan::QueryError>([&] { work.commit(); });
    CHECK(error.code() == "25P02");
    CHECK(db.number("SELECT count(*) FROM journal") == 0);
    CHECK(db.number("SELECT version FROM orders") == 1);
    CHECK(ref.version() == 1);
    CHECK_THROWS_AS(work.commit(), UnitFailed);
    work.rollback();
  }
  work.commit();
  CHECK(ref.version() == 2);
  CHECK(db.text("SELECT customer FROM orders") == "Bob");
}

TEST_CASE("what the user's own SQL sets for its session ends with the loan: Postgres only") {
  Database<Postgres> db;
  rowan::Store store = db.open(rowan::Schema::of<Order>(), {.connections = 1});
  store.create_tables();
  auto work = store.begin();
  const auto setting = [&](const char* name) {
    std::string value;
    rowan::session(work) << std::string("SHOW ") + name, soci::into(value);
    return value;
  };
  const auto path = setting("search_path");
  const std::string process = std::to_string(process_of(work));
  for (const char* sql :
       {"SET search_path TO pg_catalog", "SET TIME ZONE 'Asia/Tokyo'", "SET datestyle = 'German'",
        "SET default_transaction_isolation = 'serializable'", "SET lock_timeout = 1",
        "CREATE TEMPORARY TABLE orders (id bigint)", "SELECT pg_advisory_lock(7)"})
    rowan::session(work) << sql;
  work.commit();
  CHECK(setting("search_path") == path);
  CHECK(setting("timezone") == "UTC");
  CHECK(setting("datestyle") == "ISO, MDY");
  CHECK(setting("transaction_isolation") == "read committed");
  CHECK(setting("lock_timeout") != "1ms");
  CHECK(std::to_string(process_of(work)) == process);  // there is one connection
  CHECK(db.number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = " +
                  process) == 0);
  work.rollback();
  work.add(order(1));
  work.commit();
  CHECK(db.number("SELECT count(*) FROM orders") == 1);
}

TEST_CASE("what the user's own SQL sets for its session ends with the loan: Sqlite only") {
  Database<Sqlite> db;
  rowan::Store store = db.open(rowan::Schema::of<Order>(), {.connections = 1});
  store.create_tables();
  auto work = store.begin();
  for (const bool committed : {true, false}) {
    for (const char* sql : {"CREATE TEMPORARY TABLE orders (id bigint)",
                            "PRAGMA case_sensitive_like = ON", "PRAGMA recursive_triggers = ON"})
      rowan::session(work) << sql;
    work.rollback();
    // No PRAGMA of these does anything inside of a transaction, and ATTACH is refused there.
    rowan::session(work) << "COMMIT";
    for (const char* sql :
         {"PRAGMA foreign_keys = OFF", "ATTACH ':memory:' AS other", "PRAGMA query_only = ON"})
      rowan::session(work) << sql;
    rowan::session(work) << "BEGIN";
    if (committed)
      work.commit();
    else
      work.rollback();
    const auto setting = [&](const std::string& sql) {
      int value = -1;
      rowan::session(work) << sql, soci::into(value);
      return value;
    };
    CHECK(setting("PRAGMA foreign_keys") == 1);
    CHECK(setting("PRAGMA query_only") == 0);
    CHECK(setting("PRAGMA recursive_triggers") == 0);
    CHECK(setting("SELECT count(*) FROM pragma_database_list WHERE name = 'other'") == 0);
    CHECK(setting("SELECT count(*) FROM temp.sqlite_schema") == 0);
    CHECK(setting("SELECT 'a' LIKE 'A'") == 1);
    work.rollback();
  }
  work.add(order(1));
  work.commit();
  CHECK(db.number("SELECT count(*) FROM orders") == 1);
}

TEST_CASE("a database in memory outlives the loan, with its foreign keys on: Sqlite only") {
  rowan::Store store("sqlite3://:memory:", rowan::Schema::of<Order>(), {.driver = usual_driver()});
  store.create_tables();
  store_all(store, order(1));
  auto work = store.begin();
  rowan::session(work) << "COMMIT";
  rowan::session(work) << "PRAGMA foreign_keys = OFF";
  rowan::session(work) << "PRAGMA query_only = ON";
  rowan::session(work) << "BEGIN";
  work.rollback();
  int foreign_keys = 0;
  rowan::session(work) << "PRAGMA foreign_keys", soci::into(foreign_keys);
  CHECK(foreign_keys == 1);
  work.rollback();
  auto ref = work.get<Order>({1});
  ref->customer = "Bob";
  work.commit();
  CHECK(ref.version() == 2);
}

TEST_CASE_TEMPLATE(
    "own SQL that ends the transaction fails what comes next, which is not committed", B, Sqlite,
    Postgres) {
  for (const char* end : {"COMMIT", "ROLLBACK"})
    for (const bool reads : {false, true}) {
      CAPTURE(end);
      CAPTURE(reads);
      Database<B> db;
      rowan::Store store = open_orders(db, {1, 2});
      auto work = store.begin();
      auto ref = work.template get<Order>({1});
      rowan::session(work) << end;
      ref->customer = "Bob";
      if (reads)
        CHECK_THROWS_AS((void)work.template get<Order>({2}), rowan::QueryError);
      else
        CHECK_THROWS_AS(work.commit(), rowan::QueryError);
      CHECK_THROWS_AS(work.commit(), UnitFailed);
      CHECK(db.text("SELECT customer FROM orders WHERE id = 1") == "Ann");
      work.rollback();
      work.commit();
      CHECK(db.text("SELECT customer FROM orders WHERE id = 1") == "Bob");
    }
}

TEST_CASE_TEMPLATE("each connection begins with the settings of its store, also after a loan", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::StoreOptions options;
  const char* change = db.postgres ? "SET work_mem = '1MB'" : "PRAGMA cache_size = 10";
  const char* show = db.postgres ? "SHOW work_mem" : "SELECT cache_size FROM pragma_cache_size";
  options.set_up = {db.postgres ? "SET work_mem = '7MB'" : "PRAGMA cache_size = 77"};
  options.connections = 1;
  rowan::Store store = db.template open<Product>(std::move(options));
  for (int loan = 0; loan < 3; ++loan) {
    auto work = store.begin();
    std::string value;
    rowan::session(work) << show, soci::into(value);
    CHECK(value == (db.postgres ? "7MB" : "77"));
    rowan::session(work) << change;
  }
}

TEST_CASE_TEMPLATE("settings that the database refuses are no connection", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::StoreOptions options;
  options.set_up = {"NO SUCH THING"};
  CHECK_THROWS_AS((void)db.template open<Product>(std::move(options)), rowan::ConnectionFailed);
}
