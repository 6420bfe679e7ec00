/// Queries in one transaction from the first read on: they flush first, a rollback takes that back,
/// and what the unit holds keeps its state whatever the rows are by now.

#include <functional>
#include <vector>

#include "orders.hpp"
#include "ways.hpp"

using namespace contract;
using rowan::StaleDataError;
using rowan::Transaction;
using rowan::UnitOfWork;

namespace {

using Query = std::function<void(UnitOfWork&)>;

std::vector<Query> queries() {
  return {
      [](UnitOfWork& unit) { (void)unit.find_all<Order>(); },
      [](UnitOfWork& unit) { (void)unit.count<Order>(); },
      [](UnitOfWork& unit) { unit.for_each<Order>({}, [](auto) {}); },
  };
}

void edit(Order& order) {
  order.customer = "mine";
  order.lines.erase(order.lines.begin());
  order.lines.push_back({3, 9, {}, {{"mine", 1}}});
  order.notes = {{"third"}};
  order.tags.push_back(11);
}

void check_edited(const Order& order) {
  CHECK(order.customer == "mine");
  REQUIRE(order.lines.size() == 2);
  CHECK(order.lines[1].number == 3);
  CHECK(order.notes.size() == 1);
  CHECK(order.tags == std::vector<std::int64_t>{7, 9, 11});
}

}  // namespace

TEST_CASE_TEMPLATE("what a query has flushed is rolled back, edits are kept, and bump once", B,
                   Sqlite, Postgres) {
  for (const Way& way : ways<B>()) {
    if (way.span == Transaction::at_commit) continue;  // queries do not flush there
    for (const Query& query : queries()) {
      CAPTURE(way.name);
      Database<B> db;
      rowan::Store store = db.template open<Order>(way.store());
      store_all(store, order(1), order(2));
      UnitOfWork work = store.begin(way.work());
      rowan::Ref<Order> ref = work.get<Order>({1});
      edit(*ref);
      rowan::Ref<Order> added = work.add(order(3));
      work.remove(work.get<Order>({2}));
      db.log->clear();
      query(work);
      CHECK_FALSE(db.writes().empty());
      work.rollback();
      CHECK(db.number("SELECT sum(version) FROM orders") == 2);
      CHECK(db.number("SELECT count(*) FROM order_lines") == 4);
      check_edited(*ref);
      CHECK(ref->version == 1);
      CHECK(added.version() == 0);
      query(work);  // and once more
      query(work);
      work.commit();
      CHECK(ref.version() == 2);
      CHECK(added.version() == 1);
      UnitOfWork fresh = store.begin();
      check_edited(*fresh.get<Order>({1}));
      CHECK(fresh.get<Order>({1})->version == 2);
      CHECK_FALSE(fresh.find<Order>({2}).has_value());
      CHECK(fresh.count<Order>() == 2);
    }
  }
}

TEST_CASE_TEMPLATE("a query keeps what the unit holds at the state and version that was read", B,
                   Sqlite, Postgres) {
  for (const Way& way : open_ways<B>()) {
    CAPTURE(way.name);
    Database<B> db;
    rowan::Store store = db.template open<Order>(way.store());
    store_all(store, order(1), order(2));
    UnitOfWork work = store.begin(way.work());
    rowan::Ref<Order> one = work.get<Order>({1});
    store.transact([](UnitOfWork& other) {
      auto theirs = other.get<Order>({1});
      theirs->customer = "theirs";
      theirs->lines.clear();
    });
    for (const Query& query : queries()) query(work);
    for (const auto& ref : work.get_all<Order>({{1}, {2}}))
      if (ref->id.value == 1) CHECK(ref == one);
    CHECK(work.find_all<Order>(rowan::where("id = 1")).front() == one);
    CHECK(one->customer == "Ann");
    CHECK(one->lines.size() == 2);
    CHECK(one.version() == 1);
    one->remark = "mine";
    const auto error = thrown<StaleDataError>([&] { work.commit(); });
    CHECK(error.conflicts().front().expected == 1);
    CHECK(error.conflicts().front().found == 2);
  }
}

TEST_CASE_TEMPLATE("a query that flushes meets the conflict, and says all of it", B, Sqlite,
                   Postgres) {
  for (const Way& way : open_ways<B>()) {
    if (way.span == Transaction::at_commit) continue;
    for (const Query& query : queries()) {
      CAPTURE(way.name);
      Database<B> db;
      rowan::Store store = db.template open<Order>(way.store());
      store_all(store, order(1), order(2), order(3));
      UnitOfWork work = store.begin(way.work());
      const auto all = work.get_all<Order>({{1}, {2}, {3}});
      store.transact([](UnitOfWork& other) {
        other.get<Order>({2})->customer = "theirs";
        other.remove<Order>({3});
      });
      for (const auto& ref : all) ref->customer = "mine";
      const auto error = thrown<StaleDataError>([&] { query(work); });
      REQUIRE(error.conflicts().size() == 2);
      CHECK(error.concerns(all[1]));
      CHECK(error.concerns(all[2]));
      CHECK_THROWS_AS((void)work.count<Order>(), rowan::UnitFailed);
      CHECK(db.number("SELECT count(*) FROM orders WHERE customer = 'mine'") == 0);
    }
  }
}
