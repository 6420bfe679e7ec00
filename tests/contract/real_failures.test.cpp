/// Failures that a database really has: what it holds then, and that the same unit of work comes to
/// its end once the cause is gone. fault_loop.test.cpp has the scripted ones.

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <rowan/soci.hpp>

#include "database.hpp"
#include "fault_kinds.hpp"
#include "orders.hpp"
#include "triggers.hpp"
#include "waiting.hpp"

using namespace contract;
using rowan::ConstraintViolation;
using rowan::ResourcesExhausted;
using rowan::UnitFailed;

namespace {

/// Lets a file grow to so many pages and no further, whoever opens it.
class Limit {
 public:
  /// From the next connection on, so many more than there are now.
  void set(rowan::Store& store, int more) {
    auto unit = store.begin();
    int pages = 0;
    rowan::session(unit) << "PRAGMA page_count", soci::into(pages);
    *pages_ = pages + more;
  }
  /// For StoreOptions::wrap.
  [[nodiscard]] auto imposed() const {
    return [pages = pages_](std::unique_ptr<rowan::Connection> connection) {
      int limit = 0;
      if (*pages > 0)
        *static_cast<soci::session*>(connection->session())
            << "PRAGMA max_page_count = " + std::to_string(*pages),
            soci::into(limit);
      return connection;
    };
  }

 private:
  std::shared_ptr<int> pages_ = std::make_shared<int>(0);  // 0: no limit
};

}  // namespace

TEST_CASE("a disk that is full ends the unit, which is committed when there is room: Sqlite only") {
  enum class In { commit, savepoint, bulk };
  for (const In in : {In::commit, In::savepoint, In::bulk})
    for (const auto journal : {rowan::Journal::write_ahead, rowan::Journal::rollback}) {
      CAPTURE(static_cast<int>(in));
      CAPTURE(static_cast<int>(journal));
      Database<Sqlite> db;
      Limit limit;
      rowan::StoreOptions options{.connections = 1, .journal = journal};
      options.wrap = limit.imposed();
      rowan::Store store = open_orders(db, {1, 2}, options);
      auto unit = store.begin();
      auto ref = unit.get<Order>({1});
      ref->customer = "Cid";
      auto large = unit.add(order(9));
      large->remark = std::string(1 << 20, 'x');
      limit.set(store, 2);
      if (in == In::commit) {
        CHECK_THROWS_AS(unit.commit(), ResourcesExhausted);
      } else if (in == In::savepoint) {
        CHECK_THROWS_AS(unit.savepoint([&] { large->customer = "Cid"; }), ResourcesExhausted);
      } else {
        large->remark.reset();
        CHECK_THROWS_AS(unit.update_all<Order>(rowan::set("remark = ?", std::string(1 << 20, 'y')),
                                               rowan::Query()),
                        ResourcesExhausted);
        large->remark = std::string(1 << 20, 'x');
      }
      CHECK_THROWS_AS(unit.commit(), UnitFailed);
      CHECK(db.number("SELECT count(*) FROM orders WHERE version = 1 AND customer = 'Ann'") == 2);
      CHECK(db.number("SELECT count(*) FROM orders") == 2);
      CHECK(ref.version() == 1);
      CHECK(large.version() == 0);
      unit.rollback();
      limit.set(store, 10000);
      unit.commit();
      CHECK(ref.version() == 2);
      CHECK(large.version() == 1);
      CHECK(db.number("SELECT length(remark) FROM orders WHERE id = 9") == 1 << 20);
    }
}

TEST_CASE_TEMPLATE("of a violated constraint the data is corrected, or one aggregate left out", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto unit = store.begin();
  auto one = unit.template get<Order>({1});
  one->customer = "Cid";
  auto clash = unit.add(order(3));
  store_all(store, order(3, "somebody else's"));
  CHECK_THROWS_AS(unit.commit(), ConstraintViolation);
  CHECK(one.version() == 1);
  CHECK(clash.version() == 0);
  CHECK(db.number("SELECT count(*) FROM orders WHERE customer = 'Cid'") == 0);
  unit.rollback();
  SUBCASE("corrected") {
    clash->id = {4};
  }
  SUBCASE("left out") {
    unit.discard(clash);
  }
  unit.commit();
  CHECK(one.version() == 2);
  CHECK(db.text("SELECT customer FROM orders WHERE id = 1") == "Cid");
  CHECK(db.text("SELECT customer FROM orders WHERE id = 3") == "somebody else's");
}

