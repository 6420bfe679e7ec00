/// What a store and its units can be told, and what they let one watch.

#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include <rowan/soci.hpp>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using namespace std::chrono_literals;
using rowan::Access;
using rowan::ConnectionFailed;
using rowan::Isolation;
using rowan::Transaction;
using rowan::UsageError;

namespace {

/// What the database itself says inside of the unit's transaction.
std::string ask(rowan::UnitOfWork& work, const std::string& sql) {
  std::string out;
  rowan::session(work) << sql, soci::into(out);
  return out;
}

}  // namespace

// -- span and isolation -----------------------------------------------------------------

TEST_CASE_TEMPLATE("levels that protect a transaction only are refused at commit", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Order>();
  for (const auto level : {Isolation::repeatable_read, Isolation::serializable}) {
    CHECK_THROWS_AS((void)store.begin({.transaction = Transaction::at_commit, .isolation = level}),
                    UsageError);
    CHECK_NOTHROW(
        (void)store.begin({.transaction = Transaction::from_first_read, .isolation = level}));
    rowan::StoreOptions options;
    options.work = {.transaction = Transaction::at_commit, .isolation = level};
    CHECK_THROWS_AS((void)db.open(rowan::Schema::of<Order>(), options), UsageError);
  }
  CHECK_NOTHROW((void)store.begin(
      {.transaction = Transaction::at_commit, .isolation = Isolation::read_committed}));
}

TEST_CASE_TEMPLATE("the upper levels are one transaction from the first read on", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  for (const auto level : {Isolation::repeatable_read, Isolation::serializable}) {
    db.log->clear();
    rowan::UnitOfWork work = store.begin({.isolation = level});
    auto ref = work.template get<Order>({1});
    CHECK(db.log->sql().back() != "COMMIT");
    ref->customer += "!";
    work.commit();
    const auto sent = db.log->sql();
    CHECK(std::count_if(sent.begin(), sent.end(),
                        [](const std::string& sql) { return sql.starts_with("BEGIN"); }) == 1);
    CHECK(sent.back() == "COMMIT");
  }
}

TEST_CASE(
    "the transaction has the level that was asked for, of the unit or of its store: Postgres "
    "only") {
  Database<Postgres> db;
  rowan::Store store = open_orders(db, {1});
  struct Level {
    Isolation asked;
    const char* has;
  };
  for (const Level level : {Level{Isolation::standard, "read committed"},
                            Level{Isolation::read_committed, "read committed"},
                            Level{Isolation::repeatable_read, "repeatable read"},
                            Level{Isolation::serializable, "serializable"}}) {
    auto unit = store.begin({.isolation = level.asked});
    CHECK(ask(unit, "SHOW transaction_isolation") == level.has);
    auto read =
        store.begin({.transaction = Transaction::from_first_read, .isolation = level.asked});
    (void)read.get<Order>({1});
    CHECK(ask(read, "SHOW transaction_isolation") == level.has);
    rowan::StoreOptions options;
    options.work.isolation = level.asked;
    rowan::Store other = db.open(rowan::Schema::of<Order>(), options);
    auto of_store = other.begin();
    CHECK(ask(of_store, "SHOW transaction_isolation") == level.has);
    auto own = other.begin({.isolation = Isolation::serializable});
    CHECK(ask(own, "SHOW transaction_isolation") == "serializable");
  }
}

TEST_CASE_TEMPLATE("at commit nothing stays open while a user thinks", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::StoreOptions options;
  options.connections = 1;
  rowan::Store store = open_orders(db, {1, 2}, options);
  auto a = store.begin();
  auto b = store.begin();
  auto mine = a.get<Order>({1});
  auto theirs = b.get<Order>({2});  // over the only connection
  mine->customer = "Bob";
  theirs->customer = "Cid";
  a.commit();
  b.commit();
  CHECK(db.number("SELECT sum(version) FROM orders") == 4);
}

TEST_CASE_TEMPLATE("a unit that finds all connections in use gives up after the time it was told",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::StoreOptions options;
  options.connections = 1;
  options.lease_timeout = 20ms;
  rowan::Store store = open_orders(db, {1}, options);
  {
    rowan::UnitOfWork a = store.begin({.transaction = Transaction::from_first_read});
    (void)a.template get<Order>({1});
    auto b = store.begin();
    CHECK_THROWS_AS((void)b.template get<Order>({1}), ConnectionFailed);
  }
  auto b = store.begin();
  CHECK(b.template get<Order>({1})->customer == "Ann");
}

