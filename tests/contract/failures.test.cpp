/// Whatever fails, and wherever: all or nothing in the database, edits kept in memory, and a way
/// on.

#include <rowan/soci.hpp>

#include "database.hpp"
#include "failing_stores.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::FailureKind;
using rowan::StaleDataError;
using rowan::UnitFailed;
using rowan::testing::Fail;
using rowan::testing::Script;

namespace {

/// What the database holds of orders 1 to 5, in numbers.
template <class B>
std::vector<std::int64_t> contents(Database<B>& db) {
  std::vector<std::int64_t> out;
  for (int id = 1; id <= 5; ++id) {
    const std::string order = std::to_string(id);
    out.push_back(db.number("SELECT max(version) FROM orders WHERE id = " + order));
    out.push_back(
        db.number("SELECT count(*) FROM orders WHERE customer = 'Cid' AND id = " + order));
    for (const char* table : {"order_lines", "discounts", "notes", "tags"})
      out.push_back(
          db.number("SELECT count(*) FROM " + std::string(table) + " WHERE order_id = " + order));
  }
  return out;
}

/// A unit of work that changes a root, adds one, removes one and moves a line between two.
struct Work {
  rowan::UnitOfWork unit;
  rowan::Ref<Order> changed = unit.get<Order>({1});
  rowan::Ref<Order> removed = unit.get<Order>({2});
  rowan::Ref<Order> from = unit.get<Order>({3});
  rowan::Ref<Order> to = unit.get<Order>({4});
  rowan::Ref<Order> added = unit.add(order(5, "Cid"));

  explicit Work(rowan::Store& store) : unit(store.begin()) {
    changed->customer = "Cid";
    unit.remove(removed);
    to->lines.push_back(from->lines.back());
    to->lines.back().number = 3;
    from->lines.pop_back();
  }
  void check_edits_kept_at(std::int64_t version) const {
    for (const auto& ref : {changed, from, to}) {
      CHECK(ref.version() == version);
      CHECK(ref->version == version);
    }
    CHECK(added.version() == version - 1);
    CHECK(added->version == version - 1);
    CHECK(changed->customer == "Cid");
    CHECK(from->lines.size() == 1);
    CHECK(to->lines.size() == 3);
    CHECK(added->lines.size() == 2);
  }
};

/// Four orders as new, and nothing else.
template <class B>
void reset(Database<B>& db, rowan::Store& plain) {
  for (const char* table : {"tags", "notes", "discounts", "order_lines", "orders"})
    db.execute("DELETE FROM " + std::string(table));
  store_all(plain, order(1), order(2), order(3), order(4));
}

template <class F>
void check_every_operation_throws(rowan::UnitOfWork& unit, rowan::Ref<Order> ref, F&& also) {
  CHECK_THROWS_AS(unit.commit(), UnitFailed);
  CHECK_THROWS_AS(unit.flush(), UnitFailed);
  CHECK_THROWS_AS((void)unit.get<Order>({1}), UnitFailed);
  CHECK_THROWS_AS((void)unit.find<Order>({9}), UnitFailed);
  CHECK_THROWS_AS((void)unit.get_all<Order>({{1}}), UnitFailed);
  CHECK_THROWS_AS((void)unit.find_all<Order>(), UnitFailed);
  CHECK_THROWS_AS((void)unit.count<Order>(), UnitFailed);
  CHECK_THROWS_AS(unit.for_each<Order>({}, [](auto) {}), UnitFailed);
  CHECK_THROWS_AS(unit.add(order(9)), UnitFailed);
  CHECK_THROWS_AS(unit.remove(ref), UnitFailed);
  CHECK_THROWS_AS(unit.touch(ref), UnitFailed);
  CHECK_THROWS_AS(unit.refresh(ref), UnitFailed);
  CHECK_THROWS_AS(unit.discard(ref), UnitFailed);
  CHECK_THROWS_AS((void)rowan::session(unit), UnitFailed);
  also();
}

/// The name of the error that committing throws; "" for none.
std::string commit_error(rowan::UnitOfWork& unit, std::string& what) {
  try {
    unit.commit();
    return {};
  } catch (const rowan::Error& error) {
    what = error.what();
    if (dynamic_cast<const StaleDataError*>(&error)) return "StaleDataError";
    if (dynamic_cast<const rowan::SerializationFailure*>(&error)) return "SerializationFailure";
    if (dynamic_cast<const rowan::LockTimeout*>(&error)) return "LockTimeout";
    if (dynamic_cast<const rowan::ConnectionLost*>(&error)) return "ConnectionLost";
    if (dynamic_cast<const rowan::CommitUnknown*>(&error)) return "CommitUnknown";
    if (dynamic_cast<const rowan::QueryError*>(&error)) return "QueryError";
    return "another error";
  }
}

std::string error_of(FailureKind kind) {
  switch (kind) {
    case FailureKind::serialization: return "SerializationFailure";
    case FailureKind::lock_timeout: return "LockTimeout";
    case FailureKind::connection_lost: return "ConnectionLost";
    default: return "QueryError";
  }
}

constexpr FailureKind kinds[] = {FailureKind::refused, FailureKind::connection_lost,
                                 FailureKind::serialization, FailureKind::lock_timeout};

}  // namespace

