/// Two writers, one aggregate: whoever comes second hears of it, in the same words everywhere.

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::Conflict;
using rowan::Isolation;
using rowan::StaleDataError;
using rowan::Transaction;

TEST_CASE_TEMPLATE("the second of two writers is told type, key, expected and found version", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto a = store.begin();
  auto b = store.begin();
  auto mine = a.get<Order>({1});
  auto theirs = b.get<Order>({1});
  theirs->customer = "Bob";
  b.commit();
  mine->customer = "Cid";
  const auto error = thrown<StaleDataError>([&] { a.commit(); });
  REQUIRE(error.conflicts().size() == 1);
  const Conflict& conflict = error.conflicts().front();
  CHECK(conflict.is<Order>());
  CHECK(conflict.key_as<OrderId>().value == 1);
  CHECK(conflict.table == "orders");
  CHECK(conflict.expected == 1);
  CHECK(conflict.found == 2);
  CHECK(conflict.kind == Conflict::Kind::changed);
  CHECK(conflict.operation == Conflict::Operation::update);
  CHECK(error.complete());
  CHECK(error.concerns(mine));
  CHECK(error.retryable());
  CHECK(db.text("SELECT customer FROM orders") == "Bob");
  CHECK(mine->customer == "Cid");  // edits are kept
  CHECK(mine.version() == 1);
  a.rollback();
  a.refresh(mine);
  CHECK(mine->customer == "Bob");
  mine->customer = "Cid";
  a.commit();
  CHECK(db.number("SELECT version FROM orders") == 3);
}

TEST_CASE_TEMPLATE("one error lists every stale root, and only those", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2, 3, 4});
  auto a = store.begin();
  const auto mine = a.get_all<Order>({{1}, {2}, {3}, {4}});
  store.transact([](rowan::UnitOfWork& b) {
    b.get<Order>({2})->customer = "Bob";
    b.get<Order>({4})->customer = "Bob";
  });
  for (const auto& ref : mine) ref->customer = "Cid";
  const auto error = thrown<StaleDataError>([&] { a.commit(); });
  REQUIRE(error.conflicts().size() == 2);
  CHECK(error.conflicts()[0].template key_as<OrderId>().value == 2);
  CHECK(error.conflicts()[1].template key_as<OrderId>().value == 4);
  CHECK_FALSE(error.concerns(mine[0]));
  CHECK(db.number("SELECT count(*) FROM orders WHERE customer = 'Cid'") == 0);
  CHECK(store.counters().conflicts == 1);
}

TEST_CASE_TEMPLATE("the same interleaving gives the same StaleDataError at every level and span", B,
                   Sqlite, Postgres) {
  for (const auto span : {Transaction::at_commit, Transaction::from_first_read})
    for (const auto level : {Isolation::standard, Isolation::read_committed,
                             Isolation::repeatable_read, Isolation::serializable}) {
      const bool upper = level == Isolation::repeatable_read || level == Isolation::serializable;
      if (upper && span == Transaction::at_commit) continue;
      // On SQLite a unit that may write holds the write lock from its first read on: B would wait.
      if (B::backend == rowan::Backend::sqlite && span == Transaction::from_first_read) continue;
      for (const bool removed : {false, true}) {
        Database<B> db;
        rowan::Store store = open_orders(db, {1});
        auto a = store.begin({.transaction = span, .isolation = level});
        auto mine = a.template get<Order>({1});
        store.transact([&](rowan::UnitOfWork& b) {
          auto theirs = b.get<Order>({1});
          if (removed)
            b.remove(theirs);
          else
            theirs->lines[1].quantity = 9;
        });
        mine->customer = "Cid";
        const auto error = thrown<StaleDataError>([&] { a.commit(); });
        REQUIRE(error.conflicts().size() == 1);
        const Conflict& conflict = error.conflicts().front();
        CHECK(conflict.expected == 1);
        CHECK(conflict.kind == (removed ? Conflict::Kind::deleted : Conflict::Kind::changed));
        CHECK(conflict.found == (removed ? std::nullopt : std::optional<std::int64_t>(2)));
        CHECK(has(error.what(), "orders 1"));
      }
    }
}

TEST_CASE_TEMPLATE("a root that is older than expected is ahead of its database", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  db.execute("UPDATE orders SET version = 8");
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  db.execute("UPDATE orders SET version = 3");
  ref->customer = "Bob";
  const auto error = thrown<StaleDataError>([&] { work.commit(); });
  CHECK(error.conflicts().front().kind == Conflict::Kind::ahead);
  CHECK(error.conflicts().front().found == 3);
}

