/// Units with savepoints that fail. fault_loop.test.cpp lets each statement of one fail in turn.

#include "database.hpp"
#include "failing_stores.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::FailureKind;
using rowan::testing::Script;

namespace {

/// What the database holds.
template <class B>
std::string contents(Database<B>& db) {
  return db.text("SELECT customer FROM orders WHERE id = 1") +
         db.text("SELECT customer FROM orders WHERE id = 2") +
         std::to_string(db.number("SELECT count(*) FROM order_lines"));
}

}  // namespace

TEST_CASE_TEMPLATE("a COMMIT that is lost after savepoints is unknown", B, Sqlite, Postgres) {
  Database<B> db;
  const auto script = std::make_shared<Script>();
  rowan::Store store = open_orders(db, {1, 2}, failing(db, script));
  auto work = store.begin();
  auto one = work.template get<Order>({1});
  work.savepoint([&] { one->customer = "Bob"; });
  script->fail_at(1, FailureKind::connection_lost, rowan::testing::Fail::after);
  const auto error = thrown<rowan::CommitUnknown>([&] { work.commit(); });
  CHECK(error.resolve() == (db.postgres ? rowan::CommitUnknown::Answer::committed
                                        : rowan::CommitUnknown::Answer::unknown));
  CHECK(contents(db) == "BobAnn4");
}

TEST_CASE_TEMPLATE("a constraint violated in the only connection of a store waits for no other", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::StoreOptions options;
  options.connections = 1;
  options.lease_timeout = std::chrono::milliseconds(1);
  rowan::Store store = open_orders(db, {1, 2}, options);
  auto work = store.begin();
  auto one = work.get<Order>({1});
  one->customer = "Bob";
  CHECK_THROWS_AS(work.savepoint([&] { work.add(order(2)); }), rowan::ConstraintViolation);
  work.commit();
  CHECK(contents(db) == "BobAnn4");
}

TEST_CASE_TEMPLATE("transact starts again when the way back to a savepoint was lost", B, Sqlite,
                   Postgres) {
  struct TakenBack {};  // not a std::exception
  Watched<B> on;
  std::size_t way_back = 0;
  const auto run = [&] {
    on.store.transact([&](rowan::UnitOfWork& work) {
      ++on.runs;
      auto ref = work.get<Product>(1);
      try {
        work.savepoint([&] {
          ref->name = "inside";
          work.flush();
          if (on.runs == 1) way_back = on.script->operations() + 1;
          throw TakenBack();
        });
      } catch (const TakenBack&) {
        // The rest goes on.
      }
      ref->name = "outside";
    });
  };
  on.script->count();
  run();
  for (const auto kind : {FailureKind::connection_lost, FailureKind::lock_timeout}) {
    on.runs = 0;
    on.script->fail_at(way_back, kind);
    run();
    CHECK(on.runs == 2);
    CHECK(on.db.text("SELECT name FROM products") == "outside");
  }
  on.runs = 0;
  on.script->fail_at(way_back, FailureKind::refused);
  CHECK_THROWS_AS(run(), rowan::UnitFailed);
  CHECK(on.runs == 1);
}
