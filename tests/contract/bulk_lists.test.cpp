/// Bulk statements over ids with the version that each is expected at.

#include "database.hpp"
#include "jobs.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::Conflict;
using rowan::set;
using rowan::StaleDataError;
using rowan::UsageError;

namespace {

struct Setting {
  std::int64_t id = 0;
  std::string text;
};
rowan::Mapping<Setting, std::int64_t> mapping_of(std::type_identity<Setting>) {
  return rowan::aggregate("settings", rowan::key("id", &Setting::id), rowan::unversioned)
      .column("text", &Setting::text);
}

struct Bin {
  std::string warehouse;
  std::int64_t shelf = 0;
  std::int64_t version = 0;
  std::int64_t amount = 0;
};
rowan::Mapping<Bin, std::tuple<std::string, std::int64_t>> mapping_of(std::type_identity<Bin>) {
  return rowan::aggregate("bins", rowan::key("warehouse", &Bin::warehouse, "shelf", &Bin::shelf),
                          rowan::version("version", &Bin::version, rowan::unique_versions))
      .column("amount", &Bin::amount);
}

}  // namespace

TEST_CASE_TEMPLATE(
    "update_all writes those at their version and returns the others, which are no "
    "failure",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2, 3, 4});
  store.transact([](rowan::UnitOfWork& other) { other.get<Order>({2})->remark = "x"; });
  auto work = store.begin();
  const auto losers =
      work.update_all<Order>(set("customer = ?", "Bob"), {{OrderId{4}, 3},  // older than expected
                                                          {OrderId{9}, 1},  // never there
                                                          {OrderId{1}, 1},
                                                          {OrderId{2}, 1},  // has moved on
                                                          {OrderId{3}, 1}});
  REQUIRE(losers.size() == 3);
  const Conflict& changed = losers[0];
  CHECK(changed.is<Order>());
  CHECK(changed.key_as<OrderId>().value == 2);
  CHECK(changed.table == "orders");
  CHECK(changed.root_table == "orders");
  CHECK(changed.key == key_of({2}));
  CHECK(changed.operation == Conflict::Operation::update);
  CHECK(changed.expected == 1);
  CHECK(changed.found == 2);
  CHECK(changed.kind == Conflict::Kind::changed);
  CHECK(changed.expectation == Conflict::Expectation::given);
  const Conflict& ahead = losers[1];
  CHECK(ahead.root_key == key_of({4}));
  CHECK(ahead.expected == 3);
  CHECK(ahead.found == 1);
  CHECK(ahead.kind == Conflict::Kind::ahead);
  const Conflict& missing = losers[2];
  CHECK(missing.root_key == key_of({9}));
  CHECK_FALSE(missing.found.has_value());
  CHECK(missing.kind == Conflict::Kind::missing);
  CHECK(store.counters().conflicts == 0);
  work.commit();
  CHECK(db.number("SELECT sum(id) FROM orders WHERE customer = 'Bob' AND version = 2") == 4);
  CHECK(db.number("SELECT count(*) FROM orders WHERE customer = 'Ann'") == 2);
}

TEST_CASE_TEMPLATE("remove_all deletes those at their version with all beneath them", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2, 3});
  store.transact([](rowan::UnitOfWork& other) { other.touch(other.get<Order>({2})); });
  auto work = store.begin();
  const auto losers =
      work.remove_all<Order>({{OrderId{9}, 1}, {OrderId{2}, 1}, {OrderId{1}, 1}, {OrderId{3}, 1}});
  REQUIRE(losers.size() == 2);
  CHECK(losers[0].root_key == key_of({2}));
  CHECK(losers[0].kind == Conflict::Kind::changed);
  CHECK(losers[0].operation == Conflict::Operation::remove);
  CHECK(losers[0].found == 2);
  CHECK(losers[1].root_key == key_of({9}));
  CHECK(losers[1].kind == Conflict::Kind::missing);
  SUBCASE("committed") {
    work.commit();
    CHECK(db.number("SELECT sum(id) FROM orders") == 2);
    for (const char* table : {"order_lines", "discounts", "notes", "tags"})
      CHECK(db.number("SELECT count(*) FROM " + std::string(table) + " WHERE order_id <> 2") == 0);
    CHECK(db.number("SELECT count(*) FROM notes") == 3);
    CHECK(db.number("SELECT version FROM orders") == 2);
  }
  SUBCASE("rolled back") {
    work.rollback();
    CHECK(db.number("SELECT count(*) FROM orders") == 3);
  }
}

