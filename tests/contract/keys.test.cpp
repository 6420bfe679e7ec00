/// One identity, one object, by keys of every kind.

#include <tuple>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::Conflict;
using rowan::StaleDataError;
using rowan::UsageError;

TEST_CASE_TEMPLATE("every way to read an aggregate leads to the one object", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  ref->customer = "Bob";
  CHECK(work.find<Order>({1}) == ref);
  auto both = work.get_all<Order>({{1}, {2}, {1}});
  CHECK(both[0] == ref);
  CHECK(both[2] == ref);
  auto all = work.find_all<Order>(rowan::where("customer = ?", "Ann"));
  CHECK(all.front() == ref);  // as the database has it, it matches
  work.for_each<Order>({}, [&](auto each) {
    if (each.id().value == 1) CHECK(&*each == &*ref);
  });
  CHECK(ref->customer == "Bob");
  CHECK(ref.version() == 1);
  auto added = work.add(order(3));
  auto again = work.get<Order>({3});
  CHECK(again == added);
}

TEST_CASE_TEMPLATE("edited through several Refs it is one UPDATE, and no conflict with itself", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto got = work.get<Order>({1});
  auto found = work.find<Order>({1});
  const auto all = work.template find_all<Order>();
  REQUIRE(found.has_value());
  REQUIRE(all.size() == 1);
  got->customer = "Bob";
  (*found)->remark = "found";
  all[0]->lines[0].quantity = 7;
  db.log->clear();
  work.commit();
  CHECK(db.writes() ==
        Strings{db.sql("UPDATE orders SET version = version + 1, customer = ?, remark = ? WHERE id "
                       "= ? AND version = ?"),
                db.sql("UPDATE order_lines SET quantity = ? WHERE order_id = ? AND line_no = ?")});
  CHECK(got.version() == 2);
  CHECK(found->version() == 2);
  CHECK(store.counters().conflicts == 0);
  work.remove(got);
  work.remove(*found);
  db.log->clear();
  work.commit();
  CHECK(db.number("SELECT count(*) FROM orders") == 0);
  CHECK(store.counters().conflicts == 0);
}

TEST_CASE_TEMPLATE("a stored aggregate's key cannot change, and nothing is sent", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  ref->id = {5};
  ref->customer = "Bob";
  db.log->clear();
  CHECK_THROWS_WITH_AS(
      work.commit(),
      "orders 1: the key of a stored aggregate cannot change; remove it and add one "
      "with the new key",
      UsageError);
  CHECK(db.log->sql().empty());
  ref->id = {1};
  work.commit();  // the unit has not failed
  CHECK(db.text("SELECT customer FROM orders WHERE id = 1") == "Bob");
}

TEST_CASE_TEMPLATE("a new aggregate may change its key until it is sent, not to one that is taken",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  auto work = store.begin();
  auto pen = work.add(Product{1, "pen"});
  auto ink = work.add(Product{2, "ink"});
  pen->id = 2;
  CHECK_THROWS_AS(work.commit(), UsageError);
  CHECK(db.log->sql().empty());
  pen->id = 3;
  work.commit();
  CHECK(db.text("SELECT name FROM products WHERE id = 3") == "pen");
  auto again = work.get<Product>(3);
  CHECK(again == pen);
}

namespace {

struct Stock {
  std::string warehouse;
  std::int64_t item = 0;
  std::int64_t version = 0;
  int count = 0;
  std::vector<Note> notes;
};
rowan::Mapping<Stock, std::tuple<std::string, std::int64_t>> mapping_of(std::type_identity<Stock>) {
  return rowan::aggregate("stocks",
                          rowan::key("warehouse", &Stock::warehouse, "item", &Stock::item),
                          rowan::version("version", &Stock::version))
      .column("count", &Stock::count)
      .children(&Stock::notes, rowan::child<Note>("stock_notes", rowan::parent("warehouse", "item"),
                                                  rowan::position("pos"))
                                   .column("text", &Note::text));
}

struct Document {
  rowan::Uuid id;
  std::string title;
};
rowan::Mapping<Document, rowan::Uuid> mapping_of(std::type_identity<Document>) {
  return rowan::aggregate("documents", rowan::key("id", &Document::id), rowan::version("version"))
      .column("title", &Document::title);
}

}  // namespace

TEST_CASE_TEMPLATE("a key of two columns is a tuple everywhere", B, Sqlite, Postgres) {
  using Id = std::tuple<std::string, std::int64_t>;
  Database<B> db;
  rowan::Store store = db.template open<Stock>();
  store_all(store, Stock{"north", 7, 0, 3, {{"a"}}}, Stock{"south", 7, 0, 4, {{"b"}}});
  auto work = store.begin();
  auto ref = work.get<Stock>(Id{"south", 7});
  CHECK(ref->count == 4);
  CHECK(ref.id() == Id{"south", 7});
  CHECK_FALSE(work.find<Stock>(Id{"west", 7}).has_value());
  CHECK(work.get_all<Stock>({{"south", 7}, {"north", 7}})[1]->count == 3);
  db.log->clear();
  ref->notes[0].text = "c";
  work.commit();
  CHECK(
      db.writes() ==
      Strings{db.sql("UPDATE stocks SET version = version + 1 WHERE warehouse = ? AND item = ? AND "
                     "version = ?"),
              db.sql("UPDATE stock_notes SET text = ? WHERE warehouse = ? AND item = ? AND pos = "
                     "?")});
  CHECK(db.text("SELECT text FROM stock_notes WHERE warehouse = 'north'") == "a");
  store.transact([](rowan::UnitOfWork& b) { b.get<Stock>({"south", 7})->count = 9; });
  ref->count = 5;
  const auto error = thrown<StaleDataError>([&] { work.commit(); });
  CHECK(error.conflicts().front().template key_as<Id>() == Id{"south", 7});
  CHECK(error.concerns(ref));
}

TEST_CASE_TEMPLATE("a Uuid is a key", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Document>();
  const auto id = rowan::Uuid::v7();
  const auto other = rowan::Uuid::v4();
  store_all(store, Document{id, "one"}, Document{other, "two"});
  auto work = store.begin();
  auto ref = work.get<Document>(id);
  CHECK(ref->title == "one");
  CHECK(ref.id() == id);
  ref->title = "1";
  work.commit();
  CHECK(ref.version() == 2);
  store.transact([&](rowan::UnitOfWork& b) { b.remove(b.get<Document>(id)); });
  ref->title = "mine";
  const auto error = thrown<StaleDataError>([&] { work.commit(); });
  CHECK(error.conflicts().front().template key_as<rowan::Uuid>() == id);
  CHECK(error.conflicts().front().kind == Conflict::Kind::deleted);
  CHECK(db.number("SELECT count(*) FROM documents") == 1);
}
