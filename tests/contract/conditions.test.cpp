/// Conditions: what they bind, what they see, and mistakes in them.

#include <chrono>

#include "database.hpp"
#include "jobs.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::DataError;
using rowan::QueryError;
using rowan::Transaction;
using rowan::where;

TEST_CASE_TEMPLATE("a condition binds texts, enums by name and by number, ids, instants, NULL", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Job>();
  const rowan::Timestamp noon{std::chrono::hours(12)};
  store_jobs(store,
             {{1, 0, "a", Status::draft, Grade::bad, {7}, 1, noon},
              {2, 0, "b", Status::placed, Grade::good, {7}, {}, {}},
              {3, 0, "a", Status::placed, Grade::good, {8}, 3, noon + std::chrono::hours(1)}});
  auto work = store.begin();
  const auto found = [&](const rowan::Query& query) {
    return ids(work.template find_all<Job>(query));
  };
  CHECK(found({}) == Ids{1, 2, 3});
  CHECK(found(where("title = ?", "a")) == Ids{1, 3});
  CHECK(found(where("title = ? AND rank > ?", std::string("a"), 1)) == Ids{3});
  CHECK(found(where("status = ?", Status::placed)) == Ids{2, 3});
  CHECK(found(where("status = ?", std::optional(Status::placed))) == Ids{2, 3});
  CHECK(found(where("status = ?", std::optional<Status>())).empty());
  CHECK(found(rowan::Query().order_by("status").after(std::optional(Status::draft), 1)) ==
        Ids{2, 3});
  CHECK(found(where("grade = ?", Grade::bad)) == Ids{1});
  CHECK(found(where("client_id = ?", ClientId{8})) == Ids{3});
  CHECK(found(where("due > ?", noon)) == Ids{3});
  CHECK(found(where("rank = ?", std::optional<std::int64_t>())).empty());
  CHECK(found(where("rank = ?", std::nullopt)).empty());
  CHECK(found(where("coalesce(?, title) = ?", static_cast<const char*>(nullptr),
                    std::optional<std::string_view>("b"))) == Ids{2});
  CHECK(found(where("title = ?", std::string_view("b"))) == Ids{2});
  CHECK(found(where("id = ?", rowan::Value(std::int64_t{2}))) == Ids{2});
  CHECK(found(where("rank IS NULL")) == Ids{2});
  CHECK(found(where("title = ? OR title = ? OR id = ?", "x", "b", 3)) == Ids{2, 3});
}

TEST_CASE_TEMPLATE("a value is never taken for SQL", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Job>();
  const std::string attack = "' OR 1=1; DROP TABLE jobs; --";
  store_jobs(store,
             {{1, 0, "a", {}, Grade::bad, {}, {}, {}}, {2, 0, attack, {}, Grade::bad, {}, {}, {}}});
  auto work = store.begin();
  db.log->clear();
  CHECK(ids(work.template find_all<Job>(where("title = ?", attack))) == Ids{2});
  CHECK(ids(work.template find_all<Job>(rowan::Query().order_by("title").limit(5).after(
            "' OR 1=1 --", std::int64_t{0}))) == Ids{2, 1});
  CHECK(work.template count<Job>(where("title = ?", attack)) == 1);
  for (const auto& sql : db.log->sql()) {
    CHECK_FALSE(has(sql, "DROP"));
    CHECK_FALSE(has(sql, "1=1"));
  }
  CHECK(db.number("SELECT count(*) FROM jobs") == 2);
}

