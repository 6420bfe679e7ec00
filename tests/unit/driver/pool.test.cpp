/// The pool lends connections that are alive and in no transaction, and no more than it may.

#include "store/pool.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <rowan/errors.hpp>

#include "on_database.hpp"

using namespace rowan;
using namespace rowan::driver_tests;
using namespace std::chrono_literals;
using rowan::store::Pool;

namespace {

constexpr auto memory = "sqlite3://:memory:";

StoreOptions options(std::size_t connections, std::chrono::milliseconds lease_timeout = 10s) {
  StoreOptions made;
  made.connections = connections;
  made.lease_timeout = lease_timeout;
  return made;
}

}  // namespace

TEST_CASE("a connection comes back from its lease without a transaction") {
  const TemporaryFile file("pool_clean.db");
  const auto pool = Pool::open(file.url(), options(1));
  run(*pool->lease(), statement("CREATE TABLE orders (id INTEGER)"));
  {
    const auto lease = pool->lease();
    REQUIRE(lease->run(begun({statement("INSERT INTO orders VALUES (1)")})).complete);
  }

  CHECK(pool->lease()->clean());
  CHECK(count(*pool->lease(), "orders") == 0);
}

TEST_CASE("what a user did on the session of a lease is ended with it") {
  const TemporaryFile file("pool_user.db");
  const auto pool = Pool::open(file.url(), options(2));
  run(*pool->lease(), statement("CREATE TABLE orders (id INTEGER)"));
  run(*pool->lease(), statement("INSERT INTO orders VALUES (1), (2)"));
  int id = 0;
  auto lease = pool->lease();
  auto* session = static_cast<soci::session*>(lease->session());
  session->begin();
  *session << "INSERT INTO orders VALUES (3)";
  {
    soci::statement half_read = (session->prepare << "SELECT id FROM orders", soci::into(id));
    half_read.execute(true);
  }  // before its session is closed, as SOCI asks
  lease.reset();

  const auto first = pool->lease();
  const auto second = pool->lease();
  CHECK(count(*first, "orders") == 2);
  CHECK(second->run(committed({statement("DELETE FROM orders")}, waiting(1s))).complete);
  CHECK(count(*first, "orders") == 0);
}

TEST_CASE("when all connections are in use, a lease fails after its time") {
  const TemporaryFile file("pool_exhausted.db");
  const auto pool = Pool::open(file.url(), options(2, 20ms));
  const auto first = pool->lease();
  auto second = pool->lease();

  CHECK_THROWS_WITH_AS((void)pool->lease(), doctest::Contains("all 2 connections of the store"),
                       ConnectionFailed);
  second.reset();
  CHECK(pool->lease() != nullptr);
}

TEST_CASE("a database in memory has one connection, whatever is asked for, and keeps its tables") {
  const auto pool = Pool::open(memory, options(8, 1ms));
  run(*pool->lease(), statement("CREATE TABLE orders (id INTEGER)"));

  CHECK(count(*pool->lease(), "orders") == 0);
  const auto lease = pool->lease();
  CHECK_THROWS_AS((void)pool->lease(), ConnectionFailed);
}

TEST_CASE("a lease keeps the pool alive") {
  auto pool = Pool::open(memory, options(1));
  const auto lease = pool->lease();
  pool.reset();

  CHECK(cell(*lease, "SELECT 1", ColumnType::integer) == Value(std::int64_t{1}));
}

TEST_CASE("a store opens when its database can be had, and not otherwise") {
  CHECK_THROWS_AS((void)Pool::open("sqlite3:///no/such/folder/shop.db", options(1)),
                  ConnectionFailed);
  CHECK_THROWS_AS((void)Pool::open("nonsense://", options(1)), UsageError);
  CHECK_THROWS_AS((void)Pool::open(memory, options(0)), UsageError);
}

TEST_CASE("each connection is wrapped, and opened when it is first needed") {
  const TemporaryFile file("pool_wrapped.db");
  int opened = 0;
  StoreOptions wrapped = options(4);
  wrapped.wrap = [&opened](std::unique_ptr<Connection> inner) {
    ++opened;
    return inner;
  };
  const auto pool = Pool::open(file.url(), wrapped);
  CHECK(opened == 1);

  { const auto again = pool->lease(); }
  CHECK(opened == 1);
  const auto first = pool->lease();
  const auto second = pool->lease();
  CHECK(opened == 2);
}

TEST_CASE("a wrapper that throws costs no connection") {
  const TemporaryFile file("pool_throwing.db");
  int calls = 0;
  StoreOptions throwing = options(1, 1ms);
  throwing.wrap = [&calls](std::unique_ptr<Connection> inner) {
    if (++calls == 2) throw std::runtime_error("no");
    return calls == 1 ? nullptr : std::move(inner);
  };

  CHECK_THROWS_AS((void)Pool::open(file.url(), throwing), UsageError);
  CHECK_THROWS_AS((void)Pool::open(file.url(), throwing), std::runtime_error);
  CHECK(Pool::open(file.url(), throwing)->lease()->clean());
}

TEST_CASE("many threads share few connections") {
  const TemporaryFile file("pool_threads.db");
  const auto pool = Pool::open(file.url(), options(3));
  run(*pool->lease(), statement("CREATE TABLE counter (n INTEGER)"));
  run(*pool->lease(), statement("INSERT INTO counter VALUES (0)"));
  std::atomic<int> done = 0;

  std::vector<std::jthread> threads;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        const auto lease = pool->lease();
        if (lease->run(committed({statement("UPDATE counter SET n = n + 1", {}, {}, 1)})).complete)
          ++done;
      }
    });
  }
  threads.clear();

  CHECK(done == 120);
  CHECK(cell(*pool->lease(), "SELECT n FROM counter", ColumnType::integer) ==
        Value(std::int64_t{120}));
}

TEST_CASE("Postgres: a connection that was lost is replaced at the next lease") {
  const auto url = postgres_url();
  if (!url) return;
  const auto pool = Pool::open(*url, options(1));
  const Open other(*url);
  const auto pid = [](Connection& connection) {
    return cell(connection, "SELECT pg_backend_pid()", ColumnType::integer);
  };
  const auto terminate = [&](const Value& process) {
    CHECK(cell(*other.connection, "SELECT pg_terminate_backend($1, 10000)", ColumnType::boolean,
               {process}) == Value(true));
  };
  const Value before = pid(*pool->lease());

  SUBCASE("lost during a lease") {
    const auto lease = pool->lease();
    terminate(before);
    CHECK(failure(lease->run(begun({}))).kind == FailureKind::connection_lost);
  }
  SUBCASE("lost between leases") {
    terminate(before);
  }

  CHECK(pid(*pool->lease()) != before);
}
