/// Savepoints whose statements fail, each in turn.

#include "database.hpp"
#include "failing_stores.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::FailureKind;
using rowan::UnitFailed;
using rowan::testing::Script;

namespace {

struct Oops {};  // not a std::exception

/// A unit that writes before, in and behind savepoints, of which one is taken back.
struct Edited {
  rowan::UnitOfWork unit;
  rowan::Ref<Order> one = unit.get<Order>({1});
  rowan::Ref<Order> two = unit.get<Order>({2});

  explicit Edited(rowan::Store& store) : unit(store.begin()) {}
  void run() {
    one->customer = "out";
    unit.savepoint([&] {
      two->customer = "in";
      try {
        unit.savepoint([&] {
          two->lines.clear();
          unit.flush();
          throw Oops();
        });
      } catch (const Oops&) {
        // Taken back, and the rest goes on.
      }
      unit.savepoint([&] { two->lines.pop_back(); });
    });
    unit.commit();
  }
  [[nodiscard]] std::string contents() const {
    return one->customer + two->customer + std::to_string(one->lines.size() + two->lines.size());
  }
};

/// The same, as the database has it.
template <class B>
std::string contents(Database<B>& db) {
  return db.text("SELECT customer FROM orders WHERE id = 1") +
         db.text("SELECT customer FROM orders WHERE id = 2") +
         std::to_string(db.number("SELECT count(*) FROM order_lines"));
}

}  // namespace

TEST_CASE_TEMPLATE("wherever a connection or a statement fails, it is all or nothing", B, Sqlite,
                   Postgres) {
  Database<B> db;
  const auto script = std::make_shared<Script>();
  rowan::Store store = open_orders(db, {1, 2}, failing(db, script));
  const auto reset = [&] {
    store.transact([](rowan::UnitOfWork& work) {
      for (const auto& ref : work.find_all<Order>()) {
        ref->customer = "Ann";
        ref->lines = order(1).lines;
      }
    });
  };
  std::size_t operations = 0;
  {
    Edited edited(store);
    script->count();
    edited.run();
    operations = script->operations();
    CHECK(contents(db) == "outin3");
  }
  REQUIRE(operations > 12);
  for (const auto kind : {FailureKind::connection_lost, FailureKind::refused, FailureKind::unique,
                          FailureKind::serialization})
    for (std::size_t n = 1; n < operations; ++n) {
      CAPTURE(static_cast<int>(kind));
      CAPTURE(n);
      script->count();
      reset();
      Edited edited(store);
      script->fail_at(n, kind);
      CHECK_THROWS_AS(edited.run(), rowan::Error);
      CHECK(contents(db) == "AnnAnn4");
      try {  // what was written before the savepoint may have survived, and nothing else
        edited.unit.commit();
        CHECK(has(contents(db), "out"));
      } catch (const UnitFailed&) {
        CHECK(contents(db) == "AnnAnn4");
        edited.unit.rollback();
        edited.unit.commit();
      }
      CHECK(contents(db) == edited.contents());
      CHECK(edited.one.version() == db.number("SELECT version FROM orders WHERE id = 1"));
      CHECK(edited.two.version() == db.number("SELECT version FROM orders WHERE id = 2"));
    }
}

TEST_CASE_TEMPLATE("a COMMIT that is lost after savepoints is unknown", B, Sqlite, Postgres) {
  Database<B> db;
  const auto script = std::make_shared<Script>();
  rowan::Store store = open_orders(db, {1, 2}, failing(db, script));
  Edited edited(store);
  edited.unit.savepoint([&] { edited.one->customer = "Bob"; });
  script->fail_at(1, FailureKind::connection_lost, rowan::testing::Fail::after);
  const auto error = thrown<rowan::CommitUnknown>([&] { edited.unit.commit(); });
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
