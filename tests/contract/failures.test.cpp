/// Whatever fails, and wherever: all or nothing in the database, edits kept in memory, and a way
/// on.

#include <rowan/soci.hpp>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::Conflict;
using rowan::FailureKind;
using rowan::StaleDataError;
using rowan::UnitFailed;
using rowan::testing::Fail;
using rowan::testing::Script;

namespace {

/// Fails by the script what is recorded in the log.
template <class B>
rowan::StoreOptions failing(const Database<B>& db, const std::shared_ptr<Script>& script) {
  rowan::StoreOptions options;
  options.wrap = [script, log = db.log](std::unique_ptr<rowan::Connection> connection) {
    return rowan::testing::fail(script)(rowan::testing::record(log)(std::move(connection)));
  };
  return options;
}

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
        CHECK_FALSE(work.unit.find<Order>({2}).has_value());
        if (written) {
          CHECK(commit_error(work.unit, what) == "StaleDataError");
          work.unit.rollback();
          work.unit.refresh(work.changed);
          CHECK(work.changed.version() == 2);
        } else {
          CHECK(commit_error(work.unit, what) == "");
          work.check_edits_kept_at(2);
          CHECK_THROWS_AS((void)work.removed->customer, rowan::UsageError);
        }
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

TEST_CASE_TEMPLATE("a unit that ends without commit rolls back", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  db.log->clear();
  {
    auto work = store.begin();
    auto ref = work.get<Order>({1});
    ref->customer = "Bob";
    work.remove(work.get<Order>({2}));
    work.add(order(3));
    work.flush();
  }
  CHECK(db.log->sql().back() == "ROLLBACK");
  CHECK(db.number("SELECT count(*) FROM orders WHERE customer = 'Ann' AND version = 1") == 2);
  CHECK(db.number("SELECT count(*) FROM order_lines") == 4);
  db.log->clear();
  {
    auto work = store.begin();
    work.add(order(3));
  }
  CHECK(db.log->sql().empty());
}

TEST_CASE_TEMPLATE("a unit moved over another rolls that one back", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  auto work = store.begin();
  work.add(Product{1, "pen"});
  work.flush();
  work = store.begin();
  CHECK(db.number("SELECT count(*) FROM products") == 0);
  work.add(Product{1, "ink"});
  work.commit();
  CHECK(db.text("SELECT name FROM products") == "ink");
}

TEST_CASE_TEMPLATE("with the stale root discarded the others can be committed", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto work = store.begin();
  auto one = work.get<Order>({1});
  auto two = work.get<Order>({2});
  auto added = work.add(order(3));
  one->customer = "Cid";
  two->customer = "Cid";
  store.transact([](rowan::UnitOfWork& b) { b.get<Order>({1})->customer = "Bob"; });
  CHECK_THROWS_AS(work.commit(), StaleDataError);
  CHECK_THROWS_AS(work.discard(one), UnitFailed);
  work.rollback();
  work.discard(one);
  CHECK_THROWS_AS((void)one->customer, rowan::UsageError);
  work.commit();
  CHECK(db.text("SELECT customer FROM orders WHERE id = 1") == "Bob");
  CHECK(db.text("SELECT customer FROM orders WHERE id = 2") == "Cid");
  CHECK(two.version() == 2);
  CHECK(added.version() == 1);
  CHECK(work.get<Order>({1})->customer == "Bob");  // it can be had anew
}

TEST_CASE_TEMPLATE("discard is refused for what the open transaction has written", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  ref->customer = "Bob";
  work.flush();
  CHECK_THROWS_AS(work.discard(ref), rowan::UsageError);
  CHECK(ref->customer == "Bob");
  work.commit();
  work.discard(ref);
  CHECK_THROWS_AS((void)ref->customer, rowan::UsageError);
}

TEST_CASE_TEMPLATE("an invariant that refuses before the write passes as it is, and sends nothing",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto work = store.begin();
  auto one = work.get<Order>({1});
  auto two = work.get<Order>({2});
  one->customer = "Bob";
  two->customer = "nobody";
  db.log->clear();
  CHECK_THROWS_WITH_AS(work.commit(), "an order has a customer", std::logic_error);
  CHECK(db.log->sql().empty());
  two->customer = "Cid";
  work.flush();  // the unit has not failed
  two->customer = "nobody";
  CHECK_THROWS_AS(work.commit(), std::logic_error);
  two->customer = "Dan";
  work.commit();  // nor has its open transaction
  CHECK(db.text("SELECT customer FROM orders WHERE id = 2") == "Dan");
  CHECK(db.number("SELECT count(*) FROM orders WHERE version = 2") == 2);
  CHECK(two.version() == 2);
}

// -- transact

namespace {

class Watching : public rowan::Observer {
 public:
  std::vector<int> attempts;
  std::size_t conflicts = 0;
  std::size_t committed_aggregates = 0;
  void retrying(int attempt, const rowan::Error& cause,
                std::chrono::milliseconds) noexcept override {
    CHECK(cause.retryable());
    attempts.push_back(attempt);
  }
  void conflict(const StaleDataError&) noexcept override { ++conflicts; }
  void committed(std::size_t aggregates) noexcept override { committed_aggregates += aggregates; }
};

/// A store that fails by its script and is watched, with a product in it.
template <class B>
struct Watched {
  Database<B> db;
  std::shared_ptr<Script> script = std::make_shared<Script>();
  std::shared_ptr<Watching> watching = std::make_shared<Watching>();
  rowan::Store store = open();
  int runs = 0;