// -- read only ----------------------------------------------------------------------------

TEST_CASE_TEMPLATE("a read-only unit refuses to write before anything is sent", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  for (const auto span : {Transaction::at_commit, Transaction::from_first_read}) {
    rowan::UnitOfWork work = store.begin({.transaction = span, .access = Access::read_only});
    auto ref = work.template get<Order>({1});
    work.commit();
    ref->customer = "Bob";
    db.log->clear();
    CHECK_THROWS_WITH_AS(work.commit(), "orders 1: changed in a unit of work that is read only",
                         rowan::ReadOnly);
    CHECK_THROWS_AS(work.flush(), rowan::ReadOnly);
    CHECK(db.writes().empty());
    ref->customer = "Ann";
    work.add(order(2));
    CHECK_THROWS_AS(work.commit(), rowan::ReadOnly);
    CHECK(db.writes().empty());
  }
  CHECK(db.number("SELECT count(*) FROM orders WHERE version = 1") == 1);
}

TEST_CASE_TEMPLATE("a read-only unit reads on while a writer has the database", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto writer = store.begin();
  writer.get<Order>({1})->customer = "Bob";
  writer.flush();
  for (const auto span : {Transaction::at_commit, Transaction::from_first_read}) {
    rowan::UnitOfWork work =
        store.begin({.transaction = span, .access = Access::read_only, .lock_timeout = 0ms});
    CHECK(work.template get<Order>({1})->customer == "Ann");
    CHECK(work.template count<Order>() == 1);
    work.commit();
  }
  writer.commit();
}

TEST_CASE("own SQL in a read-only unit cannot write either: Postgres only") {
  Database<Postgres> db;
  rowan::Store store = db.open<Order>();
  auto work = store.begin({.access = Access::read_only});
  CHECK(ask(work, "SHOW transaction_read_only") == "on");
}

// -- time limits --------------------------------------------------------------------------

TEST_CASE("time limits hold for the transaction and no longer: Postgres only") {
  Database<Postgres> db;
  rowan::StoreOptions options;
  options.connections = 1;
  options.work.statement_timeout = 3s;
  rowan::Store store = db.open<Order>(options);
  {
    auto work = store.begin();
    CHECK(ask(work, "SELECT current_setting('lock_timeout')") == "5s");
    CHECK(ask(work, "SELECT current_setting('statement_timeout')") == "3s");
  }
  {
    auto work = store.begin({.lock_timeout = 1234ms, .statement_timeout = 77ms});
    CHECK(ask(work, "SELECT current_setting('lock_timeout')") == "1234ms");
    CHECK(ask(work, "SELECT current_setting('statement_timeout')") == "77ms");
    work.rollback();
    auto& session = rowan::session(work);  // ended behind its back, to look at what is left
    session << "COMMIT";
    std::string now;
    session << "SELECT current_setting('lock_timeout')", soci::into(now);
    CHECK(now == "0");
    session << "SELECT current_setting('statement_timeout')", soci::into(now);
    CHECK(now == "0");
  }
  auto work = store.begin({.lock_timeout = 0ms});
  CHECK(ask(work, "SELECT current_setting('lock_timeout')") == "1ms");  // 0 is none at all there
}

TEST_CASE_TEMPLATE("a statement that takes too long is a StatementTimeout, and the unit goes on", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  rowan::UnitOfWork work = store.begin({.statement_timeout = 30ms});
  const std::string endless =
      "id < (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) "
      "SELECT count(*) FROM n)";
  CHECK_THROWS_AS((void)work.template count<Order>(rowan::where(endless)), rowan::StatementTimeout);
  CHECK(work.template count<Order>() == 1);
}

// -- observer and counters --------------------------------------------------------------------

namespace {

class Watcher final : public rowan::Observer {
 public:
  void statement(const rowan::StatementEvent& event) noexcept override {
    const std::scoped_lock lock(mutex_);
    statements.push_back({std::string(event.sql), event.took, event.rows, std::string(event.code)});
  }
  void committed(std::size_t aggregates) noexcept override {
    const std::scoped_lock lock(mutex_);
    commits.push_back(aggregates);
  }
  void conflict(const rowan::StaleDataError& error) noexcept override {
    const std::scoped_lock lock(mutex_);
    conflicts.emplace_back(error.what());
  }
  void retrying(int attempt, const rowan::Error& cause,
                std::chrono::milliseconds pause) noexcept override {
    const std::scoped_lock lock(mutex_);
    retries.push_back({attempt, cause.what(), pause});
  }

