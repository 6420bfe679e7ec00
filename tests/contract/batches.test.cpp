/// Many rows that are written alike are sent together, and each of them is checked all the same.

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <rowan/observer.hpp>
#include <rowan/soci.hpp>

#include "orders.hpp"

using namespace contract;
using rowan::Conflict;
using rowan::StaleDataError;

namespace {

constexpr std::int64_t many = 150;  // more than go into one statement of SQLite

struct Texts : rowan::Observer {
  std::vector<std::string> sql;
  void statement(const rowan::StatementEvent& event) noexcept override {
    sql.emplace_back(event.sql);
  }
  [[nodiscard]] std::size_t count() const { return sql.size(); }
};

template <class B>
rowan::Store open_many(Database<B>& db, rowan::StoreOptions options = {}) {
  rowan::Store store = db.template open<Order, Product>(std::move(options));
  auto work = store.begin();
  for (std::int64_t id = 1; id <= many; ++id) work.add(order(id));
  work.commit();
  db.log->clear();
  return store;
}

std::vector<OrderId> all_ids() {
  std::vector<OrderId> out;
  for (std::int64_t id = 1; id <= many; ++id) out.push_back({id});
  return out;
}

/// Less than `limit`; by way of SOCI each is sent by itself.
bool is_few(std::size_t statements, std::size_t limit) {
  return statements < limit || usual_driver() == rowan::Driver::soci;
}

template <class B>
std::int64_t versions_beyond_one(Database<B>& db) {
  return db.number("SELECT count(*) FROM orders WHERE version <> 1");
}

}  // namespace

TEST_CASE_TEMPLATE(
    "a hundred aggregates and more are stored, changed and removed by few statements", B, Sqlite,
    Postgres) {
  Database<B> db;
  const auto texts = std::make_shared<Texts>();
  rowan::StoreOptions options;
  options.observer = texts;
  rowan::Store store = open_many(db, options);
  CHECK(is_few(texts->count(), 200));  // of 1800 rows
  CHECK(db.number("SELECT count(*) FROM order_lines") == 2 * many);
  CHECK(db.number("SELECT count(*) FROM notes") == 3 * many);

  auto work = store.begin();
  auto orders = work.get_all<Order>(all_ids());
  for (const auto& each : orders) {
    each->customer = "Bob";
    each->lines[1].quantity += static_cast<int>(each->id.value);
    each->notes.pop_back();
  }
  texts->sql.clear();
  work.commit();
  CHECK(is_few(texts->count(), 80));  // of 450 rows
  for (const auto& each : orders) CHECK(each.version() == 2);
  CHECK(db.number("SELECT count(*) FROM orders WHERE version = 2 AND customer = 'Bob'") == many);
  CHECK(
      db.number("SELECT count(*) FROM order_lines WHERE line_no = 2 AND quantity = 1 + order_id") ==
      many);
  CHECK(db.number("SELECT count(*) FROM notes") == 2 * many);

  for (const auto& each : orders) work.remove(each);
  texts->sql.clear();
  work.commit();
  CHECK(is_few(texts->count(), 120));  // of 1650 rows
  for (const char* table : {"orders", "order_lines", "discounts", "notes", "tags"})
    CHECK(db.number(std::string("SELECT count(*) FROM ") + table) == 0);
}

TEST_CASE_TEMPLATE("of many that are written together exactly the stale ones are conflicts", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_many(db);
  auto work = store.begin();
  for (const auto& each : work.get_all<Order>(all_ids())) each->customer = "mine";
  db.execute("UPDATE orders SET version = version + 1 WHERE id IN (3, 77, 149)");
  db.execute("DELETE FROM orders WHERE id = 80");

  const auto stale = thrown<StaleDataError>([&] { work.commit(); });

  REQUIRE(stale.conflicts().size() == 4);
  CHECK(stale.complete());
  std::set<std::int64_t> found;
  for (const Conflict& c : stale.conflicts()) {
    found.insert(c.key_as<OrderId>().value);
    CHECK(c.expected == 1);
    CHECK(c.kind ==
          (c.key_as<OrderId>().value == 80 ? Conflict::Kind::deleted : Conflict::Kind::changed));
  }
  CHECK(found == std::set<std::int64_t>{3, 77, 80, 149});
  CHECK(db.number("SELECT count(*) FROM orders WHERE customer = 'mine'") == 0);
  CHECK(versions_beyond_one(db) == 3);
}

