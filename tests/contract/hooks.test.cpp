/// Hooks: when they are called, what they may do, and what becomes of what they throw.

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <utility>

#include "database.hpp"
#include "failing_stores.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::AfterCommitError;
using rowan::StaleDataError;
using rowan::UnitFailed;
using rowan::UnitOfWork;
using rowan::UsageError;

namespace {

/// Hooks that write down `name` and what they are.
rowan::Hooks noting(Strings& calls, const std::string& name) {
  const auto note = [&calls, name](const std::string& what) {
    return [&calls, entry = name + " " + what](UnitOfWork&) { calls.push_back(entry); };
  };
  return {.before_flush = note("before flush"),
          .before_commit = note("before commit"),
          .after_commit = note("after commit"),
          .after_rollback = note("after rollback")};
}

rowan::StoreOptions with(rowan::Hooks hooks) {
  rowan::StoreOptions options;
  options.work.hooks = std::move(hooks);
  return options;
}

std::size_t count(const Strings& calls, const std::string& call) {
  return static_cast<std::size_t>(std::count(calls.begin(), calls.end(), call));
}

}  // namespace

TEST_CASE_TEMPLATE("hooks of the store are called before those of the unit", B, Sqlite, Postgres) {
  Database<B> db;
  Strings calls;
  rowan::Store store = open_orders(db, {1}, with(noting(calls, "store")));
  auto work = store.begin({.hooks = noting(calls, "unit")});
  auto ref = work.get<Order>({1});
  calls.clear();
  SUBCASE("at a flush") {
    ref->customer = "Bob";
    work.flush();
    CHECK(calls == Strings{"store before flush", "unit before flush"});
  }
  SUBCASE("at a commit") {
    ref->customer = "Bob";
    work.commit();
    CHECK(calls == Strings{"store before commit", "unit before commit", "store before flush",
                           "unit before flush", "store after commit", "unit after commit"});
  }
  SUBCASE("at a rollback") {
    ref->customer = "Bob";
    work.flush();
    calls.clear();
    work.rollback();
    CHECK(calls == Strings{"store after rollback", "unit after rollback"});
  }
  SUBCASE("of another unit, the store's only") {
    store.begin().commit();
    CHECK(count(calls, "store before commit") == 1);
    CHECK(count(calls, "unit before commit") == 0);
  }
}

TEST_CASE_TEMPLATE("what is done before a flush and before a commit is written with it", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Order, Product>();
  store_all(store, order(1), order(2), order(3), Product{1, "log"});
  int flushes = 0;
  rowan::Hooks hooks;
  hooks.before_flush = [&](UnitOfWork& unit) { unit.add(Product{100 + flushes++, "audit"}); };
  hooks.before_commit = [&](UnitOfWork& unit) {
    unit.touch(unit.get<Product>(1));
    if (const auto two = unit.find<Order>({2})) unit.remove(*two);
    for (const auto& ref : unit.find_all<Order>(rowan::where("id = 3"))) ref->customer = "hook";
  };
  auto options = rowan::WorkOptions{.hooks = hooks};
  SUBCASE("in a transaction of its own") {}
  SUBCASE("from the first read") {
    options.transaction = rowan::Transaction::from_first_read;
  }
  auto work = store.begin(options);
  auto ref = work.get<Order>({1});
  ref->customer = "Bob";
  work.flush();
  work.commit();
  CHECK(flushes == 2);
  CHECK(db.number("SELECT count(*) FROM products WHERE name = 'audit' AND version = 1") == 2);
  CHECK(db.number("SELECT version FROM products WHERE id = 1") == 2);
  CHECK(db.number("SELECT count(*) FROM orders WHERE id = 2") == 0);
  CHECK(db.text("SELECT customer FROM orders WHERE id = 3") == "hook");
  CHECK(db.number("SELECT version FROM orders WHERE id = 3") == 2);
  CHECK(ref.version() == 2);
  work.commit();  // what a hook does is done even where nothing else is
  CHECK(flushes == 3);
  CHECK(db.number("SELECT version FROM products WHERE id = 1") == 3);
}

