/// Any two changes of one aggregate meet at its root, wherever in it they are.

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "orders.hpp"
#include "ways.hpp"

using namespace contract;
using rowan::StaleDataError;

namespace {

struct Change {
  std::string name;
  std::function<void(Order&)> make;
};

std::vector<Change> changes() {
  return {
      {"a field", [](Order& o) { o.customer += "!"; }},
      {"a field that becomes NULL, or not", [](Order& o) { o.remark = "x"; }},
      {"a child", [](Order& o) { ++o.lines[0].quantity; }},
      {"another child", [](Order& o) { ++o.lines[1].quantity; }},
      {"a value object in a child", [](Order& o) { ++o.lines[1].price.cents; }},
      {"a grandchild", [](Order& o) { ++o.lines[0].discounts[0].percent; }},
      {"one more grandchild",
       [](Order& o) {
         o.lines[1].discounts.push_back({"new", 1});
       }},
      {"one more child",
       [](Order& o) {
         o.lines.push_back({3, 1, {}, {}});
       }},
      {"one child less", [](Order& o) { o.lines.pop_back(); }},
      {"a position", [](Order& o) { std::swap(o.notes[0], o.notes[1]); }},
      {"one more at the end", [](Order& o) { o.notes.push_back({"new"}); }},
      {"a link", [](Order& o) { o.tags.push_back(11); }},
      {"one link less", [](Order& o) { o.tags.pop_back(); }},
  };
}

void commit(rowan::Store& others, const Change& change) {
  rowan::UnitOfWork unit = others.begin();
  change.make(*unit.get<Order>({1}));
  unit.commit();
}

template <class B>
std::int64_t rows(Database<B>& db) {
  return db.number(
      "SELECT (SELECT count(*) FROM order_lines) + 10 * (SELECT count(*) FROM discounts) + 100 * "
      "(SELECT count(*) FROM notes) + 1000 * (SELECT count(*) FROM tags)");
}

/// Theirs is committed while mine is open; mine is stale, and nothing of it is left.
template <class B>
void check_meet(const Change& theirs, const Change& mine, const Way& way) {
  CAPTURE(theirs.name);
  CAPTURE(mine.name);
  CAPTURE(way.name);
  Database<B> db;
  rowan::Store store = db.template open<Order>(way.store());
  store_all(store, order(1));
  rowan::UnitOfWork work = store.begin(way.work());
  rowan::Ref<Order> ref = work.get<Order>({1});
  commit(store, theirs);
  const std::int64_t before = rows(db);
  mine.make(*ref);
  const auto error = thrown<StaleDataError>([&] { work.commit(); });
  REQUIRE(error.conflicts().size() == 1);
  CHECK(error.conflicts().front().table == "orders");
  CHECK(error.conflicts().front().expected == 1);
  CHECK(error.conflicts().front().found == 2);
  CHECK(rows(db) == before);
  CHECK(db.number("SELECT version FROM orders") == 2);
}

}  // namespace

TEST_CASE_TEMPLATE("every change of an aggregate makes every other one stale", B, Sqlite,
                   Postgres) {
  const auto all = changes();
  const Way way = open_ways<B>().front();
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = 0; j < all.size(); j += 3)
      check_meet<B>(all[i], all[(i + j) % all.size()], way);
}

TEST_CASE_TEMPLATE("the same change made twice is stale, in every way to have a transaction", B,
                   Sqlite, Postgres) {
  for (const Way& way : open_ways<B>())
    for (const Change& change : changes()) check_meet<B>(change, change, way);
}

TEST_CASE_TEMPLATE("every change moves the root by one, and every change at once by one too", B,
                   Sqlite, Postgres) {
  for (const Way& way : ways<B>()) {
    CAPTURE(way.name);
    Database<B> db;
    rowan::Store store = db.template open<Order>(way.store());
    store_all(store, order(1));
    rowan::UnitOfWork work = store.begin(way.work());
    rowan::Ref<Order> ref = work.get<Order>({1});
    std::int64_t version = 1;
    for (const Change& change : changes()) {
      CAPTURE(change.name);
      change.make(*ref);
      work.commit();
      CHECK(ref.version() == ++version);
      CHECK(db.number("SELECT version FROM orders") == version);
    }
    *ref = [&] {
      Order fresh = order(1, "all at once");
      fresh.version = ref->version;
      return fresh;
    }();
    ref->lines[0].quantity = 77;
    work.commit();
    CHECK(ref.version() == version + 1);
    CHECK(store.begin().template get<Order>({1})->lines[0].quantity == 77);
  }
}

TEST_CASE_TEMPLATE("lists replaced by equal ones are no change", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  Order same = order(1);
  ref->lines = std::move(same.lines);
  ref->notes = std::move(same.notes);
  ref->tags = {9, 7};  // their order is not state
  db.log->clear();
  work.commit();
  CHECK(db.writes().empty());
  CHECK(ref.version() == 1);
}
