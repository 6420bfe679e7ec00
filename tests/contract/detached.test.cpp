/// Copies that leave their unit of work, and come back to an aggregate that nobody has touched.

#include <optional>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::Conflict;
using rowan::Detached;
using rowan::StaleDataError;
using rowan::UsageError;

namespace {

Detached<Order> copy_of(rowan::Store& store, std::int64_t id) {
  auto work = store.begin();
  return work.detach(work.get<Order>({id}));
}

/// Brings it back and commits.
void bring_back(rowan::Store& store, const Detached<Order>& copy,
                rowan::Merging how = rowan::Merging::reject) {
  auto work = store.begin();
  work.merge(copy, how);
  work.commit();
}

void say(rowan::Store& store, const std::string& customer) {
  store.transact([&](rowan::UnitOfWork& work) { work.get<Order>({1})->customer = customer; });
}

}  // namespace

TEST_CASE_TEMPLATE("a copy outlives its unit and its store, and comes back", B, Sqlite, Postgres) {
  Database<B> db;
  std::optional<Detached<Order>> copy;
  {
    rowan::Store store = open_orders(db, {1});
    copy = copy_of(store, 1);
  }
  CHECK(copy->version() == 1);
  CHECK((*copy)->version == 1);
  CHECK(copy->has_base());
  (*copy)->customer = "Bob";
  (*copy)->lines.at(0).quantity += 5;
  (*copy)->lines.pop_back();
  (*copy)->notes.push_back({"from afar"});

  rowan::Store store = db.open(rowan::Schema::of<Order>());
  auto work = store.begin();
  auto merged = work.merge(*copy);
  CHECK(merged.version() == 1);
  CHECK(merged->customer == "Bob");
  work.commit();
  CHECK(merged.version() == 2);
  auto other = store.begin();
  const auto stored = other.get<Order>({1});
  CHECK(stored.version() == 2);
  CHECK(stored->customer == "Bob");
  CHECK(stored->lines.size() == (*copy)->lines.size());
  CHECK(stored->notes.back().text == "from afar");
}

TEST_CASE_TEMPLATE("a copy that was not changed sends nothing and moves no version", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  for (const auto how : {rowan::Merging::reject, rowan::Merging::by_field}) {
    const auto copy = copy_of(store, 1);
    for (const auto& brought : {copy, copy.without_base()}) {
      auto work = store.begin();
      auto merged = work.merge(brought, how);
      const auto sent = store.counters().statements;
      work.commit();
      // A unit that reads in one transaction ends that.
      const std::uint64_t ends = B::backend == rowan::Backend::postgres && !usual_way().empty();
      CHECK(store.counters().statements == sent + ends);
      CHECK(merged.version() == 1);
    }
  }
  CHECK(db.number("SELECT version FROM orders") == 1);
}

TEST_CASE_TEMPLATE(
    "a copy of an older version is refused, whether the unit holds the aggregate or "
    "not",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto copy = copy_of(store, 1);
  copy->customer = "mine";
  say(store, "theirs");
  for (const bool holds : {false, true}) {
    auto work = store.begin();
    if (holds) (void)work.get<Order>({1});
    const auto error = thrown<StaleDataError>([&] { work.merge(copy); });
    REQUIRE(error.conflicts().size() == 1);
    const Conflict& conflict = error.conflicts().front();
    CHECK(conflict.kind == Conflict::Kind::changed);
    CHECK(conflict.expected == 1);
    CHECK(conflict.found == 2);
    CHECK(conflict.expectation == Conflict::Expectation::given);
    CHECK(conflict.is<Order>());
    CHECK(conflict.root_key == key_of({1}));
    CHECK_FALSE(error.retryable());
    work.commit();  // the unit has not failed
  }
  CHECK(db.text("SELECT customer FROM orders") == "theirs");
}

TEST_CASE_TEMPLATE("a copy that is newer than the database is ahead of it, by field as well", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  say(store, "b");
  auto copy = copy_of(store, 1);
  copy->customer = "mine";
  db.execute("UPDATE orders SET version = 1");  // a backup was restored
  for (const auto how : {rowan::Merging::reject, rowan::Merging::by_field}) {
    auto work = store.begin();
    const auto error = thrown<StaleDataError>([&] { work.merge(copy, how); });
    CHECK(error.conflicts().front().kind == Conflict::Kind::ahead);
    CHECK(error.conflicts().front().expected == 2);
    CHECK(error.conflicts().front().found == 1);
  }
}

