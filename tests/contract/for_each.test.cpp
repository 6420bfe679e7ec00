/// for_each: every aggregate of a query, a page at a time.

#include <algorithm>

#include "database.hpp"
#include "jobs.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::Direction;
using rowan::Transaction;
using rowan::UsageError;

TEST_CASE_TEMPLATE("for_each visits each once, a page at a time, and drops what was not changed", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Job>();
  constexpr std::int64_t count = 700;
  std::vector<Job> jobs;
  for (std::int64_t i = 1; i <= count; ++i)
    jobs.push_back(
        {i, 0, "job", {}, Grade::bad, {}, i % 5 ? std::optional(i % 7) : std::nullopt, {}});
  store_jobs(store, jobs);

  auto work = store.begin();
  db.log->clear();
  std::vector<rowan::Ref<Job>> seen;
  Ids changed;
  const auto query = rowan::Query().order_by("rank", Direction::descending);
  Ids visited;
  work.template for_each<Job>(query, [&](const rowan::Ref<Job>& ref) {
    visited.push_back(ref->id);
    if (ref->id % 100 == 0) {
      ref->title = "changed";
      changed.push_back(ref->id);
    }
    seen.push_back(ref);
  });
  CHECK(visited.size() == count);
  std::sort(visited.begin(), visited.end());
  CHECK(std::unique(visited.begin(), visited.end()) == visited.end());
  std::size_t selects = 0;
  for (const auto& sql : db.log->sql()) selects += sql.starts_with("SELECT");
  CHECK(selects == 3);  // 256 + 256 + 188
  std::size_t alive = 0;
  for (const auto& ref : seen) {
    try {
      alive += ref->title == "changed";
    } catch (const UsageError&) {
    }
  }
  CHECK(alive == 7);
  CHECK(changed.size() == 7);
  db.log->clear();
  work.commit();
  CHECK(db.writes().size() == 7);
  CHECK(db.number("SELECT count(*) FROM jobs WHERE title = 'changed' AND version = 2") == 7);
}

TEST_CASE_TEMPLATE(
    "a Ref dies with its step of for_each, unless its object was changed, or was in "
    "the unit before",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2, 3, 4});
  auto work = store.begin();
  auto held = work.get<Order>({1});
  std::vector<rowan::Ref<Order>> seen;
  work.template for_each<Order>({}, [&](rowan::Ref<Order> ref) {
    if (!seen.empty() && seen.back().key() != held.key())
      CHECK_THROWS_AS((void)seen.back()->customer, UsageError);
    if (ref->id.value == 4) ref->lines[0].quantity = 9;
    seen.push_back(ref);
  });
  REQUIRE(seen.size() == 4);
  CHECK(seen[0] == held);
  CHECK(held->customer == "Ann");
  CHECK(seen[3]->lines[0].quantity == 9);
  CHECK_THROWS_AS((void)seen[2]->customer, UsageError);
  work.commit();
  CHECK(seen[3]->version == 2);
  CHECK(db.number("SELECT sum(version) FROM orders") == 5);
}

TEST_CASE_TEMPLATE("for_each can remove what it visits, and change what it is ordered by", B,
                   Sqlite, Postgres) {
  for (const auto span : {Transaction::at_commit, Transaction::from_first_read}) {
    Database<B> db;
    rowan::Store store = db.template open<Job>();
    std::vector<Job> jobs;
    for (std::int64_t i = 1; i <= 600; ++i)
      jobs.push_back({i, 0, "job", {}, Grade::bad, {}, i, {}});
    store_jobs(store, jobs);
    rowan::UnitOfWork work = store.begin({.transaction = span});
    std::size_t visits = 0;
    work.template for_each<Job>(rowan::Query().order_by("rank"), [&](const rowan::Ref<Job>& ref) {
      ++visits;
      if (ref->id % 2)
        work.remove(ref);
      else
        *ref->rank = -*ref->rank;
    });
    CHECK(visits == 600);
    work.commit();
    CHECK(db.number("SELECT count(*) FROM jobs") == 300);
    CHECK(db.number("SELECT count(*) FROM jobs WHERE rank < 0 AND version = 2") == 300);
  }
}

TEST_CASE_TEMPLATE("for_each stops at its limit, and at what its visitor throws", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Job>();
  std::vector<Job> jobs;
  for (std::int64_t i = 1; i <= 600; ++i) jobs.push_back({i, 0, "job", {}, Grade::bad, {}, {}, {}});
  store_jobs(store, jobs);
  auto work = store.begin();
  for (const std::size_t limit : {0U, 1U, 256U, 300U, 512U, 1000U}) {
    std::size_t visits = 0;
    work.template for_each<Job>(rowan::Query().limit(limit),
                                [&](const rowan::Ref<Job>&) { ++visits; });
    CHECK(visits == std::min<std::size_t>(limit, 600));
  }
  Ids visited;
  std::vector<rowan::Ref<Job>> seen;
  CHECK_THROWS_AS(work.template for_each<Job>({},
                                              [&](const rowan::Ref<Job>& ref) {
                                                visited.push_back(ref->id);
                                                ref->title = "changed";
                                                seen.push_back(ref);
                                                if (ref->id == 3)
                                                  throw std::runtime_error("enough");
                                              }),
                  std::runtime_error);
  CHECK(visited == Ids{1, 2, 3});
  CHECK(seen[0]->title == "changed");
  work.commit();  // the unit has not failed
  CHECK(db.number("SELECT count(*) FROM jobs WHERE title = 'changed'") == 3);
}

TEST_CASE_TEMPLATE("for_each leaves out what its visitor has removed or forgotten", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2, 3, 4, 5});
  auto work = store.begin();
  auto held = work.template get<Order>({2});
  Ids visited;
  work.template for_each<Order>(rowan::Query(), [&](const rowan::Ref<Order>& ref) {
    visited.push_back(ref->id.value);
    if (ref->id.value != 1) return;
    work.discard(held);
    work.remove(work.template get<Order>({3}));
    auto four = work.template get<Order>({4});
    work.remove(four);
    work.commit();
  });
  CHECK(visited == Ids{1, 5});
  CHECK(db.number("SELECT count(*) FROM orders") == 3);
}
