/// Values meant to break something: each comes back as it was or is refused, with nothing half
/// done.

#include <limits>
#include <string>

#include "box.hpp"
#include "database.hpp"
#include "hostile_texts.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::DataError;

namespace {

/// An order with this text wherever it may have one.
Order full_of(std::int64_t id, const std::string& text) {
  Order out = order(id, text);
  out.remark = text;
  out.lines[0].price.currency = text;
  out.lines[0].discounts[0].reason = text;
  out.notes = {{text}, {text + text}};
  return out;
}

void check_full_of(const Order& order, const std::string& text) {
  CHECK((order.customer == text));
  CHECK((order.remark == text));
  CHECK((order.lines[0].price.currency == text));
  CHECK((order.lines[0].discounts[0].reason == text));
  CHECK((order.notes[0].text == text));
  CHECK((order.notes[1].text == text + text));
}

}  // namespace

TEST_CASE_TEMPLATE("a hostile text survives at every depth, added and updated", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto texts = hostile_texts();
  if (!db.postgres)
    for (const auto& text : broken_texts()) texts.push_back(text);
  if (!db.postgres) texts.push_back(std::string("a\0'b", 4));
  std::int64_t id = 1;
  for (const std::string& text : texts) {
    ++id;
    CAPTURE(id);
    auto work = store.begin();
    work.add(full_of(id, text));
    *work.get<Order>({1}) = [&] {
      Order changed = full_of(1, text);
      changed.version = work.get<Order>({1}).version();
      return changed;
    }();
    work.commit();
    auto fresh = store.begin();
    check_full_of(*fresh.get<Order>({1}), text);
    check_full_of(*fresh.get<Order>({id}), text);
    db.log->clear();
    fresh.commit();
    CHECK(db.log->sql().empty());
  }
  CHECK(db.number("SELECT count(*) FROM orders") == id);
  CHECK(db.number("SELECT version FROM orders WHERE id = 1") == id);
}

TEST_CASE_TEMPLATE("ten megabytes survive in a root and in a child", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  std::string large;
  while (large.size() < 10'000'000) large += "ten megabytes of '\xe2\x82\xac'; ";
  auto work = store.begin();
  auto ref = work.template get<Order>({1});
  ref->remark = large;
  ref->notes.push_back({large + "!"});
  work.commit();
  auto fresh = store.begin();
  auto again = fresh.template get<Order>({1});
  CHECK((again->remark == large));
  CHECK((again->notes.back().text == large + "!"));
  db.log->clear();
  fresh.commit();
  CHECK(db.log->sql().empty());
}

TEST_CASE("a text that is no UTF-8 is refused before anything is sent: Postgres only") {
  Database<Postgres> db;
  rowan::Store store = open_orders(db, {1, 2});
  for (const std::string& text : broken_texts()) {
    auto work = store.begin();
    auto one = work.get<Order>({1});
    auto two = work.get<Order>({2});
    const auto version = one.version();
    one->customer = "Cid" + std::to_string(version);
    two->notes[1].text = "secret" + text;
    db.log->clear();
    const auto error = thrown<DataError>([&] { work.commit(); });
    CHECK(has(error.what(), "notes (2, 1), column text: "));
    CHECK_FALSE(has(error.what(), "secret"));
    CHECK(db.log->sql().empty());
    two->notes[1].text = "fine";
    work.commit();  // the unit has not failed
    CHECK(one.version() == version + 1);
  }
}

TEST_CASE_TEMPLATE("a number that its column does not take is refused, and the unit goes on", B,
                   Sqlite, Postgres) {
  Database<B> db;
  db.execute(
      "CREATE TABLE boxes (id bigint PRIMARY KEY, version bigint NOT NULL, value smallint NOT NULL "
      "CHECK (value BETWEEN -9 AND 99))");
  rowan::Store store = db.open(rowan::Schema::of<Box<std::int64_t>>());
  using Limits = std::numeric_limits<std::int64_t>;
  store_all(store, Box<std::int64_t>{1, 5});
  for (const std::int64_t number : {Limits::min(), Limits::max(), std::int64_t{32768}}) {
    auto work = store.begin();
    auto ref = work.template get<Box<std::int64_t>>(1);
    ref->value = number;
    try {
      work.commit();
      FAIL("nothing was thrown");
    } catch (const rowan::Error& error) {  // a CHECK where the type has no limits
      CHECK(has(error.what(), "boxes 1: "));
      CHECK_FALSE(has(error.what(), std::to_string(number)));
    }
    CHECK(db.number("SELECT value FROM boxes WHERE version = 1") == 5);
    work.rollback();
    ref->value = 5;
    work.commit();
  }
}

TEST_CASE_TEMPLATE("a negative zero is a zero, and no reason to write", B, Sqlite, Postgres) {
  check_survives<B, double>({-0.0, 0.0});
  check_survives<B, float>({-0.0F, 0.0F});
}
