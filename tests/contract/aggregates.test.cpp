/// A change anywhere in an aggregate moves its root's version, by one.

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::StaleDataError;

namespace {

const char* const bump = "UPDATE orders SET version = version + 1 WHERE id = ? AND version = ?";

/// What committing `change` writes, for an order 1 that is stored.
template <class B, class F>
Strings writes_of(F&& change) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  db.log->clear();
  change(*ref);
  work.commit();
  CHECK(ref->version == 2);
  CHECK(db.number("SELECT version FROM orders") == 2);
  // What is in memory is what a fresh unit reads.
  auto fresh = store.begin();
  const auto again = fresh.get<Order>({1});
  CHECK(again->lines.size() == ref->lines.size());
  CHECK(again->notes.size() == ref->notes.size());
  CHECK(again->tags.size() == ref->tags.size());
  return db.writes();
}

template <class B>
Strings sql(std::vector<std::string> statements) {
  for (auto& s : statements) s = Database<B>::sql(s);
  return statements;
}

}  // namespace

TEST_CASE_TEMPLATE("an edit of a child bumps the root first", B, Sqlite, Postgres) {
  CHECK(writes_of<B>([](Order& o) { o.lines[0].quantity = 5; }) ==
        sql<B>({bump, "UPDATE order_lines SET quantity = ? WHERE order_id = ? AND line_no = ?"}));
}

TEST_CASE_TEMPLATE("an edit of a grandchild bumps the root", B, Sqlite, Postgres) {
  CHECK(
      writes_of<B>([](Order& o) { o.lines[0].discounts[0].percent = 7; }) ==
      sql<B>({bump,
              "UPDATE discounts SET percent = ? WHERE order_id = ? AND line_no = ? AND pos = ?"}));
}

TEST_CASE_TEMPLATE("a value object in a child is written as one, and bumps the root", B, Sqlite,
                   Postgres) {
  CHECK(writes_of<B>([](Order& o) { o.lines[0].price.cents = 1; }) ==
        sql<B>({bump,
                "UPDATE order_lines SET price_amount = ?, price_currency = ? WHERE order_id = "
                "? AND line_no = ?"}));
}

TEST_CASE_TEMPLATE("an added child bumps the root, and parents are inserted before children", B,
                   Sqlite, Postgres) {
  CHECK(writes_of<B>([](Order& o) {
          o.lines.push_back({3, 1, {}, {{"new", 1}}});
        }) ==
        sql<B>({bump,
                "INSERT INTO order_lines (order_id, line_no, quantity, price_amount, "
                "price_currency) VALUES (?, ?, ?, ?, ?)",
                "INSERT INTO discounts (order_id, line_no, pos, reason, percent) VALUES (?, ?, ?, "
                "?, ?)"}));
}

TEST_CASE_TEMPLATE("a removed child bumps the root, and the deepest rows go first", B, Sqlite,
                   Postgres) {
  CHECK(writes_of<B>([](Order& o) { o.lines.erase(o.lines.begin()); }) ==
        sql<B>({bump, "DELETE FROM discounts WHERE order_id = ? AND line_no = ? AND pos = ?",
                "DELETE FROM order_lines WHERE order_id = ? AND line_no = ?"}));
}

TEST_CASE_TEMPLATE("a root and its children changed together bump once, in one statement", B,
                   Sqlite, Postgres) {
  const auto writes = writes_of<B>([](Order& o) {
    o.customer = "Bob";
    o.lines[0].quantity = 5;
    o.lines[1].quantity = 6;
    o.notes.push_back({"fourth"});
  });
  CHECK(writes.size() == 4);
  CHECK(writes.front() ==
        Database<B>::sql("UPDATE orders SET version = version + 1, customer = ? WHERE id = ? AND "
                         "version = ?"));
}

TEST_CASE_TEMPLATE("reordering children without a position is no change", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  db.log->clear();
  std::swap(ref->lines[0], ref->lines[1]);
  std::swap(ref->tags[0], ref->tags[1]);
  work.commit();
  CHECK(db.writes().empty());
  ref->lines[0].quantity = 8;  // line 2, which now stands first
  work.commit();
  CHECK(db.number("SELECT quantity FROM order_lines WHERE line_no = 2") == 8);
  CHECK(ref->version == 2);
}

TEST_CASE_TEMPLATE("reordering children by position bumps once, however many move", B, Sqlite,
                   Postgres) {
  CHECK(writes_of<B>([](Order& o) { std::swap(o.notes[0], o.notes[2]); }) ==
        sql<B>({bump, "UPDATE notes SET text = ? WHERE order_id = ? AND pos = ?",
                "UPDATE notes SET text = ? WHERE order_id = ? AND pos = ?"}));
}

