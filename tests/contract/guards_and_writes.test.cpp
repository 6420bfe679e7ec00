/// Guards and touches among what a unit writes: which statements are sent, and in which order.

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::Conflict;
using rowan::StaleDataError;
using rowan::UsageError;

namespace {

struct Setting {
  std::int64_t id = 0;
  std::string value;
};
rowan::Mapping<Setting, std::int64_t> mapping_of(std::type_identity<Setting>) {
  return rowan::aggregate("settings", rowan::key("id", &Setting::id), rowan::unversioned)
      .column("value", &Setting::value);
}

/// The statements about roots that were sent, as "bump orders 2" and "guard products 1".
template <class B>
Strings locks(const Database<B>& db) {
  Strings out;
  for (const rowan::Statement& statement : db.log->statements()) {
    const std::string& sql = statement.sql;
    const bool bump = sql.starts_with("UPDATE");
    if (!bump && !sql.starts_with("SELECT 1 FROM")) continue;
    const std::string table = has(sql, "products") ? "products" : "orders";
    const auto& key = statement.params[statement.params.size() - 2];  // before the version
    out.push_back((bump ? "bump " : "guard ") + table + " " +
                  std::to_string(std::get<std::int64_t>(key)));
  }
  return out;
}

}  // namespace

TEST_CASE_TEMPLATE("guards and bumps are sent in one order, by table and key", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product, Order>();
  auto work = store.begin();
  for (const std::int64_t id : {2, 3, 10, 11}) work.add(order(id));
  for (const std::int64_t id : {1, 2, 3}) work.add(Product{id, "pen"});
  work.commit();
  work.expect_unchanged(work.get<Product>(3));
  work.get<Product>(2)->name = "ink";
  work.expect_unchanged(work.get<Product>(1));
  work.expect_unchanged(work.get<Order>({11}));
  work.get<Order>({10})->customer = "Bob";
  work.touch(work.get<Order>({3}));
  work.expect_unchanged(work.get<Order>({2}));
  db.log->clear();
  work.commit();
  CHECK(locks(db) == Strings{"guard orders 2", "bump orders 3", "bump orders 10", "guard orders 11",
                             "guard products 1", "bump products 2", "guard products 3"});
}

TEST_CASE_TEMPLATE("a guard on an aggregate that is also changed sends no further statement", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  work.expect_unchanged(ref);
  db.log->clear();
  SUBCASE("in the flush of the commit") {
    ref->customer = "Bob";
    work.commit();
  }
  SUBCASE("in a flush before") {
    ref->customer = "Bob";
    work.flush();
    work.commit();
  }
  CHECK(db.log->sql().size() == 3);
  CHECK(db.writes() ==
        Strings{db.sql("UPDATE orders SET version = version + 1, customer = ? WHERE id = ? AND "
                       "version = ?")});
  CHECK(ref.version() == 2);
}

TEST_CASE_TEMPLATE("guarded and removed in one unit an aggregate is only removed", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"});
  auto work = store.begin();
  auto ref = work.get<Product>(1);
  work.expect_unchanged(ref);
  work.remove(ref);
  SUBCASE("and is there") {
    work.commit();
    CHECK(db.number("SELECT count(*) FROM products") == 0);
  }
  SUBCASE("and has moved") {
    db.execute("UPDATE products SET version = 2");
    const auto error = thrown<StaleDataError>([&] { work.commit(); });
    CHECK(error.conflicts().front().operation == Conflict::Operation::remove);
  }
}

TEST_CASE_TEMPLATE("one error lists what was guarded and what was changed, and both have moved", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Order, Product>();
  store_all(store, order(1), order(2), Product{1, "pen"}, Product{2, "ink"});
  auto work = store.begin();
  work.get<Order>({1})->customer = "Cid";
  work.expect_unchanged(work.get<Order>({2}));
  work.get<Product>(2)->name = "chalk";
  work.expect_unchanged(work.get<Product>(1));
  db.execute("UPDATE orders SET version = 2");
  db.execute("UPDATE products SET version = 2 WHERE id = 1");
  const auto error = thrown<StaleDataError>([&] { work.commit(); });
  REQUIRE(error.conflicts().size() == 3);
  const auto& all = error.conflicts();
  CHECK(all[0].operation == Conflict::Operation::update);
  CHECK(all[0].table == "orders");
  CHECK(all[1].operation == Conflict::Operation::verify);
  CHECK(all[1].key == key_of({2}));
  CHECK(all[2].operation == Conflict::Operation::verify);
  CHECK(all[2].table == "products");
  CHECK(db.text("SELECT name FROM products WHERE id = 2") == "ink");
}

