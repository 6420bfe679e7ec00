/// How much of a unit is one transaction, at which level, and how long it keeps its connection.

#include <algorithm>
#include <chrono>

#include "ask.hpp"
#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using namespace std::chrono_literals;
using rowan::ConnectionFailed;
using rowan::Isolation;
using rowan::Transaction;
using rowan::UsageError;

TEST_CASE_TEMPLATE("levels that protect a transaction only are refused at commit", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Order>();
  for (const auto level : {Isolation::repeatable_read, Isolation::serializable}) {
    CHECK_THROWS_AS((void)store.begin({.transaction = Transaction::at_commit, .isolation = level}),
                    UsageError);
    CHECK_NOTHROW(
        (void)store.begin({.transaction = Transaction::from_first_read, .isolation = level}));
    rowan::StoreOptions options;
    options.work = {.transaction = Transaction::at_commit, .isolation = level};
    CHECK_THROWS_AS((void)db.open(rowan::Schema::of<Order>(), options), UsageError);
  }
  CHECK_NOTHROW((void)store.begin(
      {.transaction = Transaction::at_commit, .isolation = Isolation::read_committed}));
}

TEST_CASE_TEMPLATE("the upper levels are one transaction from the first read on", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  for (const auto level : {Isolation::repeatable_read, Isolation::serializable}) {
    db.log->clear();
    rowan::UnitOfWork work = store.begin({.isolation = level});
    auto ref = work.template get<Order>({1});
    CHECK(db.log->sql().back() != "COMMIT");
    ref->customer += "!";
    work.commit();
    const auto sent = db.log->sql();
    CHECK(std::count_if(sent.begin(), sent.end(),
                        [](const std::string& sql) { return sql.starts_with("BEGIN"); }) == 1);
    CHECK(sent.back() == "COMMIT");
  }
}

TEST_CASE(
    "the transaction has the level that was asked for, of the unit or of its store: Postgres "
    "only") {
  Database<Postgres> db;
  rowan::Store store = open_orders(db, {1});
  struct Level {
    Isolation asked;
    const char* has;
  };
  for (const Level level : {Level{Isolation::standard, "read committed"},
                            Level{Isolation::read_committed, "read committed"},
                            Level{Isolation::repeatable_read, "repeatable read"},
                            Level{Isolation::serializable, "serializable"}}) {
    auto unit = store.begin({.isolation = level.asked});
    CHECK(ask(unit, "SHOW transaction_isolation") == level.has);
    auto read =
        store.begin({.transaction = Transaction::from_first_read, .isolation = level.asked});
    (void)read.get<Order>({1});
    CHECK(ask(read, "SHOW transaction_isolation") == level.has);
    rowan::StoreOptions options;
    options.work.isolation = level.asked;
    rowan::Store other = db.open(rowan::Schema::of<Order>(), options);
    auto of_store = other.begin();
    CHECK(ask(of_store, "SHOW transaction_isolation") == level.has);
    auto own = other.begin({.isolation = Isolation::serializable});
    CHECK(ask(own, "SHOW transaction_isolation") == "serializable");
  }
}

TEST_CASE_TEMPLATE("at commit nothing stays open while a user thinks", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::StoreOptions options;
  options.connections = 1;
  rowan::Store store = open_orders(db, {1, 2}, options);
  auto a = store.begin();
  auto b = store.begin();
  auto mine = a.get<Order>({1});
  auto theirs = b.get<Order>({2});  // over the only connection
  mine->customer = "Bob";
  theirs->customer = "Cid";
  a.commit();
  b.commit();
  CHECK(db.number("SELECT sum(version) FROM orders") == 4);
}

TEST_CASE_TEMPLATE("a unit that finds all connections in use gives up after the time it was told",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::StoreOptions options;
  options.connections = 1;
  options.lease_timeout = 20ms;
  rowan::Store store = open_orders(db, {1}, options);
  {
    rowan::UnitOfWork a = store.begin({.transaction = Transaction::from_first_read});
    (void)a.template get<Order>({1});
    auto b = store.begin();
    CHECK_THROWS_AS((void)b.template get<Order>({1}), ConnectionFailed);
  }
  auto b = store.begin();
  CHECK(b.template get<Order>({1})->customer == "Ann");
}