  struct Sent {
    std::string sql;
    std::chrono::nanoseconds took;
    std::size_t rows;
    std::string code;
  };
  struct Again {
    int attempt;
    std::string cause;
    std::chrono::milliseconds pause;
  };
  std::vector<Sent> statements;
  std::vector<std::size_t> commits;
  Strings conflicts;
  std::vector<Again> retries;

  [[nodiscard]] const Sent& last(const std::string& part) const {
    for (auto at = statements.rbegin(); at != statements.rend(); ++at)
      if (has(at->sql, part)) return *at;
    FAIL("not seen: ", part);
    throw std::logic_error("not reached");
  }

 private:
  std::mutex mutex_;
};

}  // namespace

TEST_CASE_TEMPLATE("the observer sees each statement with its rows and time, and each commit", B,
                   Sqlite, Postgres) {
  Database<B> db;
  const auto watcher = std::make_shared<Watcher>();
  rowan::StoreOptions options;
  options.observer = watcher;
  rowan::Store store = open_orders(db, {1, 2}, options);
  CHECK(watcher->commits == std::vector<std::size_t>{2});
  CHECK(watcher->last("INSERT INTO orders").rows == 1);

  watcher->statements.clear();
  db.log->clear();
  auto work = store.begin();
  const auto all = work.template find_all<Order>();
  CHECK(watcher->last("FROM orders").rows == 2);
  CHECK(watcher->last("FROM order_lines").rows == 4);
  all[0]->customer = "Bob";
  work.commit();
  work.commit();
  CHECK(watcher->commits == std::vector<std::size_t>{2, 1});
  CHECK(watcher->last("UPDATE").rows == 1);
  Strings seen;
  for (const auto& sent : watcher->statements) {
    CHECK(sent.took.count() >= 0);
    CHECK(sent.code.empty());
    seen.push_back(sent.sql);
  }
  CHECK(seen == db.log->sql());  // neither more nor less than what was sent
}

TEST_CASE_TEMPLATE("the observer sees a statement that failed with its code, and no value", B,
                   Sqlite, Postgres) {
  Database<B> db;
  const auto watcher = std::make_shared<Watcher>();
  rowan::StoreOptions options;
  options.observer = watcher;
  rowan::Store store = db.template open<Order>(options);
  auto work = store.begin();
  CHECK_THROWS_AS((void)work.template find_all<Order>(rowan::where("colour = ?", "secret")),
                  rowan::QueryError);
  CHECK(watcher->last("colour").code == (Database<B>::postgres ? "42703" : "SQLITE_ERROR"));
  CHECK(watcher->statements.back().sql == "ROLLBACK");
  for (const auto& sent : watcher->statements) CHECK_FALSE(has(sent.sql, "secret"));
}

TEST_CASE_TEMPLATE("conflicts and retries are seen and counted", B, Sqlite, Postgres) {
  Database<B> db;
  const auto watcher = std::make_shared<Watcher>();
  rowan::StoreOptions options;
  options.observer = watcher;
  options.work.retry = rowan::Retry{.attempts = 3, .pause = 1ms};
  rowan::Store store = open_orders(db, {1}, options);
  const auto before = store.counters();
  CHECK(before.commits == 1);
  CHECK(before.loads == 0);
  CHECK(before.statements == watcher->statements.size());
  int attempts = 0;
  const std::string customer = store.transact([&](rowan::UnitOfWork& work) {
    auto ref = work.get<Order>({1});
    ref->customer += "!";
    if (++attempts < 3) db.execute("UPDATE orders SET version = version + 1");
    return ref->customer;
  });
  CHECK(customer == "Ann!");
  CHECK(attempts == 3);
  CHECK(watcher->conflicts ==
        Strings{"orders 1 is at version 2, expected 1", "orders 1 is at version 3, expected 2"});
  REQUIRE(watcher->retries.size() == 2);
  CHECK(watcher->retries[0].attempt == 2);
  CHECK(watcher->retries[0].cause == watcher->conflicts[0]);
  CHECK(watcher->retries[0].pause <= 1ms);
  CHECK(watcher->retries[1].attempt == 3);
  CHECK(watcher->retries[1].pause >= 1ms);
  CHECK(watcher->retries[1].pause <= 2ms);
  const auto after = store.counters();
  CHECK(after.commits == 2);
  CHECK(after.conflicts == 2);
  CHECK(after.retries == 2);
  CHECK(after.rollbacks == 2);
  CHECK(after.loads == 3);
  CHECK(after.statements == watcher->statements.size());
}

