/// Children that refer to each other, and to what is removed, in lists that are opened and closed.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::ConstraintViolation;
using rowan::UnitOfWork;

namespace {

/// A list by links: who is next of one is next of nobody else. Each is in the care of one, perhaps
/// itself.
struct Stop {
  std::int64_t id = 0;
  std::optional<std::int64_t> next;
  std::int64_t care = id;
};
struct Tour {
  std::int64_t id = 0;
  std::int64_t version = 0;
  std::vector<Stop> stops;
};
rowan::Mapping<Tour, std::int64_t> mapping_of(std::type_identity<Tour>) {
  using rowan::child, rowan::key, rowan::parent, rowan::references;
  return rowan::aggregate("tours", key("id", &Tour::id), rowan::version("version", &Tour::version))
      .children(&Tour::stops, child("stops", parent("tour_id"), key("id", &Stop::id))
                                  .column("next_id", &Stop::next, references("stops"))
                                  .column("care_id", &Stop::care, references("stops"))
                                  .unique(&Stop::next));
}

/// Tour 1: 10 -> 11 -> 12.
template <class B>
struct Tours {
  Database<B> db;
  rowan::Store store = [this] {
    db.execute("CREATE TABLE tours (id bigint PRIMARY KEY, version bigint NOT NULL)");
    db.execute(
        "CREATE TABLE stops (tour_id bigint NOT NULL REFERENCES tours, id bigint NOT NULL, next_id "
        "bigint, care_id bigint NOT NULL, PRIMARY KEY (tour_id, id), UNIQUE (tour_id, next_id), "
        "FOREIGN KEY (tour_id, next_id) REFERENCES stops, FOREIGN KEY (tour_id, care_id) "
        "REFERENCES stops)");
    return db.open(rowan::Schema::of<Tour>());
  }();

  Tours() { store_all(store, Tour{1, 0, {{10, 11}, {11, 12}, {12, {}}}}); }

  template <class F>
  void change(F&& edit) {
    UnitOfWork work = store.begin();
    auto tour = work.get<Tour>(1);
    const std::int64_t version = tour.version();
    edit(tour->stops);
    work.commit();
    CHECK(tour.version() == version + 1);
  }
  std::int64_t next(int id) {
    return db.number("SELECT next_id FROM stops WHERE id = " + std::to_string(id));
  }
  std::int64_t count() { return db.number("SELECT count(*) FROM stops"); }
};

using Stops = std::vector<Stop>;

}  // namespace

TEST_CASE_TEMPLATE("a link is taken out of a list", B, Sqlite, Postgres) {
  Tours<B> on;
  on.change([](Stops& stops) {
    stops[0].next = 12;
    stops.erase(stops.begin() + 1);
  });
  CHECK(on.next(10) == 12);
  CHECK(on.count() == 2);
}

TEST_CASE_TEMPLATE("a link is put into a list", B, Sqlite, Postgres) {
  Tours<B> on;
  on.change([](Stops& stops) {
    stops[0].next = 9;
    stops.push_back({9, 11});
  });
  CHECK(on.next(10) == 9);
  CHECK(on.next(9) == 11);
  CHECK(on.next(11) == 12);
}

TEST_CASE_TEMPLATE("a link is replaced by another, and the list turned round", B, Sqlite,
                   Postgres) {
  Tours<B> on;
  on.change([](Stops& stops) { stops = {{12, 9}, {9, 10}, {10, {}}}; });
  CHECK(on.next(12) == 9);
  CHECK(on.next(9) == 10);
  CHECK(on.next(10) == -1);
  CHECK(on.count() == 3);
}

TEST_CASE_TEMPLATE("a circle of children is inserted, turned and removed", B, Sqlite, Postgres) {
  Tours<B> on;
  on.change([](Stops& stops) { stops[2].next = 10; });
  on.change([](Stops& stops) {
    stops[0].next = 12;
    stops[1].next = 10;
    stops[2].next = 11;
  });
  CHECK(on.next(10) == 12);
  on.change([](Stops& stops) { stops.clear(); });
  CHECK(on.count() == 0);
}

TEST_CASE_TEMPLATE("a circle of children is removed with their root", B, Sqlite, Postgres) {
  Tours<B> on;
  on.change([](Stops& stops) { stops[2].next = 10; });
  UnitOfWork work = on.store.begin();
  work.remove(work.get<Tour>(1));
  work.commit();
  CHECK(on.count() == 0);
  CHECK(on.db.number("SELECT count(*) FROM tours") == 0);
}

TEST_CASE_TEMPLATE("a circle is removed by the last writer though it is gone already", B, Sqlite,
                   Postgres) {
  Tours<B> on;
  on.change([](Stops& stops) { stops[2].next = 10; });
  UnitOfWork work = on.store.begin({.versions = rowan::Versions::ignore});
  auto tour = work.get<Tour>(1);
  on.change([](Stops& stops) { stops.clear(); });
  tour->stops.clear();
  work.commit();
  CHECK(tour.version() == 4);
}

TEST_CASE_TEMPLATE("a reference that may not be NULL is changed before its target is removed", B,
                   Sqlite, Postgres) {
  Tours<B> on;
  on.change([](Stops& stops) { stops[0].care = stops[2].care = 11; });
  on.change([](Stops& stops) {
    stops[0].care = stops[2].care = 9;
    stops[0].next = 9;
    stops[1] = {9, 12, 12};
  });
  CHECK(on.db.number("SELECT sum(care_id) FROM stops") == 9 + 9 + 12);
}

TEST_CASE_TEMPLATE("a circle of references that may not be NULL is refused, and nothing written", B,
                   Sqlite, Postgres) {
  Tours<B> on;
  UnitOfWork work = on.store.begin();
  auto tour = work.get<Tour>(1);
  tour->stops.push_back({20, {}, 21});
  tour->stops.push_back({21, {}, 20});
  CHECK(thrown<ConstraintViolation>([&] { work.commit(); }).kind() ==
        ConstraintViolation::Kind::foreign_key);
  work.rollback();
  CHECK(on.count() == 3);
  CHECK(on.db.number("SELECT version FROM tours") == 1);
}