TEST_CASE("a deadlock with somebody who locks in another order: Postgres only") {
  Database<Postgres> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto unit = store.begin({.lock_timeout = std::chrono::seconds(20)});
  auto one = unit.get<Order>({1});
  auto two = unit.get<Order>({2});
  one->customer = "Cid";
  two->customer = "Cid";
  auto theirs = store.begin({.lock_timeout = std::chrono::seconds(20)});
  soci::session& sql = rowan::session(theirs);
  // Who waits longest looks first, and the other would look later still.
  sql << "SET LOCAL deadlock_timeout = '60s'";
  sql << "UPDATE orders SET customer = 'Bob' WHERE id = 2";
  const int holder = process_of(theirs);
  std::string error;
  std::thread committing([&] {
    try {
      unit.commit();
    } catch (const rowan::Error& thrown) {
      error = name_of(thrown);
    }
  });
  const bool waits = is_waited_for(db, holder);
  if (waits) sql << "UPDATE orders SET customer = 'Bob' WHERE id = 1";
  theirs.rollback();
  committing.join();
  CHECK(waits);
  CHECK(error == "Deadlock");
  CHECK(db.number("SELECT count(*) FROM orders WHERE version = 1 AND customer = 'Ann'") == 2);
  CHECK(one.version() == 1);
  CHECK_THROWS_AS(unit.commit(), UnitFailed);
  unit.rollback();
  unit.commit();
  CHECK(one.version() == 2);
  CHECK(two.version() == 2);
}

TEST_CASE("what the server says, in the midst of a commit and in COMMIT: Postgres only") {
  struct Case {
    const char* code;
    const char* error;
    bool retryable;
  };
  for (const Case& each : std::vector<Case>{{"40001", "SerializationFailure", true},
                                            {"40P01", "Deadlock", true},
                                            {"55P03", "LockTimeout", true},
                                            {"57014", "StatementTimeout", false},
                                            {"53100", "ResourcesExhausted", false},
                                            {"53200", "ResourcesExhausted", false},
                                            {"23505", "ConstraintViolation", false},
                                            {"23514", "ConstraintViolation", false},
                                            {"22003", "DataError", false},
                                            {"25006", "ReadOnly", false},
                                            {"42501", "QueryError", false},
                                            {"P0001", "QueryError", false}})
    for (const bool in_commit : {false, true}) {
      const std::string code = each.code;
      CAPTURE(code);
      CAPTURE(in_commit);
      Database<Postgres> db;
      rowan::Store store = open_orders(db, {1, 2});
      db.execute(
          "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
          "$$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '" +
          code + "'; END $$");
      db.execute("CREATE CONSTRAINT TRIGGER refuse AFTER UPDATE ON order_lines " +
                 std::string(in_commit ? "DEFERRABLE INITIALLY DEFERRED " : "") +
                 "FOR EACH ROW EXECUTE FUNCTION refuse()");
      auto unit = store.begin();
      auto ref = unit.get<Order>({1});
      ref->customer = "Cid";
      ref->lines[0].quantity = 7;
      const auto error = [&] {
        try {
          unit.commit();
          return std::string();
        } catch (const rowan::Error& thrown) {
          CHECK(thrown.code() == code);
          CHECK(thrown.retryable() == each.retryable);
          return name_of(thrown);
        }
      }();
      CHECK(error == each.error);
      CHECK(db.number("SELECT count(*) FROM orders WHERE version = 1 AND customer = 'Ann'") == 2);
      CHECK(ref.version() == 1);
      db.execute("DROP TRIGGER refuse ON order_lines");
      unit.rollback();
      unit.commit();
      CHECK(ref.version() == 2);
      CHECK(db.number("SELECT quantity FROM order_lines WHERE order_id = 1 AND line_no = 1") == 7);
    }
}
