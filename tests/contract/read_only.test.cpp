/// Units, servers, connections and files that are read only.

#include <chrono>

#include <rowan/soci.hpp>

#include "ask.hpp"
#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using namespace std::chrono_literals;
using rowan::Access;
using rowan::Transaction;

TEST_CASE_TEMPLATE("a read-only unit refuses to write before anything is sent", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  for (const auto span : {Transaction::at_commit, Transaction::from_first_read}) {
    rowan::UnitOfWork work = store.begin({.transaction = span, .access = Access::read_only});
    auto ref = work.template get<Order>({1});
    work.commit();
    ref->customer = "Bob";
    db.log->clear();
    CHECK_THROWS_WITH_AS(work.commit(), "orders 1: changed in a unit of work that is read only",
                         rowan::ReadOnly);
    CHECK_THROWS_AS(work.flush(), rowan::ReadOnly);
    CHECK(db.writes().empty());
    ref->customer = "Ann";
    work.add(order(2));
    CHECK_THROWS_AS(work.commit(), rowan::ReadOnly);
    CHECK(db.writes().empty());
  }
  CHECK(db.number("SELECT count(*) FROM orders WHERE version = 1") == 1);
}

TEST_CASE_TEMPLATE("a unit that is read only reads, and refuses to write before anything is sent",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin({.access = rowan::Access::read_only});
  auto ref = work.get<Order>({1});
  work.commit();
  ref->customer = "Bob";
  db.log->clear();
  CHECK_THROWS_WITH_AS(work.commit(), "orders 1: changed in a unit of work that is read only",
                       rowan::ReadOnly);
  CHECK(db.log->sql().empty());
  ref->customer = "Ann";
  work.commit();
  work.add(order(2));
  CHECK_THROWS_AS(work.flush(), rowan::ReadOnly);
}

TEST_CASE_TEMPLATE("a read-only unit reads on while a writer has the database", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto writer = store.begin();
  writer.get<Order>({1})->customer = "Bob";
  writer.flush();
  for (const auto span : {Transaction::at_commit, Transaction::from_first_read}) {
    rowan::UnitOfWork work =
        store.begin({.transaction = span, .access = Access::read_only, .lock_timeout = 0ms});
    CHECK(work.template get<Order>({1})->customer == "Ann");
    CHECK(work.template count<Order>() == 1);
    work.commit();
  }
  writer.commit();
}

TEST_CASE("own SQL in a read-only unit cannot write either: Postgres only") {
  Database<Postgres> db;
  rowan::Store store = db.open<Order>();
  auto work = store.begin({.access = Access::read_only});
  CHECK(ask(work, "SHOW transaction_read_only") == "on");
}

TEST_CASE("a write on a read-only server is ReadOnly, not stale: Postgres only") {
  Database<Postgres> db;
  rowan::Store owner = open_orders(db, {1});
  std::string url = db.url();
  url.insert(url.size() - 1, " -cdefault_transaction_read_only=on");
  rowan::Store store(url, rowan::Schema::of<Order>(), {.driver = usual_driver()});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  ref->customer = "Bob";
  const auto error = thrown<rowan::ReadOnly>([&] { work.commit(); });
  CHECK(error.code() == "25006");
  CHECK_FALSE(error.retryable());
  CHECK(ref->customer == "Bob");
  CHECK(store.counters().conflicts == 0);
}

TEST_CASE("a write on a read-only connection or file is ReadOnly, not stale: Sqlite only") {
  Database<Sqlite> db;
  rowan::Store owner = open_orders(db, {1}, {.journal = rowan::Journal::rollback});
  SUBCASE("a connection") {
    auto work = owner.begin();
    auto ref = work.get<Order>({1});
    rowan::session(work) << "PRAGMA query_only = 1";
    ref->customer = "Bob";
    CHECK(thrown<rowan::ReadOnly>([&] { work.commit(); }).code() == "SQLITE_READONLY");
    CHECK(ref->customer == "Bob");
  }
  SUBCASE("a file") {
    const std::string file = db.url().substr(std::string("sqlite3://").size());
    rowan::Store store("sqlite3://file:" + file + "?mode=ro", rowan::Schema::of<Order>(),
                       {.driver = usual_driver()});
    auto work = store.begin();
    auto ref = work.get<Order>({1});
    ref->customer = "Bob";
    CHECK_THROWS_AS(work.commit(), rowan::ReadOnly);
    CHECK(ref->customer == "Bob");
  }
  CHECK(owner.counters().conflicts == 0);
  CHECK(db.text("SELECT customer FROM orders") == "Ann");
}

TEST_CASE("own SQL in a read-only unit cannot write: Sqlite only") {
  Database<Sqlite> db;
  rowan::Store store = open_orders(db, {1});
  {
    auto work = store.begin({.access = Access::read_only});
    CHECK_THROWS_AS(rowan::session(work) << "UPDATE orders SET customer = 'Bob'", soci::soci_error);
    work.commit();
  }
  CHECK(db.text("SELECT customer FROM orders") == "Ann");
  auto work = store.begin();
  rowan::session(work) << "UPDATE orders SET customer = 'Bob'";
  work.commit();
  CHECK(db.text("SELECT customer FROM orders") == "Bob");
}
