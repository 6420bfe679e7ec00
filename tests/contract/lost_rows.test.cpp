/// A write that reaches no row: one that others took away or moved past its root, and how much of
/// that can be known.

#include <optional>
#include <thread>

#include "database.hpp"
#include "failing_stores.hpp"
#include "orders.hpp"
#include "waiting.hpp"

using namespace contract;
using rowan::Conflict;
using rowan::ConstraintViolation;
using rowan::FailureKind;
using rowan::StaleDataError;
using rowan::UnitFailed;

TEST_CASE_TEMPLATE(
    "a child added to a root that another deleted is stale, and no foreign key error", B, Sqlite,
    Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto a = store.begin();
  auto mine = a.get<Order>({1});
  store.transact([](rowan::UnitOfWork& b) { b.remove(b.get<Order>({1})); });
  mine->lines.push_back({3, 1, {}, {}});
  db.log->clear();
  const auto error = thrown<StaleDataError>([&] { a.commit(); });
  CHECK(error.conflicts().front().kind == Conflict::Kind::deleted);
  CHECK_FALSE(error.conflicts().front().found.has_value());
  CHECK(db.writes() ==
        Strings{db.sql("UPDATE orders SET version = version + 1 WHERE id = ? AND version = ?")});
}

TEST_CASE_TEMPLATE("a child row deleted past its root is stale, with table, key and root", B,
                   Sqlite, Postgres) {
  for (const bool removes : {false, true}) {
    CAPTURE(removes);
    Database<B> db;
    rowan::Store store = open_orders(db, {1});
    auto work = store.begin();
    auto ref = work.get<Order>({1});
    db.execute("DELETE FROM order_lines WHERE line_no = 2");
    if (removes)
      ref->lines.pop_back();
    else
      ref->lines[1].quantity = 9;
    const auto error = thrown<StaleDataError>([&] { work.commit(); });
    REQUIRE(error.conflicts().size() == 1);
    const Conflict& conflict = error.conflicts().front();
    CHECK(conflict.table == "order_lines");
    CHECK(conflict.key == key_of({1, 2}));
    CHECK(conflict.root_table == "orders");
    CHECK(conflict.root_key == key_of({1}));
    CHECK(conflict.template key_as<OrderId>().value == 1);
    CHECK(conflict.kind == Conflict::Kind::deleted);
    CHECK(conflict.operation ==
          (removes ? Conflict::Operation::remove : Conflict::Operation::update));
    CHECK(conflict.expected == 1);
    CHECK(conflict.found == 1);
    CHECK(error.concerns(ref));
    CHECK(error.complete());
    CHECK(has(error.what(), "order_lines (1, 2)"));
    CHECK(db.number("SELECT version FROM orders") == 1);
    work.rollback();
    work.refresh(ref);
    CHECK(ref->lines.size() == 1);
  }
}

TEST_CASE(
    "a row that moves to another partition is one row, and who waited for it is stale: Postgres "
    "only") {
  Database<Postgres> db;
  db.execute(
      "CREATE TABLE products (id bigint NOT NULL, version bigint NOT NULL, name varchar(20) NOT "
      "NULL) PARTITION BY LIST (name)");
  for (const std::string name : {"pen", "ink"})
    db.execute("CREATE TABLE products_" + name + " PARTITION OF products FOR VALUES IN ('" + name +
               "')");
  rowan::Store store = db.open(rowan::Schema::of<Product>());
  store_all(store, Product{1, "pen"});
  auto a = store.begin();
  auto b = store.begin();
  auto mine = a.get<Product>(1);
  auto theirs = b.get<Product>(1);
  theirs->name = "ink";
  b.flush();
  const int holder = process_of(b);
  mine->name = "ink";
  std::optional<StaleDataError> stale;
  std::thread waiting([&] {
    try {
      a.commit();
    } catch (const StaleDataError& error) {
      stale = error;
    } catch (const rowan::Error&) {  // looked at below: nothing is stale then
    }
  });
  const bool waited = is_waited_for(db, holder);
  b.commit();
  waiting.join();
  REQUIRE(waited);
  REQUIRE(stale.has_value());
  CHECK(stale->code() == "40001");  // at read committed, too
  CHECK(stale->complete());
  REQUIRE(stale->conflicts().size() == 1);
  const Conflict& conflict = stale->conflicts().front();
  CHECK(conflict.table == "products");
  CHECK(conflict.key == key_of({1}));
  CHECK(conflict.operation == Conflict::Operation::update);
  CHECK(conflict.kind == Conflict::Kind::changed);
  CHECK(conflict.expected == 1);
  CHECK(conflict.found == 2);
  CHECK(mine.version() == 1);
  CHECK(theirs.version() == 2);
  CHECK(db.number("SELECT count(*) FROM products_ink WHERE version = 2") == 1);
}