TEST_CASE_TEMPLATE("of many that are inserted together the one that is there already is named", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_many(db);
  store_all(store, Product{37, "there"});
  auto work = store.begin();
  for (std::int64_t id = 1; id <= many; ++id) work.add(Product{id, "new"});

  const auto violation = thrown<rowan::ConstraintViolation>([&] { work.commit(); });

  CHECK(violation.kind() == rowan::ConstraintViolation::Kind::unique);
  CHECK(has(violation.what(), "products 37: "));
  CHECK(db.number("SELECT count(*) FROM products") == 1);
}

TEST_CASE_TEMPLATE("of many children that are written together the one that is gone is named", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_many(db);
  auto work = store.begin();
  for (const auto& each : work.get_all<Order>(all_ids())) {
    each->lines[0].quantity = 9;
    each->lines[1].quantity = 9;
  }
  db.execute("DELETE FROM order_lines WHERE order_id = 101 AND line_no = 2");

  const auto stale = thrown<StaleDataError>([&] { work.commit(); });

  REQUIRE(stale.conflicts().size() == 1);
  const Conflict& conflict = stale.conflicts().front();
  CHECK(conflict.table == "order_lines");
  CHECK(conflict.key == key_of({101, 2}));
  CHECK(conflict.root_key == key_of({101}));
  CHECK(versions_beyond_one(db) == 0);
}

TEST_CASE_TEMPLATE("of many children that are removed together the one that is gone is named", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_many(db);
  auto work = store.begin();
  for (const auto& each : work.get_all<Order>(all_ids())) each->lines.pop_back();
  db.execute("DELETE FROM order_lines WHERE order_id = 101 AND line_no = 2");

  const auto stale = thrown<StaleDataError>([&] { work.commit(); });

  REQUIRE(stale.conflicts().size() == 1);
  CHECK(stale.conflicts().front().key == key_of({101, 2}));
  CHECK(db.number("SELECT count(*) FROM order_lines") == 2 * many - 1);
}

TEST_CASE_TEMPLATE("of many that are removed with their children one that was replaced is named", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_many(db);
  auto work = store.begin();
  for (const auto& each : work.get_all<Order>(all_ids())) work.remove(each);
  // As many rows as before: under 101 in the same table, and between the others' numbers.
  db.execute("UPDATE order_lines SET line_no = 3 WHERE order_id = 101 AND line_no = 2");

  const auto stale = thrown<StaleDataError>([&] { work.commit(); });

  REQUIRE(stale.conflicts().size() == 1);
  CHECK(stale.conflicts().front().key == key_of({101, 2}));
  CHECK(stale.conflicts().front().kind == Conflict::Kind::deleted);
  CHECK(db.number("SELECT count(*) FROM order_lines") == 2 * many);
}

TEST_CASE_TEMPLATE("of many that are written together the one that a trigger swallows is named", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_many(db);
  if (Database<B>::postgres) {
    db.execute(
        "CREATE FUNCTION swallow() RETURNS trigger AS 'BEGIN RETURN NULL; END' "
        "LANGUAGE plpgsql");
    db.execute(
        "CREATE TRIGGER swallow BEFORE UPDATE ON orders FOR EACH ROW WHEN (OLD.id = 60) "
        "EXECUTE FUNCTION swallow()");
  } else {
    db.execute(
        "CREATE TRIGGER swallow BEFORE UPDATE ON orders WHEN OLD.id = 60 "
        "BEGIN SELECT RAISE(IGNORE); END");
  }
  auto work = store.begin();
  for (const auto& each : work.get_all<Order>(all_ids())) each->customer = "mine";

  const auto ignored = thrown<rowan::WriteIgnored>([&] { work.commit(); });

  CHECK(has(ignored.what(), "orders 60: "));
  CHECK(versions_beyond_one(db) == 0);
}

TEST_CASE_TEMPLATE("what is sent together and fails is taken back to its savepoint, no further", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_many(db);
  store_all(store, Product{37, "there"});
  auto work = store.begin();
  work.get<Order>({1})->customer = "before";
  const auto add_all = [&] {
    for (std::int64_t id = 1; id <= many; ++id) work.add(Product{id, "new"});
  };

  CHECK_THROWS_AS(work.savepoint(add_all), rowan::ConstraintViolation);
  work.get<Order>({2})->customer = "after";
  work.commit();

  CHECK(db.number("SELECT count(*) FROM products") == 1);
  CHECK(db.text("SELECT customer FROM orders WHERE id = 1") == "before");
  CHECK(db.text("SELECT customer FROM orders WHERE id = 2") == "after");
}