TEST_CASE_TEMPLATE("a copy of what was deleted is never inserted in silence", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto copy = copy_of(store, 1);
  copy->customer = "mine";
  store.transact([](rowan::UnitOfWork& work) { (void)work.remove<Order>({1}); });
  for (const auto how : {rowan::Merging::reject, rowan::Merging::by_field}) {
    auto work = store.begin();
    const auto error = thrown<StaleDataError>([&] { work.merge(copy, how); });
    CHECK(error.conflicts().front().kind == Conflict::Kind::deleted);
    CHECK(error.conflicts().front().expected == 1);
    CHECK_FALSE(error.conflicts().front().found);
    work.commit();
  }
  CHECK(db.number("SELECT count(*) FROM orders") == 0);

  auto work = store.begin();
  auto again = work.merge(copy, rowan::Merging::reject, rowan::IfDeleted::resurrect);
  work.commit();
  CHECK(again.version() == 2);  // not one that somebody may have seen
  CHECK(again->version == 2);
  CHECK(db.text("SELECT customer FROM orders") == "mine");
  CHECK(db.number("SELECT count(*) FROM order_lines") ==
        static_cast<std::int64_t>(copy->lines.size()));
}

TEST_CASE_TEMPLATE("resurrect is of no account where the aggregate is there", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto copy = copy_of(store, 1);
  copy->customer = "mine";
  auto work = store.begin();
  work.merge(copy, rowan::Merging::reject, rowan::IfDeleted::resurrect);
  work.commit();
  CHECK(db.number("SELECT version FROM orders") == 2);
  CHECK_THROWS_AS(work.merge(copy, rowan::Merging::reject, rowan::IfDeleted::resurrect),
                  StaleDataError);
}

TEST_CASE_TEMPLATE("who writes between merge and commit makes the merge stale", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto copy = copy_of(store, 1);
  copy->customer = "mine";
  auto work = store.begin();
  work.merge(copy);
  say(store, "theirs");
  const auto error = thrown<StaleDataError>([&] { work.commit(); });
  CHECK(error.conflicts().front().expectation == Conflict::Expectation::given);
  CHECK_FALSE(error.retryable());
}

TEST_CASE_TEMPLATE("a copy is a value", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  const auto copy = copy_of(store, 1);
  auto other = copy;
  CHECK(other == copy);
  other->lines.at(0).quantity += 1;
  CHECK_FALSE(other == copy);
  CHECK_FALSE(copy == copy_of(store, 2));
  CHECK_FALSE(copy == copy.without_base());
  CHECK_FALSE(copy.without_base().has_base());
  auto moved = std::move(other);
  CHECK_THROWS_AS((void)other->customer, UsageError);
  other = copy;
  CHECK(other == copy);
  say(store, "theirs");
  CHECK_FALSE(copy == copy_of(store, 1));
}

TEST_CASE_TEMPLATE("a copy has the edits of the object and the base that was stored", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  ref->customer = "edited";
  const auto copy = work.detach(ref);
  CHECK(copy->customer == "edited");
  work.rollback();
  bring_back(store, copy);
  CHECK(db.text("SELECT customer FROM orders") == "edited");
}

TEST_CASE_TEMPLATE("what is not committed has no copy, and what is edited takes none", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  const auto copy = copy_of(store, 1);
  auto work = store.begin();
  auto added = work.add(order(5));
  CHECK_THROWS_AS((void)work.detach(added), UsageError);
  auto ref = work.get<Order>({1});
  ref->customer = "edited";
  CHECK_THROWS_AS(work.merge(copy), UsageError);
  work.flush();
  CHECK_THROWS_AS((void)work.detach(ref), UsageError);
  CHECK_THROWS_AS(work.merge(copy), UsageError);
  work.commit();
  CHECK((void(work.detach(ref)), true));
  auto expecting = store.begin();
  auto held = expecting.get<Order>({1}, rowan::Expect{2});
  CHECK_THROWS_AS(expecting.merge(copy), UsageError);
}

TEST_CASE_TEMPLATE("the key of a copy is not the user's to change", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto copy = copy_of(store, 1);
  copy->id = OrderId{2};
  auto work = store.begin();
  CHECK(has(thrown<UsageError>([&] { work.merge(copy); }).what(), "orders 1: the key of a copy"));
}

TEST_CASE_TEMPLATE("what its class refuses is not merged, and the object is as before", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto copy = copy_of(store, 1);
  const std::string before = copy->customer;
  copy->customer = "nobody";
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  CHECK_THROWS_AS(work.merge(copy), std::logic_error);
  CHECK(ref->customer == before);
  work.commit();
  CHECK(db.number("SELECT version FROM orders") == 1);
}

TEST_CASE_TEMPLATE("transact does not bring a stale copy back again and again", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto copy = copy_of(store, 1);
  copy->customer = "mine";
  say(store, "theirs");
  int attempts = 0;
  CHECK_THROWS_AS(store.transact([&](rowan::UnitOfWork& work) {
    ++attempts;
    work.merge(copy);
  }),
                  StaleDataError);
  CHECK(attempts == 1);
}
