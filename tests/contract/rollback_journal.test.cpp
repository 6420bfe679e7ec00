/// SQLite: who waits for whom with a rollback journal, where readers keep a commit waiting, and
/// what a transaction meets that takes its write lock late.

#include <chrono>
#include <memory>
#include <utility>

#include "orders.hpp"
#include "passing_connection.hpp"
#include "ways.hpp"

using namespace contract;
using namespace std::chrono_literals;
using rowan::Access;
using rowan::Journal;
using rowan::LockTimeout;
using rowan::StaleDataError;
using rowan::Transaction;

namespace {

rowan::Store open_with(Database<Sqlite>& db, Journal journal) {
  return open_orders(db, {1, 2}, {.journal = journal});
}

/// Begins every transaction as if it were only to read.
class Deferred final : public PassingConnection {
 public:
  using PassingConnection::PassingConnection;
  [[nodiscard]] rowan::PlanResult run(const rowan::Plan& plan) override {
    rowan::Plan late = plan;
    if (late.begin) late.begin->access = Access::read_only;
    return PassingConnection::run(late);
  }
};

}  // namespace

TEST_CASE("with a rollback journal a reader keeps a commit waiting, and that is a LockTimeout") {
  Database<Sqlite> db;
  rowan::Store store = open_with(db, Journal::rollback);
  auto reader =
      store.begin({.transaction = Transaction::from_first_read, .access = Access::read_only});
  CHECK(reader.get<Order>({1})->customer == "Ann");
  auto writer = store.begin({.lock_timeout = 10ms});
  auto ref = writer.get<Order>({1});
  ref->customer = "Bob";
  const auto error = thrown<LockTimeout>([&] { writer.commit(); });
  CHECK(error.retryable());
  CHECK(error.code() == "SQLITE_BUSY");
  CHECK(ref.version() == 1);
  CHECK_THROWS_AS(writer.commit(), rowan::UnitFailed);
  CHECK(db.number("SELECT count(*) FROM orders WHERE customer = 'Ann'") == 2);
  reader.commit();
  writer.rollback();
  writer.commit();
  CHECK(ref.version() == 2);
  CHECK(db.text("SELECT customer FROM orders WHERE id = 1") == "Bob");
  CHECK(store.counters().conflicts == 0);
}

TEST_CASE("with write-ahead logging a reader keeps nobody waiting, and sees what it saw before") {
  Database<Sqlite> db;
  rowan::Store store = open_with(db, Journal::write_ahead);
  auto reader =
      store.begin({.transaction = Transaction::from_first_read, .access = Access::read_only});
  CHECK(reader.get<Order>({1})->customer == "Ann");
  auto writer = store.begin({.lock_timeout = 10ms});
  for (const std::int64_t id : {1, 2}) writer.get<Order>({id})->customer = "Bob";
  writer.commit();
  CHECK(reader.get<Order>({2})->customer == "Ann");
}

TEST_CASE("a second writer is told LockTimeout with either journal, and is stale afterwards") {
  for (const Journal journal : {Journal::write_ahead, Journal::rollback}) {
    Database<Sqlite> db;
    rowan::Store store = open_with(db, journal);
    auto first = store.begin();
    auto second = store.begin({.lock_timeout = 10ms});
    auto mine = second.get<Order>({1});
    first.get<Order>({1})->customer = "Bob";
    first.flush();
    mine->customer = "Cid";
    CHECK_THROWS_AS(second.commit(), LockTimeout);
    second.rollback();
    first.commit();
    CHECK(thrown<StaleDataError>([&] { second.commit(); }).concerns(mine));
    CHECK(db.text("SELECT customer FROM orders WHERE id = 1") == "Bob");
  }
}

TEST_CASE("a transaction that takes its write lock late is told at once what has moved") {
  Database<Sqlite> db;
  rowan::Store others = open_with(db, Journal::write_ahead);
  rowan::StoreOptions options;
  options.wrap = [](std::unique_ptr<rowan::Connection> inner) {
    return std::make_unique<Deferred>(std::move(inner));
  };
  rowan::Store store = db.open(rowan::Schema::of<Order>(), options);
  for (const bool same_root : {true, false}) {
    CAPTURE(same_root);
    auto work = store.begin({.transaction = Transaction::from_first_read, .lock_timeout = 60s});
    auto one = work.get<Order>({1});
    others.transact(
        [&](rowan::UnitOfWork& other) { other.get<Order>({same_root ? 1 : 2})->customer += "!"; });
    one->customer = "Cid";
    const auto began = std::chrono::steady_clock::now();
    if (same_root) {
      const auto error = thrown<StaleDataError>([&] { work.commit(); });
      CHECK(error.code() == "SQLITE_BUSY_SNAPSHOT");
      REQUIRE(error.conflicts().size() == 1);
      CHECK(error.conflicts().front().expected == 1);
      CHECK(error.conflicts().front().found == 2);
      CHECK(error.complete());
    } else {
      const auto error = thrown<rowan::SerializationFailure>([&] { work.commit(); });
      CHECK(error.code() == "SQLITE_BUSY_SNAPSHOT");
      CHECK(error.retryable());
    }
    CHECK(std::chrono::steady_clock::now() - began < 30s);  // nobody waited for the lock
    CHECK_THROWS_AS(work.commit(), rowan::UnitFailed);
    CHECK(db.number("SELECT count(*) FROM orders WHERE customer = 'Cid'") == 0);
    if (!same_root) {
      work.rollback();
      work.commit();
      CHECK(db.text("SELECT customer FROM orders WHERE id = 1") == "Cid");
    }
  }
}

TEST_CASE("two transactions that read and then write wait for each other with a rollback journal") {
  Database<Sqlite> db;
  (void)open_with(db, Journal::rollback);
  rowan::StoreOptions options;
  options.journal = Journal::rollback;
  options.wrap = [](std::unique_ptr<rowan::Connection> inner) {
    return std::make_unique<Deferred>(std::move(inner));
  };
  rowan::Store store = db.open(rowan::Schema::of<Order>(), options);
  const rowan::WorkOptions late{.transaction = Transaction::from_first_read, .lock_timeout = 10ms};
  auto a = store.begin(late);
  auto b = store.begin(late);
  auto mine = a.get<Order>({1});
  auto theirs = b.get<Order>({1});
  mine->customer = "Bob";
  a.flush();
  theirs->customer = "Cid";
  CHECK_THROWS_AS(b.commit(), LockTimeout);  // its read lock is gone with it
  a.commit();
  CHECK(mine.version() == 2);
  b.rollback();
  CHECK(thrown<StaleDataError>([&] { b.commit(); }).concerns(theirs));
}
