/// What a lost COMMIT is to the unit of work, to transact and to the connections of the store.

#include "database.hpp"
#include "failing_stores.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::CommitUnknown;
using rowan::FailureKind;
using rowan::UnitFailed;
using rowan::UsageError;
using rowan::testing::Fail;
using rowan::testing::Script;

TEST_CASE_TEMPLATE("after CommitUnknown the unit is over, and no rollback cures it", B, Sqlite,
                   Postgres) {
  for (const Fail when : {Fail::before, Fail::after}) {
    CAPTURE(static_cast<int>(when));
    Watched<B> on;
    int told = 0;
    const auto tell = [&](rowan::UnitOfWork&) { ++told; };
    auto work = on.store.begin({.hooks = {.after_commit = tell, .after_rollback = tell}});
    auto ref = work.template get<Product>(1);
    ref->name = "mine";
    on.script->fail_at(3, FailureKind::connection_lost, when);
    const auto error = thrown<CommitUnknown>([&] { work.commit(); });
    const std::int64_t version = on.db.number("SELECT version FROM products");
    CHECK(version == (when == Fail::after ? 2 : 1));
    CHECK(told == 0);  // nobody knows
    on.script->count();
    for (int i = 0; i < 3; ++i) {
      CHECK_THROWS_AS(work.commit(), UnitFailed);
      CHECK_THROWS_AS((void)work.try_commit(), UnitFailed);
      CHECK_THROWS_AS(work.flush(), UnitFailed);
      CHECK_THROWS_AS(work.savepoint([] {}), UnitFailed);
      CHECK_THROWS_AS((void)work.template get<Product>(1), UnitFailed);
      CHECK_THROWS_AS((void)work.template find<Product>(2), UnitFailed);
      CHECK_THROWS_AS((void)work.template find_all<Product>(), UnitFailed);
      CHECK_THROWS_AS((void)work.template count<Product>(), UnitFailed);
      CHECK_THROWS_AS(work.add(Product{2, "ink"}), UnitFailed);
      CHECK_THROWS_AS(work.remove(ref), UnitFailed);
      CHECK_THROWS_AS(work.template remove<Product>(1), UnitFailed);
      CHECK_THROWS_AS(work.touch(ref), UnitFailed);
      CHECK_THROWS_AS(work.expect(ref, 1), UnitFailed);
      CHECK_THROWS_AS(work.expect_unchanged(ref), UnitFailed);
      CHECK_THROWS_AS(work.refresh(ref), UnitFailed);
      CHECK_THROWS_AS(work.discard(ref), UnitFailed);
      CHECK_THROWS_AS(work.template update_all<Product>(rowan::set("name = 'x'"), rowan::Query()),
                      UnitFailed);
      CHECK_THROWS_AS(work.template remove_all<Product>(rowan::Query()), UnitFailed);
      const auto again = thrown<UnitFailed>([&] { work.commit(); });
      CHECK(has(again.what(), error.what()));
      CHECK(ref->name == "mine");
      CHECK(ref.version() == 1);
      work.rollback();
    }
    CHECK(on.script->operations() == 0);
    CHECK(on.db.number("SELECT version FROM products") == version);
    CHECK(on.watching->committed_aggregates == 0);
  }
}

TEST_CASE_TEMPLATE("a unit that has written nothing has no unknown COMMIT", B, Sqlite, Postgres) {
  Watched<B> on;
  rowan::WorkOptions options;
  SUBCASE("read only") {
    options.access = rowan::Access::read_only;
  }
  SUBCASE("read only, from the first read") {
    options.access = rowan::Access::read_only;
    options.transaction = rowan::Transaction::from_first_read;
  }
  SUBCASE("that could write, from the first read") {
    options.transaction = rowan::Transaction::from_first_read;
  }
  SUBCASE("that could write, serializable") {
    options.isolation = rowan::Isolation::serializable;
  }
  SUBCASE("that could write") {}
  for (const Fail when : {Fail::before, Fail::after}) {
    CAPTURE(static_cast<int>(when));
    auto work = on.store.begin(options);
    on.script->fail_at(3, FailureKind::connection_lost, when);  // BEGIN, SELECT, COMMIT
    CHECK_THROWS_AS(
        [&] {
          (void)work.template get<Product>(1);
          work.commit();
        }(),
        rowan::ConnectionLost);
    CHECK(on.script->operations() >= 3);
    on.script->count();
    work.rollback();
    CHECK(work.template get<Product>(1)->name == "pen");
    work.commit();
  }
  on.script->fail_at(3, FailureKind::connection_lost, Fail::after);
  on.store.transact(
      [&](rowan::UnitOfWork& work) {
        ++on.runs;
        (void)work.get<Product>(1);
      },
      options);
  CHECK(on.runs == 2);
}

TEST_CASE_TEMPLATE("a connection lost before COMMIT is tried again on a fresh one", B, Sqlite,
                   Postgres) {
  for (std::size_t n = 1; n <= 5; ++n)
    for (const Fail when : {Fail::before, Fail::after}) {
      CAPTURE(n);
      CAPTURE(static_cast<int>(when));
      Watched<B> on;
      on.script->fail_at(n, FailureKind::connection_lost, when);
      on.run();
      CHECK(on.runs == 2);
      CHECK(on.db.text("SELECT name FROM products") == "pen!");
      CHECK(on.db.number("SELECT version FROM products") == 2);
    }
}

TEST_CASE_TEMPLATE("a dead connection is never lent again", B, Sqlite, Postgres) {
  Database<B> db;
  const auto script = std::make_shared<Script>();
  int opened = 0;
  auto options = failing(db, script);
  options.connections = 1;
  options.lease_timeout = std::chrono::milliseconds(1);
  options.wrap = [&, wrap = options.wrap](std::unique_ptr<rowan::Connection> connection) {
    ++opened;
    return wrap(std::move(connection));
  };
  rowan::Store store = open_orders(db, {1}, std::move(options));
  CHECK(opened == 1);
  int expected = 1;
  for (std::size_t n = 1;; ++n) {
    CAPTURE(n);
    REQUIRE(n < 100);
    auto work = store.begin();
    script->fail_at(n, FailureKind::connection_lost);
    try {
      auto ref = work.get<Order>({1});
      ref->customer += "!";
      ref->lines[0].quantity += 1;
      work.commit();
      break;
    } catch (const rowan::Error&) {
      script->count();
      ++expected;
      CHECK(store.begin().template get<Order>({1})->customer == "Ann");
      CHECK(opened == expected);  // while the unit that has failed is still there
    }
  }
  CHECK(opened == expected);
  CHECK(db.text("SELECT customer FROM orders") == "Ann!");
}