TEST_CASE_TEMPLATE("what a hook throws before the write fails the unit, and edits are kept", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  bool refuse = true;
  bool flushed = false;
  const auto hook = [&](UnitOfWork&) {
    if (refuse) throw std::domain_error("not today");
  };
  rowan::WorkOptions options;
  Strings calls;
  options.hooks = noting(calls, "unit");
  SUBCASE("before a commit") {
    options.hooks.before_commit = hook;
  }
  SUBCASE("before a commit, with a flush behind") {
    options.hooks.before_commit = hook;
    flushed = true;
  }
  SUBCASE("before a flush") {
    options.hooks.before_flush = hook;
  }
  auto work = store.begin(options);
  auto ref = work.get<Order>({1});
  auto added = work.add(order(2));
  ref->customer = "Bob";
  if (flushed) work.flush();
  CHECK_THROWS_WITH_AS(work.commit(), "not today", std::domain_error);
  const auto again = thrown<UnitFailed>([&] { work.commit(); });
  CHECK(has(again.what(), "not today"));
  CHECK_THROWS_AS((void)work.get<Order>({1}), UnitFailed);
  CHECK(db.number("SELECT count(*) FROM orders WHERE customer = 'Ann'") == 1);
  CHECK(db.number("SELECT count(*) FROM orders") == 1);
  CHECK(ref->customer == "Bob");
  CHECK(ref.version() == 1);
  CHECK(added.version() == 0);
  work.rollback();
  CHECK(count(calls, "unit after rollback") == (flushed ? 1 : 0));
  CHECK(count(calls, "unit after commit") == 0);
  refuse = false;
  work.commit();
  CHECK(ref.version() == 2);
  CHECK(added.version() == 1);
  CHECK(db.number("SELECT count(*) FROM orders") == 2);
}

TEST_CASE_TEMPLATE("a hook must not write the unit that calls it", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  std::function<void(UnitOfWork&)> asked;
  SUBCASE("flush") {
    asked = [](UnitOfWork& unit) { unit.flush(); };
  }
  SUBCASE("commit") {
    asked = [](UnitOfWork& unit) { unit.commit(); };
  }
  SUBCASE("try_commit") {
    asked = [](UnitOfWork& unit) { (void)unit.try_commit(); };
  }
  SUBCASE("savepoint") {
    asked = [](UnitOfWork& unit) { unit.savepoint([] {}); };
  }
  SUBCASE("update_all") {
    asked = [](UnitOfWork& unit) {
      unit.update_all<Order>(rowan::set("remark = 'x'"), rowan::Query());
    };
  }
  SUBCASE("update_all of some") {
    asked = [](UnitOfWork& unit) {
      (void)unit.update_all<Order>(rowan::set("remark = 'x'"), {{OrderId{1}, 1}});
    };
  }
  SUBCASE("remove_all") {
    asked = [](UnitOfWork& unit) { unit.remove_all<Order>(rowan::Query()); };
  }
  SUBCASE("rollback, after which the commit is refused") {
    asked = [](UnitOfWork& unit) { unit.rollback(); };
  }
  for (const bool at_commit : {true, false}) {
    CAPTURE(at_commit);
    rowan::Hooks hooks;
    (at_commit ? hooks.before_commit : hooks.before_flush) = asked;
    auto work = store.begin({.hooks = hooks});
    auto ref = work.get<Order>({1});
    ref->customer = "Bob";
    CHECK_THROWS_AS(work.commit(), UsageError);
    CHECK_THROWS_AS(work.commit(), UnitFailed);
    CHECK(ref->customer == "Bob");
    CHECK(db.number("SELECT count(*) FROM orders WHERE version = 1 AND customer = 'Ann'") == 1);
  }
}

