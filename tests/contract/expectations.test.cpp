/// Versions that came from outside: checked at once, checked again at commit, and never retried.

#include <chrono>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::Conflict;
using rowan::Expect;
using rowan::StaleDataError;
using rowan::UsageError;

namespace {

/// A root that nobody may expect anything of.
struct Setting {
  std::int64_t id = 0;
  std::string value;
};
rowan::Mapping<Setting, std::int64_t> mapping_of(std::type_identity<Setting>) {
  return rowan::aggregate("settings", rowan::key("id", &Setting::id), rowan::unversioned)
      .column("value", &Setting::value);
}

/// The one conflict of an expectation from outside, about order 1.
void check_given(const StaleDataError& error, Conflict::Kind kind, std::int64_t expected,
                 std::optional<std::int64_t> found,
                 Conflict::Operation operation = Conflict::Operation::update) {
  REQUIRE(error.conflicts().size() == 1);
  const Conflict& conflict = error.conflicts().front();
  CHECK(conflict.is<Order>());
  CHECK(conflict.table == "orders");
  CHECK(conflict.key == key_of({1}));
  CHECK(conflict.key_as<OrderId>().value == 1);
  CHECK(conflict.operation == operation);
  CHECK(conflict.expected == expected);
  CHECK(conflict.found == found);
  CHECK(conflict.kind == kind);
  CHECK(conflict.expectation == Conflict::Expectation::given);
  CHECK(error.complete());
  CHECK_FALSE(error.retryable());
}

/// Somebody moves order 1 on by one.
void move_on(rowan::Store& store) {
  store.transact([](rowan::UnitOfWork& other) { other.get<Order>({1})->customer += "!"; });
}

}  // namespace

TEST_CASE_TEMPLATE("get with the version that is there gives the aggregate", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  move_on(store);
  auto work = store.begin();
  auto ref = work.get<Order>({1}, Expect{2});
  CHECK(ref.version() == 2);
  ref->customer = "Bob";
  work.commit();
  CHECK(ref.version() == 3);
}

TEST_CASE_TEMPLATE("get with another version than the one that is there fails before any work", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  move_on(store);
  auto work = store.begin();
  check_given(thrown<StaleDataError>([&] { (void)work.get<Order>({1}, Expect{1}); }),
              Conflict::Kind::changed, 1, 2);
  check_given(thrown<StaleDataError>([&] { (void)work.get<Order>({1}, Expect{5}); }),
              Conflict::Kind::ahead, 5, 2);
  CHECK(store.counters().conflicts == 2);
  // The unit has not failed, and expects nothing.
  auto ref = work.get<Order>({1});
  ref->customer = "Bob";
  work.commit();
  CHECK(ref.version() == 3);
}

TEST_CASE_TEMPLATE(
    "get with a version of what was never seen and is not there is a StaleDataError that says "
    "missing",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {});
  auto work = store.begin();
  check_given(thrown<StaleDataError>([&] { (void)work.get<Order>({1}, Expect{4}); }),
              Conflict::Kind::missing, 4, {});
  CHECK_THROWS_AS((void)work.get<Order>({1}), rowan::NotFound);
}

TEST_CASE_TEMPLATE("an expectation that held at first and is broken before commit fails at commit",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1}, Expect{1});
  move_on(store);
  SUBCASE("where it is changed") {
    ref->customer = "Bob";
    check_given(thrown<StaleDataError>([&] { work.commit(); }), Conflict::Kind::changed, 1, 2);
    CHECK(ref->customer == "Bob");
  }
  SUBCASE("where it is removed") {
    work.remove(ref);
    check_given(thrown<StaleDataError>([&] { work.commit(); }), Conflict::Kind::changed, 1, 2,
                Conflict::Operation::remove);
  }
  SUBCASE("where nothing of it is written") {
    check_given(thrown<StaleDataError>([&] { work.commit(); }), Conflict::Kind::changed, 1, 2,
                Conflict::Operation::verify);
  }
  CHECK(db.text("SELECT customer FROM orders") == "Ann!");
  CHECK(ref.version() == 1);
}

TEST_CASE_TEMPLATE("an expectation of an unchanged aggregate is looked at by commit, not by flush",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1}, Expect{1});
  db.log->clear();
  work.flush();
  CHECK(db.log->sql().empty());
  work.commit();
  CHECK(db.log->sql().size() >= 3);  // BEGIN, the check, COMMIT
  CHECK(db.writes().empty());
  CHECK(ref.version() == 1);
  db.log->clear();
  work.commit();  // it ended with the commit
  CHECK(db.log->sql().empty());
}

TEST_CASE_TEMPLATE("with a version expected what is gone at commit is said to be deleted", B,
                   Sqlite, Postgres) {
  for (const bool changed : {false, true}) {
    CAPTURE(changed);
    Database<B> db;
    rowan::Store store = open_orders(db, {1});
    auto work = store.begin();
    auto ref = work.get<Order>({1}, Expect{1});
    if (changed) ref->customer = "Bob";
    store.transact([](rowan::UnitOfWork& other) { other.remove(other.get<Order>({1})); });
    check_given(thrown<StaleDataError>([&] { work.commit(); }), Conflict::Kind::deleted, 1, {},
                changed ? Conflict::Operation::update : Conflict::Operation::verify);
  }
}

