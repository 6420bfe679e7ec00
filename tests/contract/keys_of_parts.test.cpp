/// Keys of three parts, each of another kind.

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::Conflict;
using rowan::StaleDataError;

namespace {

struct Region {
  std::string name;
  friend bool operator==(const Region&, const Region&) = default;
};
struct Book {
  int place = 0;
  std::string title;
};
struct Shelf {
  Region region;
  OrderId hall;
  rowan::Uuid unit;
  std::int64_t version = 0;
  std::string label;
  std::vector<Book> books;
};
using ShelfId = std::tuple<Region, OrderId, rowan::Uuid>;

rowan::Mapping<Shelf, ShelfId> mapping_of(std::type_identity<Shelf>) {
  using rowan::child, rowan::key, rowan::parent;
  return rowan::aggregate("shelves",
                          key("region", &Shelf::region, "hall", &Shelf::hall, "unit", &Shelf::unit),
                          rowan::version("version", &Shelf::version))
      .column("label", &Shelf::label)
      .children(&Shelf::books,
                child("books", parent("region", "hall", "unit"), key("place", &Book::place))
                    .column("title", &Book::title));
}

Shelf shelf(const std::string& region, std::int64_t hall, const rowan::Uuid& unit) {
  return {{region}, {hall}, unit, 0, "old", {{1, "one"}, {2, "two"}}};
}

}  // namespace

TEST_CASE_TEMPLATE(
    "an aggregate with a key of three value objects is loaded, edited, found stale and removed", B,
    Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Shelf>();
  const auto unit = rowan::Uuid::v7();
  const auto other = rowan::Uuid::v7();
  store_all(store, shelf("north", 7, unit), shelf("north", 7, other), shelf("north", 8, unit),
            shelf("south", 7, unit));
  const ShelfId id{{"north"}, {7}, unit};
  auto work = store.begin();
  auto ref = work.template get<Shelf>(id);
  CHECK(ref->books.size() == 2);
  CHECK(std::get<0>(ref.id()) == Region{"north"});
  CHECK(std::get<1>(ref.id()).value == 7);
  CHECK(std::get<2>(ref.id()) == unit);
  CHECK_FALSE(work.template find<Shelf>({{"north"}, {9}, unit}).has_value());
  db.log->clear();
  ref->books[1].title = "new";
  work.commit();
  CHECK(db.writes() ==
        Strings{db.sql("UPDATE shelves SET version = version + 1 WHERE region = ? AND hall = ? AND "
                       "unit = ? AND version = ?"),
                db.sql("UPDATE books SET title = ? WHERE region = ? AND hall = ? AND unit = ? AND "
                       "place = ?")});
  CHECK(ref.version() == 2);
  CHECK(db.number("SELECT count(*) FROM shelves WHERE version = 1") == 3);
  CHECK(db.number("SELECT count(*) FROM books WHERE title = 'new'") == 1);

  store.transact([&](rowan::UnitOfWork& b) { b.get<Shelf>(id)->label = "theirs"; });
  ref->label = "mine";
  const auto error = thrown<StaleDataError>([&] { work.commit(); });
  REQUIRE(error.conflicts().size() == 1);
  const Conflict& conflict = error.conflicts().front();
  CHECK(conflict.key.size() == 3);
  CHECK(std::get<2>(conflict.template key_as<ShelfId>()) == unit);
  CHECK(conflict.found == 3);
  CHECK(error.concerns(ref));

  work.rollback();
  work.refresh(ref);
  CHECK(ref->label == "theirs");
  work.remove(ref);
  work.commit();
  CHECK(db.number("SELECT count(*) FROM shelves") == 3);
  CHECK(db.number("SELECT count(*) FROM books") == 6);
  CHECK_FALSE(work.template find<Shelf>(id).has_value());
}
