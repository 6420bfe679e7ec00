/// One key given out by two units at once: an error of the key, not of a version; and rows that are
/// numbered by the version of what they tell of.

#include <cstdint>
#include <string>
#include <tuple>

#include "orders.hpp"
#include "ways.hpp"

using namespace contract;
using rowan::ConstraintViolation;
using rowan::StaleDataError;
using rowan::UnitOfWork;

TEST_CASE_TEMPLATE("one key added by two units is a unique violation at every level", B, Sqlite,
                   Postgres) {
  for (const Way& way : open_ways<B>())
    for (const bool looked : {false, true}) {
      CAPTURE(way.name);
      CAPTURE(looked);
      Database<B> db;
      rowan::Store store = db.template open<Order>(way.store());
      store_all(store, order(1));
      UnitOfWork work = store.begin(way.work());
      if (looked) CHECK_FALSE(work.find<Order>({4}).has_value());
      work.get<Order>({1})->customer = "mine";
      rowan::Ref<Order> mine = work.add(order(4, "mine"));
      store_all(store, order(4, "theirs"));
      const auto error = thrown<ConstraintViolation>([&] { work.commit(); });
      CHECK(error.kind() == ConstraintViolation::Kind::unique);
      CHECK(std::string(error.what()).starts_with("orders 4: "));
      CHECK_FALSE(error.retryable());
      CHECK(store.counters().conflicts == 0);
      CHECK(db.number("SELECT count(*) FROM orders WHERE customer = 'mine'") == 0);
      work.rollback();
      work.discard(mine);
      CHECK(work.get<Order>({4})->customer == "theirs");
      work.commit();
      CHECK(db.number("SELECT version FROM orders WHERE id = 1") == 2);
    }
}

TEST_CASE_TEMPLATE("a stale root is told before the key that two have added besides", B, Sqlite,
                   Postgres) {
  for (const Way& way : open_ways<B>()) {
    CAPTURE(way.name);
    Database<B> db;
    rowan::Store store = db.template open<Order>(way.store());
    store_all(store, order(1));
    UnitOfWork work = store.begin(way.work());
    rowan::Ref<Order> one = work.get<Order>({1});
    one->customer = "mine";
    work.add(order(4, "mine"));
    store.transact([](UnitOfWork& other) {
      other.get<Order>({1})->customer = "theirs";
      other.add(order(4, "theirs"));
    });
    const auto error = thrown<StaleDataError>([&] { work.commit(); });
    REQUIRE(error.conflicts().size() == 1);
    CHECK(error.concerns(one));
  }
}

namespace {

/// What happened to an order, one row for each of its versions.
struct Event {
  std::int64_t order = 0;
  std::int64_t version = 0;
  std::string what;
};
using EventId = std::tuple<std::int64_t, std::int64_t>;
rowan::Mapping<Event, EventId> mapping_of(std::type_identity<Event>) {
  return rowan::aggregate("events",
                          rowan::key("order_id", &Event::order, "number", &Event::version),
                          rowan::unversioned)
      .column("what", &Event::what);
}

/// Adds an event for each order, at the version that it is about to have.
void rename(UnitOfWork& unit, std::initializer_list<std::int64_t> ids, const std::string& name) {
  for (const std::int64_t id : ids) {
    auto ref = unit.get<Order>({id});
    ref->customer = name;
    unit.add(Event{id, ref.version() + 1, name});
  }
}

}  // namespace

TEST_CASE_TEMPLATE("rows numbered by the version: the second is stale, and all or nothing", B,
                   Sqlite, Postgres) {
  for (const Way& way : open_ways<B>()) {
    CAPTURE(way.name);
    Database<B> db;
    rowan::Store store = db.template open<Order, Event>(way.store());
    store_all(store, order(1), order(2), order(3));
    UnitOfWork work = store.begin(way.work());
    rename(work, {1, 2, 3}, "mine");
    store.transact([](UnitOfWork& other) { rename(other, {2}, "theirs"); });
    const auto error = thrown<StaleDataError>([&] { work.commit(); });
    REQUIRE(error.conflicts().size() == 1);
    CHECK(error.conflicts().front().template key_as<OrderId>().value == 2);
    CHECK(db.number("SELECT count(*) FROM events") == 1);
    store.transact([](UnitOfWork& other) { rename(other, {1, 2, 3}, "again"); });
    CHECK(db.number("SELECT count(*) FROM events") == 4);
    CHECK(db.number(
              "SELECT count(*) FROM events JOIN orders ON id = order_id AND version = number") ==
          3);
  }
}