TEST_CASE_TEMPLATE(
    "the last attempt's error is thrown, and what cannot be cured is not tried again", B, Sqlite,
    Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  int attempts = 0;
  CHECK_THROWS_AS(store.transact(
                      [&](rowan::UnitOfWork& work) {
                        ++attempts;
                        work.get<Order>({1})->customer += "!";
                        db.execute("UPDATE orders SET version = version + 1");
                      },
                      {.retry = rowan::Retry{.attempts = 2, .pause = 0ms}}),
                  rowan::StaleDataError);
  CHECK(attempts == 2);
  attempts = 0;
  CHECK_THROWS_AS(store.transact([&](rowan::UnitOfWork& work) {
    ++attempts;
    (void)work.get<Order>({99});
  }),
                  rowan::NotFound);
  CHECK_THROWS_AS(store.transact([&](rowan::UnitOfWork& work) {
    ++attempts;
    work.add(order(1));
  }),
                  rowan::ConstraintViolation);
  CHECK_THROWS_AS(store.transact([&](rowan::UnitOfWork&) {
    ++attempts;
    throw std::runtime_error("mine");
  }),
                  std::runtime_error);
  CHECK(attempts == 3);
}

TEST_CASE_TEMPLATE("a read counts as no commit, and a rollback of nothing as no rollback", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  work.commit();
  work.rollback();
  CHECK(store.counters().commits == 1);
  CHECK(store.counters().rollbacks == 0);
  CHECK(store.counters().loads == 1);
  ref->customer = "Bob";
  work.flush();
  work.rollback();
  CHECK(store.counters().rollbacks == 1);
  CHECK(store.counters().commits == 1);
}

// -- one store, many threads ------------------------------------------------------------------

namespace {

/// Eight threads add and change what is theirs; returns what went wrong.
std::size_t failures_of_eight(rowan::Store& store) {
  std::atomic<std::size_t> failures = 0;
  std::vector<std::thread> threads;
  for (std::int64_t t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      try {
        for (std::int64_t i = 1; i <= 6; ++i) {
          const OrderId id{t * 100 + i};
          store.transact([&](rowan::UnitOfWork& work) { work.add(order(id.value)); });
          store.transact([&](rowan::UnitOfWork& work) {
            work.get<Order>(id)->lines[0].quantity = 7;
            if (work.find_all<Order>(rowan::where("id = ?", id)).size() != 1) ++failures;
          });
        }
      } catch (const std::exception& error) {
        ++failures;
        MESSAGE(error.what());
      }
    });
  for (auto& thread : threads) thread.join();
  return failures;
}

}  // namespace

TEST_CASE_TEMPLATE("a store serves many threads, with fewer connections than threads", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::StoreOptions options;
  options.connections = 3;
  rowan::Store store = db.template open<Order>(options);
  CHECK(failures_of_eight(store) == 0);
  CHECK(db.number("SELECT count(*) FROM orders WHERE version = 2") == 48);
  CHECK(db.number("SELECT count(*) FROM order_lines WHERE quantity = 7") == 48);
  CHECK(store.counters().commits == 96);
}

TEST_CASE("a database in memory serves many threads, one after the other") {
  rowan::Store store("sqlite3://:memory:", rowan::Schema::of<Order>());
  store.create_tables();
  CHECK(failures_of_eight(store) == 0);
  auto work = store.begin();
  CHECK(work.count<Order>(rowan::where("version = 2")) == 48);
}

TEST_CASE("each store in memory is a database of its own, and lives as long as the store") {
  rowan::Store a("sqlite3://:memory:", rowan::Schema::of<Order>());
  a.create_tables();
  store_all(a, order(1));
  CHECK_THROWS_AS((void)a.begin().find_all<Order>(rowan::where("colour = 1")), rowan::QueryError);
  CHECK(a.begin().get<Order>({1})->notes.size() == 3);
  rowan::Store b("sqlite3://:memory:", rowan::Schema::of<Order>());
  CHECK_THROWS_AS(b.check_tables(), rowan::SchemaMismatch);
}