  Watched() {
    store_all(store, Product{1, "pen"});
    watching->committed_aggregates = 0;
  }
  void run() {
    store.transact([&](rowan::UnitOfWork& work) {
      ++runs;
      work.get<Product>(1)->name += "!";
    });
  }

 private:
  rowan::Store open() {
    auto options = failing(db, script);
    options.observer = watching;
    options.work.retry = rowan::Retry{.attempts = 3, .pause = std::chrono::milliseconds(1)};
    return db.template open<Product>(std::move(options));
  }
};

}  // namespace

TEST_CASE_TEMPLATE("transact starts again from the start for what a fresh attempt can cure", B,
                   Sqlite, Postgres) {
  for (const auto kind : {FailureKind::serialization, FailureKind::deadlock,
                          FailureKind::lock_timeout, FailureKind::connection_lost}) {
    std::size_t operations = 0;
    {
      Watched<B> counted;
      counted.script->count();
      counted.run();
      operations = counted.script->operations();
    }
    REQUIRE(operations >= 6);  // BEGIN, SELECT, COMMIT; BEGIN, UPDATE, COMMIT
    for (std::size_t n = 1; n <= operations; ++n) {
      if (n == operations && kind == FailureKind::connection_lost) continue;  // CommitUnknown
      CAPTURE(static_cast<int>(kind));
      CAPTURE(n);
      Watched<B> on;
      on.script->fail_at(n, kind);
      on.run();
      CHECK(on.runs == 2);
      CHECK(on.watching->attempts == std::vector<int>{2});
      CHECK(on.store.counters().retries == 1);
      CHECK(on.watching->committed_aggregates == 1);
      CHECK(on.db.text("SELECT name FROM products") == "pen!");
      CHECK(on.db.number("SELECT version FROM products") == 2);
    }
  }
}

TEST_CASE_TEMPLATE("transact does not repeat what it may have committed, or what would fail again",
                   B, Sqlite, Postgres) {
  const auto check_once = [](Watched<B>& on) {
    CHECK(on.runs == 1);
    CHECK(on.watching->attempts.empty());
    CHECK(on.store.counters().retries == 0);
  };
  SUBCASE("CommitUnknown") {
    for (const Fail when : {Fail::before, Fail::after}) {
      Watched<B> on;
      on.script->fail_at(6, FailureKind::connection_lost, when);
      CHECK_THROWS_AS(on.run(), rowan::CommitUnknown);
      check_once(on);
      CHECK(on.db.number("SELECT version FROM products") == (when == Fail::after ? 2 : 1));
    }
  }
  SUBCASE("refusals") {
    for (const auto kind : {FailureKind::refused, FailureKind::unique, FailureKind::foreign_key,
                            FailureKind::value, FailureKind::read_only, FailureKind::resources,
                            FailureKind::statement_timeout, FailureKind::aborted}) {
      CAPTURE(static_cast<int>(kind));
      Watched<B> on;
      on.script->fail_at(5, kind);
      CHECK_THROWS_AS(on.run(), rowan::Error);
      check_once(on);
      CHECK(on.db.number("SELECT version FROM products") == 1);
    }
  }
  SUBCASE("a constraint") {
    Watched<B> on;
    on.db.execute("CREATE UNIQUE INDEX one_name ON products (name)");
    store_all(on.store, Product{2, "pen!"});
    CHECK_THROWS_AS(on.run(), rowan::ConstraintViolation);
    check_once(on);
  }
  SUBCASE("exceptions of the user's own") {
    Watched<B> on;
    CHECK_THROWS_WITH_AS(on.store.transact([&](rowan::UnitOfWork& work) {
      ++on.runs;
      work.get<Product>(1)->name = "lost";
      work.flush();
      throw std::runtime_error("mine");
    }),
                         "mine", std::runtime_error);
    check_once(on);
    CHECK(on.db.text("SELECT name FROM products") == "pen");
  }
}

TEST_CASE_TEMPLATE("transact gives up after so many attempts, and throws what the last one threw",
                   B, Sqlite, Postgres) {
  Watched<B> on;
  const auto attempt = [&](rowan::UnitOfWork& work) {
    ++on.runs;
    work.get<Product>(1)->name = "mine";
    on.db.execute("UPDATE products SET version = version + 1");
  };
  const auto error = thrown<StaleDataError>([&] { on.store.transact(attempt); });
  CHECK(error.conflicts().front().expected == 3);
  CHECK(error.conflicts().front().found == 4);
  CHECK(on.runs == 3);
  CHECK(on.watching->attempts == std::vector<int>{2, 3});
  CHECK(on.watching->conflicts == 3);
  on.runs = 0;
  CHECK_THROWS_AS(on.store.transact(attempt, {.retry = rowan::Retry{.attempts = 1}}),
                  StaleDataError);
  CHECK(on.runs == 1);
}

TEST_CASE_TEMPLATE("transact returns what its work returns", B, Sqlite, Postgres) {
  Watched<B> on;
  on.script->fail_at(5, FailureKind::deadlock);
  const std::string name = on.store.transact([](rowan::UnitOfWork& work) {
    auto ref = work.get<Product>(1);
    ref->name += "!";
    return ref->name;
  });
  CHECK(name == "pen!");
}

// -- the probe

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