TEST_CASE_TEMPLATE(
    "a question mark in a text, a name or a comment is none of ours, and ?? is one of "
    "the program's",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Job>();
  store_jobs(store, {{1, 0, "what?", {}, Grade::bad, {}, {}, {}},
                     {2, 0, "it's ?", {}, Grade::bad, {}, {}, {}}});
  auto work = store.begin();
  const auto found = [&](const rowan::Query& query) {
    return ids(work.template find_all<Job>(query));
  };
  CHECK(found(where("title = 'what?' AND id = ?", 1)) == Ids{1});
  CHECK(found(where("title = 'it''s ?' AND id = ?", 2)) == Ids{2});
  CHECK(found(where("id = ? /* or not? */ AND title <> '?' -- is it?", 1)) == Ids{1});
  CHECK(found(where("-- all of them?\n id > ?", 0)) == Ids{1, 2});
  CHECK(found(where("title = ? -- the end", "what?")) == Ids{1});
  CHECK(work.template count<Job>(where("id = ? -- the end", 1)) == 1);
  if (Database<B>::postgres)
    CHECK(found(where("'{\"a\": 1}'::jsonb ?? 'a' AND id = ?", 2)) == Ids{2});
}

TEST_CASE(
    "a question mark in a text with escapes, between dollars or in a nested comment is none of "
    "ours: Postgres only") {
  Database<Postgres> db;
  rowan::Store store = db.open<Job>();
  store_jobs(store, {{1, 0, "it's ?", {}, Grade::bad, {}, {}, {}},
                     {2, 0, "a?", {}, Grade::bad, {}, {}, {}}});
  auto work = store.begin();
  const auto found = [&](const rowan::Query& query) { return ids(work.find_all<Job>(query)); };

  CHECK(found(where(R"(title = E'it\'s ?' AND id = ?)", 1)) == Ids{1});
  CHECK(found(where(R"(title = e'it''s ?' AND id = ?)", 1)) == Ids{1});
  CHECK(found(where(R"(title <> E'\\' AND id = ? AND title <> '?')", 1)) == Ids{1});
  CHECK(found(where("title = $$a?$$ AND id = ?", 2)) == Ids{2});
  CHECK(found(where("title = $tag$a?$tag$ AND id = ?", 2)) == Ids{2});
  CHECK(found(where("title <> $a$ $b$ ? $a$ AND id = ?", 2)) == Ids{2});
  CHECK(found(where("/* ? /* ? */ ? */ id = ?", 2)) == Ids{2});
  CHECK(found(where("/*/ ? */ id = ?", 2)) == Ids{2});
}

TEST_CASE("SQLite knows no escapes and no dollars, and its comments do not nest") {
  Database<Sqlite> db;
  rowan::Store store = db.open<Job>();
  store_jobs(store, {{1, 0, "\\", {}, Grade::bad, {}, {}, {}}});
  auto work = store.begin();
  const auto found = [&](const rowan::Query& query) { return ids(work.find_all<Job>(query)); };

  CHECK(found(where(R"(title = '\' AND id = ? AND title <> '?')", 1)) == Ids{1});
  CHECK(found(where("/* /* ? */ id = ?", 1)) == Ids{1});
}

TEST_CASE_TEMPLATE(
    "queries see what the unit has changed only in one transaction from the first "
    "read on",
    B, Sqlite, Postgres) {
  for (const auto span : {Transaction::at_commit, Transaction::from_first_read}) {
    Database<B> db;
    rowan::Store store = open_orders(db, {1, 2});
    const bool flushes = span == Transaction::from_first_read;
    rowan::UnitOfWork work = store.begin({.transaction = span});
    auto ref = work.get<Order>({1});
    db.log->clear();
    ref->customer = "Bob";
    work.add(order(3, "Bob"));
    CHECK(work.template count<Order>(where("customer = ?", "Bob")) == (flushes ? 2 : 0));
    CHECK(db.writes().empty() == !flushes);
    CHECK(ids(work.template find_all<Order>(where("customer = ?", "Bob"))) ==
          (flushes ? Ids{1, 3} : Ids{}));
    // What is in the unit is found by what its row holds, and given as it is in the unit.
    CHECK(ids(work.template find_all<Order>()) == (flushes ? Ids{1, 2, 3} : Ids{1, 2}));
    CHECK(ref->customer == "Bob");
    CHECK(ref->version == 1);
    work.rollback();
    CHECK(db.number("SELECT count(*) FROM orders WHERE customer = 'Ann' AND version = 1") == 2);
  }
}

namespace {

/// A query that is wrong, and what its error must name.
struct Mistake {
  rowan::Query query;
  std::string says;
};

}  // namespace