TEST_CASE_TEMPLATE("an id that is twice in a list wins once", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto work = store.begin();
  SUBCASE("updated") {
    const auto losers = work.update_all<Order>(set("remark = ?", "x"),
                                               {{OrderId{1}, 1}, {OrderId{2}, 1}, {OrderId{1}, 1}});
    REQUIRE(losers.size() == 1);
    CHECK(losers.front().root_key == key_of({1}));
    CHECK(losers.front().expected == 1);
    CHECK(losers.front().found == 2);
    CHECK(losers.front().kind == Conflict::Kind::changed);
    work.commit();
    CHECK(db.number("SELECT count(*) FROM orders WHERE version = 2 AND remark = 'x'") == 2);
  }
  SUBCASE("removed") {
    const auto losers = work.remove_all<Order>({{OrderId{1}, 1}, {OrderId{2}, 1}, {OrderId{1}, 1}});
    REQUIRE(losers.size() == 1);
    CHECK(losers.front().root_key == key_of({1}));
    CHECK_FALSE(losers.front().found.has_value());
    work.commit();
    CHECK(db.number("SELECT count(*) FROM orders") == 0);
  }
  SUBCASE("removed, once at a version that it is not at") {
    const auto losers = work.remove_all<Order>({{OrderId{1}, 1}, {OrderId{1}, 2}});
    REQUIRE(losers.size() == 1);
    CHECK(losers.front().expected == 2);
    work.commit();
    CHECK(db.number("SELECT sum(id) FROM orders") == 2);
  }
}

TEST_CASE_TEMPLATE("an empty list writes nothing", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  const std::vector<std::pair<OrderId, std::int64_t>> none;
  db.log->clear();
  CHECK(work.update_all<Order>(set("remark = 'x'"), none).empty());
  CHECK(work.remove_all<Order>(none).empty());
  CHECK(db.writes().empty());
  work.get<Order>({1})->customer = "Bob";
  CHECK(work.update_all<Order>(set("remark = 'x'"), none).empty());  // flushes all the same
  CHECK(db.writes().size() == 1);
  work.commit();
  CHECK(db.number("SELECT version FROM orders") == 2);
}

TEST_CASE_TEMPLATE(
    "copies of a list's winners have to be refreshed, those of its losers too when "
    "they are stale",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto work = store.begin();
  auto winner = work.get<Order>({1});
  auto loser = work.get<Order>({2});
  CHECK(work.update_all<Order>(set("remark = 'x'"), {{OrderId{1}, 1}, {OrderId{2}, 7}}).size() ==
        1);
  loser->customer = "mine";
  work.flush();
  winner->customer = "mine";
  CHECK_THROWS_AS(work.commit(), UsageError);
  work.refresh(winner);
  CHECK(winner->remark == "x");
  winner->customer = "mine";
  work.commit();
  CHECK(db.number("SELECT count(*) FROM orders WHERE customer = 'mine'") == 2);
  CHECK(loser.version() == 2);
  CHECK(winner.version() == db.number("SELECT version FROM orders WHERE id = 1"));
}

TEST_CASE_TEMPLATE("a class that is mapped unversioned has bulk statements by condition only", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Setting>();
  store_all(store, Setting{1, "a"}, Setting{2, "b"}, Setting{3, "c"});
  auto work = store.begin();
  CHECK_THROWS_AS((void)work.update_all<Setting>(set("text = 'x'"), {{1, 1}}), UsageError);
  CHECK_THROWS_AS((void)work.remove_all<Setting>({{1, 1}}), UsageError);
  CHECK(work.update_all<Setting>(set("text = text || 'x'"), rowan::where("id > 1")) == 2);
  CHECK(work.remove_all<Setting>(rowan::where("id = 3")) == 1);
  work.commit();
  CHECK(db.text("SELECT text FROM settings WHERE id = 1") == "a");
  CHECK(db.text("SELECT text FROM settings WHERE id = 2") == "bx");
  CHECK(db.number("SELECT count(*) FROM settings") == 2);
}

TEST_CASE_TEMPLATE("unique versions and keys of two columns: no two rows get one version", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Bin>();
  store_all(store, Bin{"A", 1, 0, 5}, Bin{"A", 2, 0, 5}, Bin{"B", 1, 0, 5});
  auto work = store.begin();
  auto one = work.get<Bin>({"A", 1});
  auto two = work.get<Bin>({"B", 1});
  const auto before = one.version();
  auto other = store.begin();
  const auto losers = other.update_all<Bin>(
      set("amount = amount - ?", 1), {{{"A", 1}, one.version()}, {{"B", 1}, two.version() + 1}});
  REQUIRE(losers.size() == 1);
  CHECK(losers.front().found == two.version());
  CHECK(other.update_all<Bin>(set("amount = 9"), rowan::where("shelf = 2")) == 1);
  other.commit();
  CHECK(db.number("SELECT version FROM bins WHERE warehouse = 'A' AND shelf = 1") != before);
  CHECK(db.number("SELECT amount FROM bins WHERE warehouse = 'A' AND shelf = 1") == 4);
  one->amount = 1;
  two->amount = 1;
  const auto error = thrown<StaleDataError>([&] { work.commit(); });
  REQUIRE(error.conflicts().size() == 1);
  CHECK(error.concerns(one));
  CHECK(error.conflicts().front().kind == Conflict::Kind::changed);
}