TEST_CASE_TEMPLATE("roots changed in opposite order are written in one order", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Order, Product>();
  store_all(store, order(2), order(10), Product{1, "pen"});
  auto work = store.begin();
  work.get<Product>(1)->name = "ink";
  work.get<Order>({10})->customer = "Bob";
  work.get<Order>({2})->customer = "Bob";
  db.log->clear();
  work.commit();
  std::vector<std::int64_t> keys;
  for (const auto& statement : db.log->statements())
    if (statement.sql.str().starts_with("UPDATE"))
      keys.push_back(std::get<std::int64_t>(statement.params[1]));
  CHECK(keys == std::vector<std::int64_t>{2, 10, 1});  // orders before products, 2 before 10
}

TEST_CASE_TEMPLATE("two units interleaved on one thread are as two threads", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto a = store.begin();
  auto b = store.begin();
  a.get<Order>({1})->customer = "Cid";
  b.get<Order>({2})->customer = "Dan";
  b.commit();
  a.commit();
  CHECK(db.text("SELECT customer FROM orders WHERE id = 1") == "Cid");
  CHECK(db.text("SELECT customer FROM orders WHERE id = 2") == "Dan");
}

TEST_CASE_TEMPLATE("a stale removal is refused and the row is kept", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto a = store.begin();
  a.remove(a.get<Order>({1}));
  store.transact([](rowan::UnitOfWork& b) { b.get<Order>({1})->notes.pop_back(); });
  const auto error = thrown<StaleDataError>([&] { a.commit(); });
  CHECK(error.conflicts().front().operation == Conflict::Operation::remove);
  CHECK(db.number("SELECT count(*) FROM orders") == 1);
  CHECK(db.number("SELECT count(*) FROM order_lines") == 2);
}

TEST_CASE_TEMPLATE("a lock that is not to be had in time is a LockTimeout, not stale", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto a = store.begin();
  auto b = store.begin({.lock_timeout = std::chrono::milliseconds(50)});
  auto mine = b.get<Order>({1});
  a.get<Order>({1})->customer = "Bob";
  a.flush();
  mine->customer = "Cid";
  CHECK_THROWS_AS(b.commit(), rowan::LockTimeout);
  a.commit();
  b.rollback();
  const auto error = thrown<StaleDataError>([&] { b.commit(); });
  CHECK(error.concerns(mine));
}

TEST_CASE("on SQLite a unit from the first read on lets no writer in between: Sqlite only") {
  Database<Sqlite> db;
  rowan::Store store = open_orders(db, {1});
  auto a = store.begin({.isolation = Isolation::serializable});
  auto mine = a.get<Order>({1});
  auto b = store.begin({.lock_timeout = std::chrono::milliseconds(20)});
  b.get<Order>({1})->customer = "Bob";
  CHECK_THROWS_AS(b.commit(), rowan::LockTimeout);
  mine->customer = "Cid";
  a.commit();
  CHECK(db.number("SELECT version FROM orders") == 2);
}

TEST_CASE_TEMPLATE("Versions::ignore lets the last writer win, and the version still moves", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto a = store.begin({.versions = rowan::Versions::ignore});
  auto one = a.get<Order>({1});
  auto two = a.get<Order>({2});
  store.transact([](rowan::UnitOfWork& b) {
    b.get<Order>({1})->customer = "Bob";
    b.get<Order>({2})->lines.push_back({3, 1, {}, {{"new", 1}}});
  });
  one->customer = "Cid";
  a.remove(two);
  a.commit();
  CHECK(db.text("SELECT customer FROM orders WHERE id = 1") == "Cid");
  CHECK(db.number("SELECT version FROM orders WHERE id = 1") == 3);
  CHECK(db.number("SELECT count(*) FROM orders WHERE id = 2") == 0);
  CHECK(db.number("SELECT count(*) FROM order_lines WHERE order_id = 2") == 0);
  // What memory says is what is there, though nobody had checked it.
  CHECK(one.version() == 3);
  auto c = store.begin();
  auto again = c.get<Order>({1});
  one->customer = "Dan";
  a.commit();
  CHECK(one.version() == 4);
  again->customer = "Eve";
  CHECK_THROWS_AS(c.commit(), StaleDataError);
}