TEST_CASE_TEMPLATE("a flush of many within an open transaction is whole or not at all", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_many(db);
  store_all(store, Product{37, "there"});
  auto work = store.begin();
  work.get<Order>({1})->customer = "before";
  work.flush();
  for (std::int64_t id = 1; id <= many; ++id) work.add(Product{id, "new"});

  const auto violation = thrown<rowan::ConstraintViolation>([&] { work.flush(); });

  CHECK(has(violation.what(), "products 37: "));
  work.rollback();
  CHECK(db.number("SELECT count(*) FROM products") == 1);
  CHECK(versions_beyond_one(db) == 0);
}

TEST_CASE(
    "rows are locked in the order of their keys, whatever order a batch would take: "
    "Postgres only") {
  Database<Postgres> db;
  const auto texts = std::make_shared<Texts>();
  rowan::StoreOptions options;
  options.observer = texts;
  rowan::Store store = open_many(db, options);
  auto work = store.begin();
  for (const auto& each : work.get_all<Order>(all_ids())) each->customer = "mine";
  work.commit();

  const auto is_batch = [](const std::string& sql) {
    return has(sql, "UPDATE orders SET") && has(sql, "FROM unnest(");
  };
  CHECK(std::count_if(texts->sql.begin(), texts->sql.end(), is_batch) == 1);
  // Two who change the same rows, asked for in opposite orders, wait and do not deadlock: the races
  // in tests/torture are about that.
}

TEST_CASE("columns of other types than Rowan makes take many rows, too: Postgres only") {
  Database<Postgres> db;
  db.execute(
      "CREATE TABLE products (id smallint PRIMARY KEY, version integer NOT NULL, name jsonb)");
  rowan::Store store = db.open(rowan::Schema::of<Product>());
  auto work = store.begin();
  for (std::int64_t id = 1; id <= many; ++id)
    work.add(Product{id, R"({"n": ")" + std::to_string(id) + R"(\\"})"});
  work.commit();
  CHECK(db.number("SELECT count(*) FROM products WHERE name ->> 'n' = id || '\\'") == many);

  db.execute("ALTER TABLE products ALTER COLUMN name TYPE text");  // under a prepared statement
  for (const auto& each : work.find_all<Product>()) each->name = "it's {\"a\", NULL}";
  work.commit();
  CHECK(db.number("SELECT count(*) FROM products WHERE name = 'it''s {\"a\", NULL}'") == many);

  auto other = store.begin();
  for (std::int64_t id = 1; id <= many; ++id) other.add(Product{40000 + id, "beyond smallint"});
  CHECK_THROWS_AS(other.commit(), rowan::DataError);
  CHECK(db.number("SELECT count(*) FROM products") == many);
}

TEST_CASE("sharded tables are written aggregate by aggregate: Postgres only") {
  Database<Postgres> db;
  const auto texts = std::make_shared<Texts>();
  rowan::StoreOptions options;
  options.observer = texts;
  options.tables = rowan::Tables::sharded;
  rowan::Store store = open_many(db, options);
  auto work = store.begin();
  for (const auto& each : work.get_all<Order>(all_ids())) each->customer = "mine";
  work.commit();

  for (const std::string& sql : texts->sql) CHECK_FALSE(has(sql, "unnest("));
  CHECK(db.number("SELECT count(*) FROM orders WHERE customer = 'mine'") == many);
}

TEST_CASE("where nothing may outlive a transaction nothing is prepared: Postgres only") {
  Database<Postgres> db;
  rowan::StoreOptions options;
  options.statements = rowan::Statements::unprepared;
  options.connections = 1;
  rowan::Store store = open_many(db, options);
  auto work = store.begin();
  for (const auto& each : work.get_all<Order>(all_ids())) each->customer = "mine";
  work.commit();
  CHECK(db.number("SELECT count(*) FROM orders WHERE customer = 'mine'") == many);

  auto asking = store.begin();
  soci::session& session = rowan::session(asking);
  long long prepared = -1;
  session << "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'rowan%'",
      soci::into(prepared);
  CHECK(prepared == 0);
}