TEST_CASE_TEMPLATE("a guard holds where versions are ignored, and for_each keeps what is guarded",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"}, Product{2, "ink"});
  auto work = store.begin({.versions = rowan::Versions::ignore});
  std::optional<rowan::Ref<Product>> guarded;
  work.for_each<Product>(rowan::where("id = ?", 1), [&](rowan::Ref<Product> ref) {
    work.expect_unchanged(ref);
    guarded = ref;
  });
  REQUIRE(guarded);
  CHECK((*guarded)->name == "pen");  // its Ref lives on
  work.get<Product>(2)->name += "!";
  db.execute("UPDATE products SET version = 2");
  const auto error = thrown<StaleDataError>([&] { work.commit(); });
  REQUIRE(error.conflicts().size() == 1);
  CHECK(error.concerns(*guarded));
  CHECK(error.conflicts().front().operation == Conflict::Operation::verify);
}

TEST_CASE_TEMPLATE("what the unit itself has written in bulk does not break its guards", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"}, Product{2, "ink"});
  auto work = store.begin();
  auto ref = work.get<Product>(1);
  SUBCASE("guarded and updated") {
    work.expect_unchanged(ref);
    CHECK(work.update_all<Product>(rowan::set("name = ?", "chalk"), rowan::where("id = ?", 1)) ==
          1);
    work.commit();
    CHECK(db.text("SELECT name FROM products WHERE id = 1") == "chalk");
  }
  SUBCASE("expected and updated") {
    work.expect(ref, 1);
    CHECK(work.update_all<Product>(rowan::set("name = ?", "chalk"), rowan::where("id = ?", 1)) ==
          1);
    work.commit();
    CHECK(db.text("SELECT name FROM products WHERE id = 1") == "chalk");
  }
  SUBCASE("guarded and removed") {
    work.expect_unchanged(ref);
    CHECK(work.remove_all<Product>(rowan::where("id = ?", 1)) == 1);
    work.commit();
    CHECK(db.number("SELECT count(*) FROM products") == 1);
  }
}

TEST_CASE_TEMPLATE("what cannot be held is refused: read only, unversioned, of another unit", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Order, Setting>();
  store_all(store, order(1), Setting{1, "on"});
  auto reader = store.begin({.access = rowan::Access::read_only});
  auto read = reader.get<Order>({1});
  CHECK_THROWS_WITH_AS(reader.expect_unchanged(read),
                       "orders 1: a unit of work that is read only cannot hold it",
                       rowan::ReadOnly);
  reader.commit();
  auto work = store.begin();
  CHECK_THROWS_WITH_AS(work.expect_unchanged(work.get<Setting>(1)),
                       "settings 1: mapped unversioned, so there is no version to be held",
                       UsageError);
  CHECK_THROWS_AS(work.expect_unchanged(read), UsageError);
  CHECK_THROWS_WITH_AS(work.touch(work.get<Setting>(1)),
                       "settings 1: mapped unversioned, so there is no version to move on",
                       UsageError);
}

TEST_CASE_TEMPLATE("a touched aggregate moves on by one, touched twice and changed as well", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto other = store.begin();
  auto theirs = other.get<Order>({1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  db.log->clear();
  work.touch(ref);
  SUBCASE("once") {
    work.commit();
    CHECK(db.writes() ==
          Strings{db.sql("UPDATE orders SET version = version + 1 WHERE id = ? AND version = ?")});
  }
  SUBCASE("twice") {
    work.touch(ref);
    work.commit();
    CHECK(db.writes().size() == 1);
  }
  SUBCASE("twice, with a flush between") {
    work.flush();
    work.touch(ref);
    work.commit();
  }
  SUBCASE("and changed") {
    ref->customer = "Bob";
    ref->lines[0].quantity = 8;
    work.commit();
  }
  SUBCASE("and guarded") {
    work.expect_unchanged(ref);
    work.commit();
    CHECK(db.log->sql().size() == 3);
  }
  CHECK(ref.version() == 2);
  CHECK(db.number("SELECT version FROM orders") == 2);
  theirs->customer = "Cid";
  CHECK_THROWS_AS(other.commit(), StaleDataError);
  db.log->clear();
  work.commit();  // it ends with the commit
  CHECK(db.log->sql().empty());
}

TEST_CASE_TEMPLATE("touched and then removed an aggregate is only deleted", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"});
  auto work = store.begin();
  auto ref = work.get<Product>(1);
  work.touch(ref);
  SUBCASE("at once") {
    work.remove(ref);
    db.log->clear();
    work.commit();
    CHECK(db.writes() == Strings{db.sql("DELETE FROM products WHERE id = ? AND version = ?")});
  }
  SUBCASE("with a flush between") {
    work.flush();
    work.remove(ref);
    work.commit();
  }
  CHECK(db.number("SELECT count(*) FROM products") == 0);
}
