/// Creating tables, checking those that are there, and adopting those of others.

#include <variant>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::SchemaMismatch;

namespace {

enum class Kind { plain, fancy };
constexpr auto enum_names(std::type_identity<Kind>) {
  return std::array{std::pair{Kind::plain, "plain"}, std::pair{Kind::fancy, "fancy"}};
}
struct Wire {
  std::string iban;
};
struct Voucher {
  std::int64_t code = 0;
};
struct Shelf {
  rowan::Uuid id;
  int height = 0;
};
struct Keeper {
  std::string name;
};

/// A column of every type, a table of every kind.
struct Depot {
  std::string country;
  std::int64_t number = 0;
  std::int64_t version = 0;
  bool open = false;
  double area = 0;
  rowan::Bytes picture;
  rowan::Timestamp built{};
  std::optional<rowan::Date> closed;
  rowan::Uuid token;
  rowan::Decimal rent;
  Kind kind = Kind::plain;
  Price price;
  std::optional<Price> deposit;
  std::variant<Wire, Voucher> payment;
  std::optional<std::int64_t> order;
  std::vector<Shelf> shelves;
  std::optional<Keeper> keeper;
  std::vector<std::string> labels;
};
rowan::Mapping<Depot, std::tuple<std::string, std::int64_t>> mapping_of(std::type_identity<Depot>) {
  using rowan::child, rowan::key, rowan::parent, rowan::part, rowan::value_object, rowan::when;
  return rowan::aggregate("Depot", key("country", &Depot::country, "number", &Depot::number),
                          rowan::version("version", &Depot::version))
      .column("open", &Depot::open)
      .column("area", &Depot::area)
      .column("picture", &Depot::picture)
      .column("built", &Depot::built)
      .column("closed", &Depot::closed)
      .column("token", &Depot::token)
      .column("rent", &Depot::rent)
      .column("kind", &Depot::kind, rowan::as_text)
      .value("price_", &Depot::price)
      .value("deposit_", &Depot::deposit)
      .one_of("payment", &Depot::payment, when("wire", value_object(part("iban", &Wire::iban))),
              when("voucher", value_object(part("code", &Voucher::code))))
      .column("order", &Depot::order, rowan::references("orders"))
      .children(&Depot::shelves,
                child("shelves", parent("country", "number"),
                      key("id", &Shelf::id, rowan::unique_in_table), rowan::position("pos"))
                    .column("height", &Shelf::height))
      .children(&Depot::keeper,
                child<Keeper>("keepers", parent("country", "number")).column("name", &Keeper::name))
      .children(&Depot::labels,
                child<std::string>("labels", parent("country", "number"), rowan::position("pos"))
                    .column("label", rowan::self));
}

struct Numbered {
  std::int64_t id = 0;
  std::string name;
};
rowan::Mapping<Numbered, std::int64_t> mapping_of(std::type_identity<Numbered>) {
  return rowan::aggregate("numbered", rowan::key("id", &Numbered::id, rowan::generated),
                          rowan::version("version"))
      .column("name", &Numbered::name);
}

template <class F>
Strings differences(F&& f) {
  try {
    f();
  } catch (const SchemaMismatch& error) {
    for (const auto& one : error.differences()) CHECK(has(error.what(), one));
    return error.differences();
  }
  return {};
}

}  // namespace

TEST_CASE_TEMPLATE("what create_tables makes passes check_tables, and holds an aggregate", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.open(rowan::Schema::of<Order, Depot, Numbered, Product>());
  store.create_tables();
  CHECK_NOTHROW(store.check_tables());
  Depot depot;
  depot.country = "BE";
  depot.number = 7;
  depot.payment = Voucher{5};
  depot.shelves = {{rowan::Uuid::v7(), 1}, {rowan::Uuid::v7(), 2}};
  depot.keeper = Keeper{"Ann"};
  depot.labels = {"a", "b"};
  store_all(store, order(1), depot, Numbered{0, "first"}, Product{1, "p"});
  auto work = store.begin();
  CHECK(work.template get<Depot>({"BE", 7})->shelves[1].height == 2);
  CHECK(work.template get<Numbered>(1)->name == "first");
  CHECK_NOTHROW(store.check_tables());
}

TEST_CASE_TEMPLATE("create_tables a second time changes nothing", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Order, Depot, Numbered>();
  store_all(store, order(1));
  store.create_tables();
  CHECK(db.number("SELECT count(*) FROM orders") == 1);
  CHECK(db.number("SELECT count(*) FROM order_lines") == 2);
}

TEST_CASE_TEMPLATE("create_tables makes what is missing, in one transaction", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store first = db.template open<Product>();
  store_all(first, Product{1, "p"});
  rowan::Store store = db.open(rowan::Schema::of<Product, Order>());
  db.log->clear();
  store.create_tables();
  const auto sent = db.log->sql();
  CHECK(sent.front().starts_with("BEGIN"));
  CHECK(sent.back() == "COMMIT");
  store.check_tables();
  CHECK(db.number("SELECT count(*) FROM products") == 1);
}

TEST_CASE_TEMPLATE("create_tables that fails leaves nothing behind", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.open(rowan::Schema::of<Product, Order>());
  if (Database<B>::postgres)
    db.execute("CREATE TYPE notes AS ENUM ('a')");  // a table would be a type of this name too
  else {
    db.execute("CREATE TABLE other (id bigint)");
    db.execute("CREATE INDEX notes ON other (id)");
  }
  CHECK_THROWS_AS(store.create_tables(), rowan::QueryError);
  CHECK(differences([&] { store.check_tables(); }).size() == 6);  // none of the tables is there
}