TEST_CASE_TEMPLATE("expect compares with the version that the unit has read, and the unit goes on",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  db.execute("UPDATE orders SET version = 185");
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  ref->customer = "Bob";
  check_given(thrown<StaleDataError>([&] { work.expect(ref, 184); }), Conflict::Kind::changed, 184,
              185);
  check_given(thrown<StaleDataError>([&] { work.expect(ref, 186); }), Conflict::Kind::ahead, 186,
              185);
  work.expect(ref, 185);
  work.commit();
  CHECK(ref.version() == 186);
  work.expect(ref, 186);  // what it has committed since
  work.commit();
  CHECK(ref.version() == 186);
}

TEST_CASE_TEMPLATE("an expectation is checked where versions are ignored, and it alone", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto work = store.begin({.versions = rowan::Versions::ignore});
  auto one = work.get<Order>({1});
  auto two = work.get<Order>({2});
  work.expect(one, 1);
  one->customer = "Cid";
  two->customer = "Cid";
  store.transact([](rowan::UnitOfWork& other) {
    other.get<Order>({1})->customer = "Bob";
    other.get<Order>({2})->customer = "Bob";
  });
  const auto error = thrown<StaleDataError>([&] { work.commit(); });
  check_given(error, Conflict::Kind::changed, 1, 2);
  CHECK_FALSE(error.concerns(two));
  work.rollback();
  work.refresh(one);
  work.commit();
  CHECK(db.text("SELECT customer FROM orders WHERE id = 1") == "Bob");
  CHECK(db.text("SELECT customer FROM orders WHERE id = 2") == "Cid");
}

TEST_CASE_TEMPLATE("an expectation is withdrawn by refresh, and by nothing else", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1}, Expect{1});
  move_on(store);
  ref->customer = "Bob";
  for (int attempt = 0; attempt < 2; ++attempt) {
    check_given(thrown<StaleDataError>([&] { work.commit(); }), Conflict::Kind::changed, 1, 2);
    work.rollback();
  }
  work.refresh(ref);
  move_on(store);
  ref->customer = "Bob";
  const auto error = thrown<StaleDataError>([&] { work.commit(); });
  CHECK(error.conflicts().front().expectation == Conflict::Expectation::read);
  CHECK(error.conflicts().front().expected == 2);
  CHECK(error.retryable());
  work.rollback();
  work.refresh(ref);
  db.log->clear();
  work.commit();  // nothing is changed, and nothing expected
  CHECK(db.log->sql().empty());
}

TEST_CASE_TEMPLATE("transact does not try again when a version from outside is not met", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  const rowan::WorkOptions options{
      .retry = rowan::Retry{.attempts = 3, .pause = std::chrono::milliseconds(1)}};
  int runs = 0;
  SUBCASE("at once") {
    CHECK_THROWS_AS(store.transact(
                        [&](rowan::UnitOfWork& work) {
                          ++runs;
                          work.get<Order>({1}, Expect{7})->customer = "Bob";
                        },
                        options),
                    StaleDataError);
  }
  SUBCASE("at commit") {
    CHECK_THROWS_AS(store.transact(
                        [&](rowan::UnitOfWork& work) {
                          ++runs;
                          work.get<Order>({1}, Expect{1})->customer = "Bob";
                          db.execute("UPDATE orders SET version = version + 1");
                        },
                        options),
                    StaleDataError);
  }
  SUBCASE("besides one that was only read") {
    store_all(store, order(2));
    const auto error = thrown<StaleDataError>([&] {
      store.transact(
          [&](rowan::UnitOfWork& work) {
            ++runs;
            work.get<Order>({1}, Expect{1})->customer = "Bob";
            work.get<Order>({2})->customer = "Bob";
            db.execute("UPDATE orders SET version = version + 1");
          },
          options);
    });
    REQUIRE(error.conflicts().size() == 2);
    CHECK(error.conflicts()[0].expectation == Conflict::Expectation::given);
    CHECK(error.conflicts()[1].expectation == Conflict::Expectation::read);
    CHECK_FALSE(error.retryable());
  }
  CHECK(runs == 1);
  CHECK(store.counters().retries == 0);
}

TEST_CASE_TEMPLATE("what has no version, or is not of this unit, cannot be expected at one", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Order, Setting>();
  store_all(store, order(1), Setting{1, "on"});
  auto work = store.begin();
  SUBCASE("mapped unversioned") {
    auto setting = work.get<Setting>(1);
    CHECK_THROWS_WITH_AS(work.expect(setting, 1),
                         "settings 1: mapped unversioned, so there is no version to be expected",
                         UsageError);
    CHECK_THROWS_AS(work.remove(setting, Expect{1}), UsageError);
    CHECK_THROWS_AS((void)work.get<Setting>(1, Expect{1}), UsageError);
    CHECK_THROWS_AS(work.remove<Setting>(1, Expect{1}), UsageError);
    CHECK_THROWS_AS((void)work.get<Setting>(2, Expect{1}), UsageError);  // nor where there is none
  }
  SUBCASE("not stored yet") {
    auto added = work.add(order(2));
    CHECK_THROWS_WITH_AS(work.expect(added, 1), "orders 2: not stored yet, so it is at no version",
                         UsageError);
    CHECK_THROWS_AS((void)work.get<Order>({2}, Expect{1}), UsageError);
  }
  SUBCASE("of another unit") {
    auto other = store.begin();
    auto theirs = other.get<Order>({1});
    CHECK_THROWS_AS(work.expect(theirs, 1), UsageError);
    CHECK_THROWS_AS(work.remove(theirs, Expect{1}), UsageError);
  }
  SUBCASE("discarded") {
    auto ref = work.get<Order>({1});
    work.discard(ref);
    CHECK_THROWS_AS(work.expect(ref, 1), UsageError);
  }
}