TEST_CASE_TEMPLATE("a unit outlives its store", B, Sqlite, Postgres) {
  Database<B> db;
  std::optional<rowan::Store> store = open_orders(db, {1});
  auto work = store->begin();
  auto unread = store->begin();
  auto ref = work.template get<Order>({1});
  store.reset();
  ref->customer = "Bob";
  work.commit();
  CHECK(ref->version == 2);
  CHECK(unread.template get<Order>({1})->customer == "Bob");
}

TEST_CASE_TEMPLATE("a unit that ends without commit leaves nothing behind", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::StoreOptions options;
  options.connections = 1;
  rowan::Store store = open_orders(db, {1}, options);
  {
    auto work = store.begin();
    work.get<Order>({1})->customer = "Bob";
    work.flush();
  }
  auto work = store.begin();
  CHECK(work.get<Order>({1})->customer == "Ann");
  CHECK(store.counters().commits == 1);
}

// -- addresses that lead nowhere ----------------------------------------------------------------

namespace {

template <class E>
std::string failure_of(const std::string& url) {
  CAPTURE(url);
  const auto error = thrown<E>([&] { rowan::Store store(url, rowan::Schema::of<Order>()); });
  CHECK_FALSE(has(error.database_message(), "hunter2"));
  return error.what();
}

}  // namespace

TEST_CASE("a file that cannot be opened is named: Sqlite only") {
  const std::string what = failure_of<ConnectionFailed>("sqlite3://no/such/directory/shop.db");
  CHECK(has(what, "sqlite3://no/such/directory/shop.db"));
}

TEST_CASE("a file that is no database is named, and left as it is: Sqlite only") {
  const std::string path = "contract_not_a_database.db";
  const std::string content = "this is a letter, and no database, however long it may become";
  std::ofstream(path) << content;
  const std::string what = failure_of<ConnectionFailed>("sqlite3://" + path);
  CHECK(has(what, path));
  CHECK_FALSE(has(what, "letter"));
  std::string now;
  std::getline(std::ifstream(path), now);
  CHECK(now == content);
  std::filesystem::remove(path);
}

TEST_CASE("a URL that names no database is refused") {
  for (const char* url : {"", "shop.db", "sqlite3://", "mysql://shop", "postgresql://"}) {
    CAPTURE(url);
    CHECK_THROWS_AS(rowan::Store(url, rowan::Schema::of<Order>()), UsageError);
  }
}

TEST_CASE("what fails to connect never tells its password: Postgres only") {
  const std::string server = std::getenv("ROWAN_TEST_POSTGRES");
  for (const std::string& url :
       {"postgresql://" + server + " dbname=no_such_database password=hunter2",
        "postgresql://" + server + " user=no_such_user password=hunter2",
        "postgresql://" + server + " host=/no/such/directory password=hunter2",
        std::string("postgresql://ann:hunter2@127.0.0.1:1/shop?connect_timeout=2"),
        std::string("postgresql://host=127.0.0.1 port=1 user=ann password='hunter2'")}) {
    const std::string what = failure_of<ConnectionFailed>(url);
    CHECK_FALSE(has(what, "hunter2"));
    CHECK(has(what, "postgresql://"));
  }
  const std::string what =
      failure_of<ConnectionFailed>("postgresql://" + server + " dbname=no_such_database");
  CHECK(has(what, "no_such_database"));
  // What libpq does not understand is not repeated: it may be the password.
  CHECK_FALSE(
      has(failure_of<UsageError>("postgresql://host=127.0.0.1 pass word=hunter2"), "hunter2"));
}

TEST_CASE(
    "a role that is not let in is a ConnectionFailed that does not tell its password: Postgres "
    "only") {
  // The throwaway server trusts whoever may log in, so somebody who may not stands in.
  Database<Postgres> db;
  db.execute("SET client_min_messages = warning");
  db.execute("DROP ROLE IF EXISTS contract_locked_out");
  db.execute("CREATE ROLE contract_locked_out NOLOGIN PASSWORD 'other'");
  const std::string server = std::getenv("ROWAN_TEST_POSTGRES");
  const std::string what = failure_of<ConnectionFailed>(
      "postgresql://" + server + " user=contract_locked_out password=hunter2");
  CHECK(has(what, "contract_locked_out"));
  CHECK_FALSE(has(what, "hunter2"));
  db.execute("DROP ROLE contract_locked_out");
}