TEST_CASE_TEMPLATE(
    "wherever a commit fails, it is all or nothing, edits are kept, and after rollback "
    "it can be had",
    B, Sqlite, Postgres) {
  Database<B> db;
  const auto script = std::make_shared<Script>();
  rowan::Store store = db.template open<Order>(failing(db, script));
  rowan::Store plain = db.open(rowan::Schema::of<Order>());
  reset(db, plain);
  const auto before = contents(db);
  std::size_t operations = 0;
  {
    Work work(store);
    script->count();
    work.unit.commit();
    operations = script->operations();
    work.check_edits_kept_at(2);
  }
  const auto after = contents(db);
  REQUIRE(before != after);
  REQUIRE(operations > 10);

  for (const FailureKind kind : kinds)
    for (const Fail when : {Fail::before, Fail::after})
      for (std::size_t n = 1; n <= operations; ++n) {
        const bool at_begin = n == 1;
        const bool at_commit = n == operations;
        // No database refuses a COMMIT that it has executed.
        if (at_commit && when == Fail::after && kind != FailureKind::connection_lost) continue;
        CAPTURE(static_cast<int>(kind));
        CAPTURE(static_cast<int>(when));
        CAPTURE(n);
        reset(db, plain);
        Work work(store);
        script->fail_at(n, kind, when);
        std::string what;
        const std::string error = commit_error(work.unit, what);
        const bool unknown = at_commit && kind == FailureKind::connection_lost;
        const bool written = unknown && when == Fail::after;
        CHECK(error == (unknown ? "CommitUnknown" : error_of(kind)));
        CHECK(contents(db) == (written ? after : before));
        work.check_edits_kept_at(1);
        if (at_begin) {  // nothing had begun, so there is nothing to roll back
          CHECK_NOTHROW((void)work.unit.find<Order>({9}));
        } else {
          std::string again;
          CHECK(commit_error(work.unit, again) == "another error");
          CHECK(has(again, what));
        }
        if (n == 2)
          check_every_operation_throws(work.unit, work.changed,
                                       [&] { work.check_edits_kept_at(1); });
        work.unit.rollback();
        work.check_edits_kept_at(1);
        if (unknown) {  // the unit is over
          CHECK_THROWS_AS(work.unit.commit(), UnitFailed);
          CHECK(contents(db) == (written ? after : before));
          continue;
        }
        CHECK_FALSE(work.unit.find<Order>({2}).has_value());
        CHECK(commit_error(work.unit, what) == "");
        work.check_edits_kept_at(2);
        CHECK_THROWS_AS((void)work.removed->customer, rowan::UsageError);
        CHECK(contents(db) == after);
      }
}

TEST_CASE_TEMPLATE("wherever a load fails, the unit can load again", B, Sqlite, Postgres) {
  Database<B> db;
  const auto script = std::make_shared<Script>();
  rowan::Store store = open_orders(db, {1}, failing(db, script));
  script->count();
  { CHECK(store.begin().template get<Order>({1})->lines.size() == 2); }
  const std::size_t operations = script->operations();
  REQUIRE(operations > 5);
  for (const FailureKind kind : kinds)
    for (std::size_t n = 1; n <= operations; ++n) {
      CAPTURE(static_cast<int>(kind));
      CAPTURE(n);
      auto work = store.begin();
      script->fail_at(n, kind);
      try {
        (void)work.template get<Order>({1});
        FAIL("nothing was thrown");
      } catch (const rowan::Error& error) {  // of a COMMIT too: nothing can have been written
        CHECK(error.retryable() == (kind != FailureKind::refused));
      }
      auto ref = work.template get<Order>({1});
      CHECK(ref->lines.size() == 2);
      CHECK(ref->tags.size() == 2);
    }
}

TEST_CASE_TEMPLATE(
    "a read that fails in an open transaction fails the unit, and what was flushed is "
    "undone in memory too",
    B, Sqlite, Postgres) {
  Database<B> db;
  const auto script = std::make_shared<Script>();
  rowan::Store store = open_orders(db, {1, 2}, failing(db, script));
  auto work = store.begin({.transaction = rowan::Transaction::from_first_read});
  auto ref = work.get<Order>({1});
  ref->customer = "Bob";
  work.flush();
  script->fail_at(1, FailureKind::connection_lost);
  CHECK_THROWS_AS((void)work.get<Order>({2}), rowan::ConnectionLost);
  CHECK_THROWS_AS(work.commit(), UnitFailed);
  CHECK(db.text("SELECT customer FROM orders WHERE id = 1") == "Ann");
  work.rollback();
  CHECK(ref->customer == "Bob");
  CHECK(ref.version() == 1);
  work.commit();
  CHECK(db.text("SELECT customer FROM orders WHERE id = 1") == "Bob");
  CHECK(ref.version() == 2);
}

TEST_CASE_TEMPLATE("a second flush that fails takes the first one back, in memory too", B, Sqlite,
                   Postgres) {
  Database<B> db;
  const auto script = std::make_shared<Script>();
  rowan::Store store = open_orders(db, {1, 2}, failing(db, script));
  auto work = store.begin();
  auto one = work.get<Order>({1});
  auto two = work.get<Order>({2});
  one->customer = "Bob";
  auto added = work.add(order(3));
  work.flush();
  two->customer = "Cid";
  script->fail_at(1, FailureKind::refused);
  CHECK_THROWS_AS(work.flush(), rowan::QueryError);
  CHECK(db.number("SELECT count(*) FROM orders") == 2);
  work.rollback();
  CHECK(one.version() == 1);
  CHECK(added.version() == 0);
  work.commit();
  CHECK(db.number("SELECT count(*) FROM orders WHERE version = 2") == 2);
  CHECK(db.number("SELECT version FROM orders WHERE id = 3") == 1);
  CHECK(one.version() == 2);
  CHECK(two.version() == 2);
}