TEST_CASE_TEMPLATE("gaps between stored positions are no change", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  db.execute("DELETE FROM notes WHERE pos = 1");
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  db.log->clear();
  work.commit();
  CHECK(db.writes().empty());
  ref->notes.push_back({"fourth"});
  work.commit();
  CHECK(db.number("SELECT max(pos) FROM notes") == 3);
}

TEST_CASE_TEMPLATE("only changed columns are written: what others keep in a row stays theirs", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  db.execute("UPDATE orders SET remark = 'of somebody who does not count versions'");
  ref->customer = "Bob";
  work.commit();
  CHECK(db.text("SELECT remark FROM orders") == "of somebody who does not count versions");
}

TEST_CASE_TEMPLATE("edits of different children of one root still meet", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto a = store.begin();
  auto b = store.begin();
  a.get<Order>({1})->lines[0].quantity = 5;
  b.get<Order>({1})->lines[1].quantity = 6;
  b.commit();
  CHECK_THROWS_AS(a.commit(), StaleDataError);
  CHECK(db.number("SELECT quantity FROM order_lines WHERE line_no = 1") == 2);
}

TEST_CASE_TEMPLATE("a child that another added meanwhile is not lost", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto a = store.begin();
  auto mine = a.get<Order>({1});
  store.transact([](rowan::UnitOfWork& b) { b.get<Order>({1})->lines.push_back({9, 1, {}, {}}); });
  mine->customer = "Cid";
  CHECK_THROWS_AS(a.commit(), StaleDataError);
  CHECK(db.number("SELECT count(*) FROM order_lines WHERE line_no = 9") == 1);
}

TEST_CASE_TEMPLATE("the same link added twice at once is stale, and no duplicate key", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  for (const bool add : {true, false}) {
    auto a = store.begin();
    auto mine = a.template get<Order>({1});
    const auto edit = [&](Order& o) {
      if (add)
        o.tags.push_back(11);
      else
        o.tags.pop_back();
    };
    store.transact([&](rowan::UnitOfWork& b) { edit(*b.get<Order>({1})); });
    edit(*mine);
    CHECK_THROWS_AS(a.commit(), StaleDataError);
  }
}

TEST_CASE_TEMPLATE("two siblings with one key are refused before anything is sent", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  work.get<Order>({1})->lines.push_back({2, 1, {}, {}});
  db.log->clear();
  CHECK_THROWS_WITH_AS(work.commit(), "order_lines (1, 2): two children have this key",
                       rowan::DataError);
  CHECK(db.log->sql().empty());
}

TEST_CASE_TEMPLATE("touch moves the version of an unchanged root, once", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto other = store.begin();
  auto seen = other.get<Order>({1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  work.touch(ref);
  work.touch(ref);
  work.flush();
  work.touch(ref);
  db.log->clear();
  work.commit();
  CHECK(ref.version() == 2);
  CHECK(db.writes().empty());
  work.touch(ref);
  ref->customer = "Bob";
  work.commit();
  CHECK(ref.version() == 3);
  seen->customer = "Cid";
  CHECK_THROWS_AS(other.commit(), StaleDataError);
  db.log->clear();
  work.touch(ref);
  work.remove(ref);
  work.commit();
  CHECK(db.writes().front().starts_with("DELETE"));
}

TEST_CASE_TEMPLATE("removing a root checks its version and takes everything beneath it along", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  db.log->clear();
  work.remove(ref);
  CHECK_FALSE(work.find<Order>({1}).has_value());
  CHECK_THROWS_AS((void)work.get<Order>({1}), rowan::NotFound);
  work.commit();
  CHECK(db.writes().back() == db.sql("DELETE FROM orders WHERE id = ? AND version = ?"));
  for (const char* table : {"orders", "order_lines", "discounts", "notes", "tags"})
    CHECK(db.number("SELECT count(DISTINCT " +
                    std::string(table == std::string("orders") ? "id" : "order_id") + ") FROM " +
                    table) == 1);
  CHECK_THROWS_AS((void)ref->customer, rowan::UsageError);  // the Ref died with the commit
}

TEST_CASE_TEMPLATE("removing what was changed is one DELETE at the version that was read", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"}, Product{2, "ink"});
  auto work = store.begin();
  auto pen = work.get<Product>(1);
  auto ink = work.get<Product>(2);
  pen->name = "quill";
  ink->name = "chalk";
  work.flush();
  db.log->clear();
  work.remove(ink);  // at the version that the flush has written
  work.commit();
  CHECK(db.writes() == Strings{db.sql("DELETE FROM products WHERE id = ? AND version = ?")});
  pen->name = "pencil";
  work.remove(pen);
  db.log->clear();
  work.commit();
  CHECK(db.writes() == Strings{db.sql("DELETE FROM products WHERE id = ? AND version = ?")});
  CHECK(db.number("SELECT count(*) FROM products") == 0);
}
