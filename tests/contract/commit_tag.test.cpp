/// What a server says that it did with a COMMIT: PostgreSQL answers ROLLBACK, and calls that a
/// success, when the transaction had been aborted and the client does not know.

#include <string>

#include "database.hpp"
#include "orders.hpp"
#include "torture/commit_cutter.hpp"
#include "torture/server.hpp"

using namespace contract;
using torture::CommitCutter;

TEST_CASE(
    "a COMMIT that is answered with ROLLBACK is an error, and no version moves: Postgres only") {
  Database<Postgres> db;
  rowan::Store founder = open_orders(db, {1});
  const torture::Server server(db.url());
  if (server.socket().empty()) {
    MESSAGE("skipped, as the server is not reached by a socket");
    return;
  }
  CommitCutter between(server.socket());
  int commits = 0;
  rowan::StoreOptions options;
  options.driver = usual_driver();
  options.work.hooks.after_commit = [&](rowan::UnitOfWork&) { ++commits; };
  rowan::Store store(server.url_by_way_of(between.folder()), rowan::Schema::of<Order>(), options);

  for (const auto span : {rowan::Transaction::at_commit, rowan::Transaction::from_first_read}) {
    CAPTURE(static_cast<int>(span));
    const std::int64_t version = db.number("SELECT version FROM orders WHERE id = 1");
    const std::int64_t there = db.number("SELECT count(*) FROM orders");
    const auto committed = store.counters().commits;
    commits = 0;
    auto work = store.begin({.transaction = span});
    auto edited = work.get<Order>({1});
    edited->customer += "!";
    auto added = work.add(order(there + 1));
    between.cut(1, CommitCutter::When::rolled_back);

    const auto error = thrown<rowan::QueryError>([&] { work.commit(); });
    CHECK(error.code() == "25P02");
    CHECK(error.database_message() == "COMMIT was answered with ROLLBACK");
    CHECK_FALSE(error.retryable());
    CHECK(edited.version() == version);
    CHECK(edited->version == version);
    CHECK(added.version() == 0);
    CHECK(added->version == 0);
    CHECK(commits == 0);
    CHECK(store.counters().commits == committed);
    CHECK(db.number("SELECT version FROM orders WHERE id = 1") == version);
    CHECK(db.number("SELECT count(*) FROM orders") == there);
    CHECK_THROWS_AS(work.commit(), rowan::UnitFailed);

    work.rollback();
    work.commit();
    CHECK(edited.version() == version + 1);
    CHECK(added.version() == 1);
    CHECK(commits == 1);
    CHECK(db.number("SELECT version FROM orders WHERE id = 1") == version + 1);
    CHECK(db.number("SELECT count(*) FROM orders") == there + 1);
  }
}