TEST_CASE_TEMPLATE(
    "a hook that changes something at each flush is called once for each, so there is no loop to "
    "be bounded",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  int calls = 0;
  rowan::Hooks hooks;
  hooks.before_flush = [&](UnitOfWork& unit) {
    ++calls;
    unit.get<Order>({1})->customer += "!";
    CHECK(unit.count<Order>() == 1);  // and a query in a hook does not flush
  };
  auto work = store.begin({.transaction = rowan::Transaction::from_first_read, .hooks = hooks});
  work.commit();
  CHECK(calls == 1);
  CHECK(db.text("SELECT customer FROM orders") == "Ann!");  // written in that same flush
  work.flush();
  CHECK(calls == 2);
  work.commit();
  CHECK(calls == 3);
  CHECK(db.text("SELECT customer FROM orders") == "Ann!!!");
  CHECK(db.number("SELECT version FROM orders") == 3);
}

TEST_CASE_TEMPLATE("after_commit is called when something was written, and then only", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  Strings calls;
  auto work = store.begin({.hooks = noting(calls, "unit")});
  const auto called = [&] {
    const auto times = count(calls, "unit after commit");
    calls.clear();
    return times;
  };
  auto ref = work.get<Order>({1});
  work.commit();
  CHECK(called() == 0);
  work.expect_unchanged(ref);
  work.commit();
  CHECK(called() == 0);
  work.touch(ref);
  work.commit();
  CHECK(called() == 1);
  work.remove(ref);
  work.flush();
  CHECK(called() == 0);
  work.commit();
  CHECK(called() == 1);
  work.savepoint([] {});
  work.commit();
  CHECK(called() == 0);
  work.update_all<Order>(rowan::set("customer = 'Bob'"), rowan::Query());
  work.commit();
  CHECK(called() == 1);
  work.remove_all<Order>(rowan::where("id = 2"));
  work.commit();
  CHECK(called() == 1);
}

TEST_CASE_TEMPLATE("what after_commit throws is told with its cause, and everything is committed",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  int runs = 0;
  rowan::WorkOptions options;
  options.hooks.after_commit = [](UnitOfWork&) { throw rowan::Deadlock("of somebody else's"); };
  SUBCASE("commit") {
    auto work = store.begin(options);
    auto ref = work.get<Order>({1});
    ref->customer = "Bob";
    const auto error = thrown<AfterCommitError>([&] { work.commit(); });
    CHECK(has(error.what(), "of somebody else's"));
    CHECK_THROWS_AS(std::rethrow_exception(error.cause()), rowan::Deadlock);
    CHECK(ref.version() == 2);
    CHECK(ref->version == 2);
    work.commit();  // the unit has not failed
  }
  SUBCASE("transact does not do it twice") {
    CHECK_THROWS_AS(store.transact(
                        [&](UnitOfWork& work) {
                          ++runs;
                          work.get<Order>({1})->customer = "Bob";
                        },
                        options),
                    AfterCommitError);
    CHECK(runs == 1);
  }
  SUBCASE("what is no std::exception") {
    options.hooks.after_commit = [](UnitOfWork&) { throw 7; };
    auto work = store.begin(options);
    work.get<Order>({1})->customer = "Bob";
    const auto error = thrown<AfterCommitError>([&] { work.commit(); });
    CHECK_THROWS_AS(std::rethrow_exception(error.cause()), int);
  }
  SUBCASE("a commit in it is refused") {
    options.hooks.after_commit = [](UnitOfWork& unit) { unit.commit(); };
    auto work = store.begin(options);
    work.get<Order>({1})->customer = "Bob";
    const auto error = thrown<AfterCommitError>([&] { work.commit(); });
    CHECK_THROWS_AS(std::rethrow_exception(error.cause()), UsageError);
  }
  CHECK(db.text("SELECT customer FROM orders") == "Bob");
  CHECK(db.number("SELECT version FROM orders") == 2);
  CHECK(store.counters().commits == 2);
}
