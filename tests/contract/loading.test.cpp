/// Loading by key: a whole aggregate, with one SELECT for each table.

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::NotFound;
using rowan::where;

TEST_CASE_TEMPLATE("get gives the aggregate, find may give none, and get says what is missing", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  CHECK(work.get<Order>({1})->lines.size() == 2);
  CHECK(work.find<Order>({1}) == work.get<Order>({1}));
  CHECK(!work.find<Order>({2}));
  CHECK_THROWS_WITH_AS((void)work.get<Order>({2}), "orders 2: there is none", NotFound);
}

TEST_CASE_TEMPLATE("get_all goes along the ids, with one SELECT for each table", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2, 3});
  auto work = store.begin();
  db.log->clear();
  CHECK(ids(work.get_all<Order>({{3}, {1}, {3}, {2}})) == Ids{3, 1, 3, 2});
  CHECK(db.log->sql().size() == 7);  // five tables, between BEGIN and COMMIT
  db.log->clear();
  CHECK(ids(work.get_all<Order>({{2}, {1}})) == Ids{2, 1});
  CHECK(work.get_all<Order>({}).empty());
  CHECK(db.log->sql().empty());  // they are in the unit
}

TEST_CASE_TEMPLATE("get_all names all that are missing", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 3});
  auto work = store.begin();
  CHECK_THROWS_WITH_AS((void)work.get_all<Order>({{4}, {1}, {2}, {3}}),
                       "orders 4, 2: there is none", NotFound);
  CHECK(ids(work.get_all<Order>({{3}, {1}})) == Ids{3, 1});
}

TEST_CASE_TEMPLATE("get_all takes more ids than one statement has room for", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Order>();
  constexpr std::int64_t count = 1200;
  std::vector<OrderId> all;
  auto writer = store.begin();
  for (std::int64_t i = 1; i <= count; ++i) {
    Order one;
    one.id = {i};
    one.tags = {i};
    writer.add(std::move(one));
    all.push_back({count + 1 - i});
  }
  writer.commit();
  auto work = store.begin();
  db.log->clear();
  const auto loaded = work.get_all<Order>(all);
  REQUIRE(loaded.size() == count);
  CHECK(db.log->sql().size() == 2 + 3 * 5);  // each table three times, all in one transaction
  CHECK(loaded.front()->tags == Ids{count});
  CHECK(loaded.back()->tags == Ids{1});
}

TEST_CASE_TEMPLATE("what was removed in the unit is found no more", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto work = store.begin();
  work.remove(work.get<Order>({1}));
  CHECK(!work.find<Order>({1}));
  CHECK_THROWS_AS((void)work.get<Order>({1}), NotFound);
  CHECK(ids(work.find_all<Order>()) == Ids{2});
}

TEST_CASE(
    "a load is one SELECT for each table in one transaction that sees one state: Postgres "
    "only") {
  Database<Postgres> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  db.log->clear();
  (void)work.get<Order>({1});
  CHECK(
      db.log->sql() ==
      Strings{"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
              "SELECT id, customer, remark, version FROM orders WHERE id IN ($1)",
              "SELECT line_no, quantity, price_amount, price_currency, order_id FROM order_lines "
              "WHERE order_id IN ($1) ORDER BY order_id, line_no",
              "SELECT reason, percent, pos, order_id, line_no FROM discounts WHERE order_id IN "
              "($1) ORDER BY order_id, line_no, pos",
              "SELECT text, pos, order_id FROM notes WHERE order_id IN ($1) ORDER BY order_id, pos",
              "SELECT tag, order_id FROM tags WHERE order_id IN ($1) ORDER BY order_id, tag",
              "COMMIT"});
  auto other = store.begin();
  db.log->clear();
  (void)other.find_all<Order>(where("customer = ?", "Ann"));
  const auto sent = db.log->sql();
  REQUIRE(sent.size() == 7);
  CHECK(sent.front() == "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  CHECK(sent.back() == "COMMIT");
}

TEST_CASE("a load is one SELECT for each table in one transaction: Sqlite only") {
  Database<Sqlite> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  db.log->clear();
  (void)work.get<Order>({1});
  const auto sent = db.log->sql();
  REQUIRE(sent.size() == 7);
  CHECK(sent.front() == "BEGIN");
  CHECK(sent.back() == "COMMIT");
}