TEST_CASE_TEMPLATE("a wrong query is a QueryError that says what is wrong, and the unit goes on", B,
                   Sqlite, Postgres) {
  const std::vector<Mistake> mistakes{
      {where("colour = ?", "red"), "colour"},
      {where("titel = ?", "red"), "titel"},
      {where("title = ? AND", "red"), "orders"},
      {where("customer = ?"), "query of orders: the condition has 1 question marks for 0 values"},
      {where("customer = 'a?'", 1),
       "query of orders: the condition has 0 question marks for 1 values"},
      {where("customer = ?", "a", "b"),
       "query of orders: the condition has 1 question marks for 2 values"},
      {rowan::Query().order_by("colour"), "query of orders: no column colour is mapped"},
      {rowan::Query().order_by("version"), "query of orders: no column version is mapped"},
      {rowan::Query().order_by("customer").after(1),
       "query of orders: after() needs 2 values, one for each column of the order and of the key"},
  };
  for (const auto span : {Transaction::at_commit, Transaction::from_first_read}) {
    Database<B> db;
    rowan::Store store = open_orders(db, {1, 2});
    // First thing in a unit, and inside of what it has open.
    for (const bool opened : {false, true}) {
      rowan::UnitOfWork work = store.begin({.transaction = span});
      std::optional<rowan::Ref<Order>> edited;
      if (opened) {
        edited = work.template get<Order>({1});
        (*edited)->remark = "edited";
      }
      for (const Mistake& mistake : mistakes) {
        CAPTURE(mistake.says);
        const auto check = [&](const auto& ask) {
          const auto error = thrown<QueryError>(ask);
          CHECK(has(error.what(), mistake.says));
          CHECK_FALSE(has(error.what(), "red"));
        };
        check([&] { (void)work.template find_all<Order>(mistake.query); });
        if (mistake.query.order().empty())
          check([&] { (void)work.template count<Order>(mistake.query); });
        check(
            [&] { work.template for_each<Order>(mistake.query, [](const rowan::Ref<Order>&) {}); });
        CHECK(work.template count<Order>() == 2);
      }
      auto two = work.template get<Order>({2});
      two->customer += "!";
      work.commit();
      if (edited) CHECK((*edited)->version == 2);
    }
    CHECK(db.text("SELECT customer FROM orders WHERE id = 2") == "Ann!!");
  }
}

TEST_CASE(
    "a value that its column does not take is a DataError, and the open transaction goes on: "
    "Postgres only") {
  Database<Postgres> db;
  rowan::Store store = open_orders(db, {1});
  for (const auto span : {Transaction::at_commit, Transaction::from_first_read}) {
    rowan::UnitOfWork work = store.begin({.transaction = span});
    auto ref = work.get<Order>({1});
    ref->customer += "!";
    CHECK_THROWS_AS((void)work.find_all<Order>(where("id = ?", "secret")), DataError);
    CHECK_THROWS_AS((void)work.find_all<Order>(where("1 / (id - id) = ?", 1)), DataError);
    CHECK_THROWS_AS((void)work.find_all<Order>(rowan::Query().after("secret")), DataError);
    CHECK_THROWS_AS((void)work.find_all<Order>(where("customer = ?", std::string("\0", 1))),
                    DataError);
    work.commit();
    CHECK(ref->customer == db.text("SELECT customer FROM orders"));
  }
}

TEST_CASE_TEMPLATE("a missing table is named, and the unit goes on", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.open(rowan::Schema::of<Order, Job>());
  db.execute(
      "CREATE TABLE jobs (id bigint PRIMARY KEY, version bigint, title varchar(9), status "
      "varchar(9), grade bigint, client_id bigint, rank bigint, due timestamp)");
  auto work = store.begin();
  const auto error = thrown<QueryError>([&] { (void)work.get<Order>({1}); });
  CHECK(has(error.what(), "there is no table orders"));
  CHECK(!error.sql().empty());
  CHECK(!error.code().empty());
  CHECK(!error.retryable());
  CHECK(work.template find_all<Job>().empty());
}