TEST_CASE_TEMPLATE("a statement that failed leaves no row count to be mistaken for success", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>({.connections = 1});
  db.execute("CREATE UNIQUE INDEX one_name ON products (name)");
  store_all(store, Product{1, "pen"}, Product{2, "ink"}, Product{3, "chalk"});
  auto work = store.begin();
  auto one = work.get<Product>(1);
  auto two = work.get<Product>(2);
  store.transact([](rowan::UnitOfWork& b) { b.remove(b.get<Product>(2)); });
  one->name = "quill";  // one row
  two->name = "tint";   // none
  const auto error = thrown<StaleDataError>([&] { work.commit(); });
  REQUIRE(error.conflicts().size() == 1);
  CHECK(error.concerns(two));
  work.rollback();
  one->name = "chalk";
  work.discard(two);
  CHECK_THROWS_AS(work.commit(), ConstraintViolation);
  work.rollback();
  one->name = "quill";
  db.execute("DELETE FROM products WHERE id = 1");
  CHECK_THROWS_AS(work.commit(), StaleDataError);
}

TEST_CASE_TEMPLATE(
    "when the probe fails the stale root is told of all the same, as far as it is known", B, Sqlite,
    Postgres) {
  // Operations of the commit: BEGIN and UPDATE, then the probe's BEGIN, SELECT and COMMIT.
  for (const std::size_t n : {3U, 4U, 5U})
    for (const auto kind : {FailureKind::connection_lost, FailureKind::refused}) {
      CAPTURE(n);
      Watched<B> on;
      auto work = on.store.begin();
      auto ref = work.template get<Product>(1);
      ref->name = "mine";
      on.db.log->answer_next("UPDATE products", 0);
      on.script->fail_at(n, kind);
      const auto error = thrown<StaleDataError>([&] { work.commit(); });
      CHECK_FALSE(error.complete());
      CHECK(error.retryable());
      CHECK(error.concerns(ref));
      REQUIRE(error.conflicts().size() == 1);
      const Conflict& conflict = error.conflicts().front();
      CHECK(conflict.table == "products");
      CHECK(conflict.expected == 1);
      CHECK_FALSE(conflict.found.has_value());
      CHECK(conflict.kind == Conflict::Kind::changed);
      CHECK(conflict.operation == Conflict::Operation::update);
      CHECK(on.watching->conflicts == 1);
      CHECK_THROWS_AS(work.commit(), UnitFailed);
      work.rollback();
      work.commit();
      CHECK(on.db.text("SELECT name FROM products") == "mine");
    }
}

TEST_CASE_TEMPLATE("no rows though the probe finds the version expected is WriteIgnored", B, Sqlite,
                   Postgres) {
  Watched<B> on;
  auto work = on.store.begin();
  work.template get<Product>(1)->name = "mine";
  on.db.log->answer_next("UPDATE products", 0);
  CHECK_THROWS_AS(work.commit(), rowan::WriteIgnored);
  work.rollback();
  work.commit();
  CHECK(on.db.text("SELECT name FROM products") == "mine");
}

TEST_CASE_TEMPLATE("a concurrent transaction in the way of a root that has moved is stale", B,
                   Sqlite, Postgres) {
  // The failure is scripted, the move is real.
  for (const auto kind : {FailureKind::serialization, FailureKind::deadlock}) {
    Watched<B> on;
    auto work = on.store.begin();
    auto ref = work.template get<Product>(1);
    ref->name = "mine";
    on.db.execute("UPDATE products SET version = 2");
    on.script->fail_at(2, kind);
    const auto error = thrown<StaleDataError>([&] { work.commit(); });
    CHECK(error.complete());
    CHECK(error.conflicts().front().found == 2);
    CHECK(error.code() == "SCRIPTED");
  }
}

TEST_CASE_TEMPLATE(
    "a concurrent transaction in the way of a root is stale also when the probe fails, as far as "
    "it is known",
    B, Sqlite, Postgres) {
  // Operations of the commit: BEGIN and UPDATE, then the probe's BEGIN, SELECT and COMMIT.
  for (const std::size_t n : {3U, 4U, 5U}) {
    CAPTURE(n);
    Database<B> db;
    const auto root_fails = std::make_shared<rowan::testing::Script>();
    const auto probe_fails = std::make_shared<rowan::testing::Script>();
    rowan::StoreOptions options = failing(db, root_fails);
    options.wrap = [inner = options.wrap, probe_fails](auto connection) {
      return rowan::testing::fail(probe_fails)(inner(std::move(connection)));
    };
    rowan::Store store = db.template open<Product>(std::move(options));
    store_all(store, Product{1, "pen"});
    auto work = store.begin();
    auto ref = work.template get<Product>(1);
    ref->name = "mine";
    root_fails->fail_at(2, FailureKind::serialization);
    probe_fails->fail_at(n, FailureKind::connection_lost);
    const auto error = thrown<StaleDataError>([&] { work.commit(); });
    CHECK_FALSE(error.complete());
    CHECK(error.retryable());
    CHECK(error.code() == "SCRIPTED");
    REQUIRE(error.conflicts().size() == 1);
    CHECK(error.concerns(ref));
    CHECK(error.conflicts().front().expected == 1);
    CHECK_FALSE(error.conflicts().front().found.has_value());
    CHECK(error.conflicts().front().operation == Conflict::Operation::update);
  }
}