TEST_CASE_TEMPLATE("rows beneath a root go with it, whoever deletes it", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  if (!Database<B>::postgres) db.execute("PRAGMA foreign_keys = ON");
  db.execute("DELETE FROM orders");
  CHECK(db.number("SELECT count(*) FROM discounts") == 0);
  CHECK(db.number("SELECT count(*) FROM tags") == 0);
}

TEST_CASE_TEMPLATE("check_tables names each table that is missing", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.open(rowan::Schema::of<Order>());
  CHECK(differences([&] { store.check_tables(); }) ==
        Strings{"orders: there is no such table", "order_lines: there is no such table",
                "discounts: there is no such table", "notes: there is no such table",
                "tags: there is no such table"});
}

TEST_CASE_TEMPLATE("check_tables lists every difference in one SchemaMismatch", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.open(rowan::Schema::of<Order>());
  const std::string blob = Database<B>::postgres ? "bytea" : "BLOB";
  db.execute(
      "CREATE TABLE orders (id bigint PRIMARY KEY, version bigint, remark varchar(9) NOT NULL, "
      "surprise bigint NOT NULL, fine bigint NOT NULL DEFAULT 1, extra bigint)");
  db.execute("CREATE TABLE order_lines (order_id bigint, line_no bigint, quantity " + blob +
             ", price_amount bigint, price_currency varchar(3))");
  db.execute(
      "CREATE TABLE discounts (order_id bigint, line_no bigint, pos bigint, reason "
      "varchar(9), percent bigint, PRIMARY KEY (order_id, line_no, pos))");
  db.execute(
      "CREATE TABLE notes (order_id bigint, pos bigint, text bigint, UNIQUE (pos, order_id))");
  CHECK(differences([&] { store.check_tables(); }) ==
        Strings{
            "orders, column customer: there is no such column",
            "orders, column remark: it is NOT NULL, but what is mapped may be none",
            "orders, column version: a version, but it may be NULL",
            "orders, column surprise: it is NOT NULL without a default, and the mapping does not "
            "have it",
            "order_lines, column quantity: its type " + blob +
                " does not fit what is mapped, integer",
            "order_lines: no primary key or unique index is on exactly the key (order_id, line_no)",
            "notes, column text: its type bigint does not fit what is mapped, text",
            "tags: there is no such table",
        });
}

TEST_CASE_TEMPLATE("adopt_tables adds the version and touches nothing else", B, Sqlite, Postgres) {
  Database<B> db;
  db.execute("CREATE TABLE products (id bigint PRIMARY KEY, name varchar(9), other varchar(9))");
  db.execute("INSERT INTO products VALUES (1, 'a', 'x'), (2, NULL, 'y')");
  rowan::Store store = db.open(rowan::Schema::of<Product>());
  CHECK(differences([&] { store.check_tables(); }) ==
        Strings{"products, column version: there is no such column"});
  db.log->clear();
  store.adopt_tables();
  Strings changes = db.log->sql();
  std::erase_if(changes, [](const std::string& sql) { return sql.starts_with("SELECT"); });
  CHECK(changes ==
        Strings{Database<B>::postgres ? "BEGIN" : "BEGIN IMMEDIATE",
                std::string("ALTER TABLE products ADD COLUMN version ") +
                    (Database<B>::postgres ? "bigint" : "INTEGER") + " NOT NULL DEFAULT 1",
                "COMMIT"});
  CHECK_NOTHROW(store.check_tables());
  CHECK(db.number("SELECT count(*) FROM products WHERE version = 1") == 2);
  CHECK(db.text("SELECT other FROM products WHERE id = 2") == "y");

  auto work = store.begin();
  auto ref = work.template get<Product>(1);
  CHECK(ref.version() == 1);
  ref->name = "b";
  work.commit();
  CHECK(db.number("SELECT version FROM products WHERE id = 1") == 2);
  CHECK(db.text("SELECT other FROM products WHERE id = 1") == "x");
  // Who knows nothing of the version goes on inserting.
  db.execute("INSERT INTO products (id, name) VALUES (3, 'c')");
  CHECK(work.template get<Product>(3).version() == 1);

  db.log->clear();
  store.adopt_tables();  // again
  CHECK(db.number("SELECT version FROM products WHERE id = 1") == 2);
  for (const auto& sql : db.log->sql()) CHECK(!sql.starts_with("ALTER"));
}

TEST_CASE_TEMPLATE("adopt_tables names all tables that are missing, and changes none", B, Sqlite,
                   Postgres) {
  Database<B> db;
  db.execute("CREATE TABLE products (id bigint PRIMARY KEY, name varchar(9))");
  rowan::Store store = db.open(rowan::Schema::of<Product, Order, Numbered>());
  CHECK(differences([&] { store.adopt_tables(); }) ==
        Strings{"orders: there is no such table", "order_lines: there is no such table",
                "discounts: there is no such table", "notes: there is no such table",
                "tags: there is no such table", "numbered: there is no such table"});
  const auto left = differences([&] { store.check_tables(); });
  REQUIRE(!left.empty());
  CHECK(left.front() == "products, column version: there is no such column");
}

TEST_CASE_TEMPLATE(
    "the tables of others are checked by what they can hold, not by their names for it", B, Sqlite,
    Postgres) {
  Database<B> db;
  db.execute(
      "CREATE TABLE products (id smallint PRIMARY KEY, version bigint NOT NULL, name varchar(9))");
  rowan::Store store = db.open(rowan::Schema::of<Product>());
  CHECK_NOTHROW(store.check_tables());
}
