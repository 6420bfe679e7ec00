/// rowan::testing::check_mapping of mappings that keep everything, and what its notes say.

#include <algorithm>
#include <limits>
#include <stdexcept>

#include <rowan/testing/check_mapping.hpp>

#include "box.hpp"
#include "database.hpp"
#include "jobs.hpp"
#include "orders.hpp"
#include "papers.hpp"

using namespace contract;
using rowan::Decimal;
using rowan::testing::Check;
using rowan::testing::check_mapping;

namespace {

struct Numbered {
  std::int64_t id = 0;
  std::string name;
};
rowan::Mapping<Numbered, std::int64_t> mapping_of(std::type_identity<Numbered>) {
  return rowan::aggregate("numbered", rowan::key("id", &Numbered::id, rowan::generated),
                          rowan::version("version"))
      .column("name", &Numbered::name);
}

struct Setting {
  std::string name;
  std::string value;
};
rowan::Mapping<Setting, std::string> mapping_of(std::type_identity<Setting>) {
  return rowan::aggregate("settings", rowan::key("name", &Setting::name), rowan::unversioned)
      .column("value", &Setting::value);
}

struct Bill {
  std::int64_t id = 0;
  std::int64_t client = 0;
  std::int64_t total = 0;
};
rowan::Mapping<Bill, std::int64_t> mapping_of(std::type_identity<Bill>) {
  return rowan::aggregate("bills", rowan::key("id", &Bill::id), rowan::version("version"))
      .column("client", &Bill::client, rowan::references("clients"))
      .column("total", &Bill::total);
}

struct Seat {
  int row = 0;
  std::string label;
};
struct Hall {
  std::int64_t id = 0;
  double height = 0;
  std::string name;
  std::vector<Seat> seats;
  friend bool operator==(const Hall& a, const Hall& b) {
    return a.id == b.id && a.height == b.height && a.name == b.name;
  }
};
rowan::Mapping<Hall, std::int64_t> mapping_of(std::type_identity<Hall>) {
  return rowan::aggregate("halls", rowan::key("id", &Hall::id), rowan::version("version"))
      .column("height", &Hall::height)
      .column("name", &Hall::name)
      .children(&Hall::seats, rowan::child("seats", rowan::parent("hall_id"),
                                           rowan::key("row_no", &Seat::row, rowan::unique_in_table))
                                  .column("label", &Seat::label)
                                  .unique(&Seat::label))
      .unique(&Hall::name);
}

/// A table that somebody else has made.
template <class B>
rowan::Store open_boxes(Database<B>& db, rowan::Schema schema, const std::string& type) {
  db.execute("CREATE TABLE boxes (id bigint PRIMARY KEY, version bigint NOT NULL, value " + type +
             " NOT NULL)");
  return db.open(std::move(schema));
}

}  // namespace

TEST_CASE_TEMPLATE("a mapping that keeps everything passes, and leaves the database as it was", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Order>();
  store_all(store, order(7));

  const Check check = check_mapping<Order>(store, {order(1), order(2, "Bob")});

  CHECK(check);
  CHECK(check.faults == Strings{});
  CHECK(check.notes ==
        Strings{"orders: its class has no ==, so objects were compared by columns alone"});
  CHECK(db.number("SELECT count(*) FROM orders") == 1);
  CHECK(db.number("SELECT version FROM orders WHERE id = 7") == 1);
  CHECK(db.number("SELECT count(*) FROM order_lines") == 2);
  CHECK(db.number("SELECT count(*) FROM tags") == 2);
}

TEST_CASE_TEMPLATE("names of enumerators are the samples', which a note says", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Job>();

  Job paint;
  paint.id = 1;
  paint.status = Status::placed;
  Job wash;
  wash.id = 2;

  const Check check = check_mapping<Job>(store, {paint, wash});

  CHECK(check);
  CHECK(check.notes ==
        Strings{"jobs, column status: only the samples' values were tried, no other was taken",
                "jobs: its class has no ==, so objects were compared by columns alone"});
}

TEST_CASE_TEMPLATE("keys that the database gives are not the samples'", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Numbered>();
  store_all(store, Numbered{0, "first"});

  const Check check = check_mapping<Numbered>(store, {Numbered{1, "again"}});

  CHECK_MESSAGE(check, check);
  CHECK(any_has(check.notes,
                "numbered, column id: only the samples' values were tried, for the "
                "database gives it"));
  CHECK(db.text("SELECT name FROM numbered") == "first");
}

TEST_CASE_TEMPLATE("what a history keeps of a check is in the notes", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Paper>();

  for (int run = 0; run < 2; ++run) {
    const Check check = check_mapping<Paper>(store, {paper(1)}, {.generated = 5});
    CHECK_MESSAGE(check, check);
    CHECK(any_has(check.notes, "paper_history: it keeps what was stored"));
    CHECK(any_has(check.notes,
                  "papers, column id: only the samples' values were tried, for a "
                  "history would keep others"));
  }
  CHECK(db.number("SELECT count(*) FROM papers") == 0);
  CHECK(db.number("SELECT count(DISTINCT id) FROM paper_history") == 1);
}

TEST_CASE_TEMPLATE("a root without a version passes", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Setting>();
  CHECK(check_mapping<Setting>(store, {Setting{"colour", "red"}}));
  CHECK(db.number("SELECT count(*) FROM settings") == 0);
}

TEST_CASE_TEMPLATE("what has to be unique stays so, and meets what is there", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Hall>();
  store_all(store, Hall{0, 0, "A", {{0, "a"}, {1, "b"}}});

  const Check check = check_mapping<Hall>(store, {Hall{50, 3.5, "big", {{7, "x"}}}});

  CHECK_MESSAGE(check, check);
  for (const char* column : {"halls, column id", "halls, column name", "seats, column row_no"})
    CHECK(any_has(check.notes,
                  std::string(column) + ": the database refuses some values that its class takes"));
  CHECK(!any_has(check.notes, "only the samples"));
  CHECK(db.number("SELECT count(*) FROM halls") == 1);
  CHECK(db.number("SELECT count(*) FROM seats") == 2);
}

TEST_CASE("an object that is not equal to itself is compared by columns: Postgres only") {
  Database<Postgres> db;
  rowan::Store store = db.open<Hall>();
  const Hall hall{1, std::numeric_limits<double>::quiet_NaN(), "old", {}};
  const Check check = check_mapping<Hall>(store, {hall}, {.generated = 0});
  CHECK_MESSAGE(check, check);
  CHECK(
      any_has(check.notes, "halls: an object that is not equal to itself was compared by columns"));
}

TEST_CASE_TEMPLATE("what a sample refers to has to be there where the database insists", B, Sqlite,
                   Postgres) {
  Database<B> db;
  db.execute("CREATE TABLE clients (id bigint PRIMARY KEY)");
  db.execute(
      "CREATE TABLE bills (id bigint PRIMARY KEY, version bigint NOT NULL, client bigint NOT NULL "
      "REFERENCES clients, total bigint NOT NULL)");
  rowan::StoreOptions options;
  if (!Database<B>::postgres) options.set_up = {"PRAGMA foreign_keys = ON"};
  rowan::Store store = db.open(rowan::Schema::of<Bill>(), options);
  const Bill bill{1, 5, 100};

  CHECK(check_mapping<Bill>(store, {bill}).faults.size() == 1);

  db.execute("INSERT INTO clients VALUES (5)");
  const Check check = check_mapping<Bill>(store, {bill});
  CHECK_MESSAGE(check, check);
  CHECK(any_has(check.notes,
                "bills, column client: only the samples' values were tried, for it "
                "refers to another aggregate"));
  CHECK(db.number("SELECT count(*) FROM bills") == 0);
}

TEST_CASE_TEMPLATE("a store whose units read only, or are one transaction, is checked as any other",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::StoreOptions options;
  options.work.access = rowan::Access::read_only;
  options.work.transaction = rowan::Transaction::from_first_read;
  options.connections = 1;
  (void)db.template open<Order>();
  rowan::Store store = db.open(rowan::Schema::of<Order>(), options);
  const Check check = check_mapping<Order>(store, {order(1)}, {.generated = 10});
  CHECK_MESSAGE(check, check);
  CHECK(db.number("SELECT count(*) FROM orders") == 0);
}

TEST_CASE_TEMPLATE("the same seed sends the same, another one does not", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  const auto sent = [&](std::uint64_t seed) {
    db.log->clear();
    CHECK(check_mapping<Product>(store, {Product{1, "p"}}, {.generated = 40, .seed = seed}));
    std::vector<rowan::Value> out;
    for (const rowan::Statement& statement : db.log->statements())
      out.insert(out.end(), statement.params.begin(), statement.params.end());
    return out;
  };
  const auto first = sent(1);
  CHECK(first == sent(1));
  CHECK(first != sent(2));
}

TEST_CASE_TEMPLATE("a column that refuses what is too long is no fault, which a note says", B,
                   Sqlite, Postgres) {
  Database<B> db;
  const auto notes = [&]<class T>(const T& value, const std::string& type) {
    rowan::Store store = open_boxes(db, rowan::Schema::of<Box<T>>(), type);
    const Check check = check_mapping<Box<T>>(store, {Box<T>{1, value}});
    CHECK_MESSAGE(check, check);
    CHECK(db.number("SELECT count(*) FROM boxes") == 0);
    db.execute("DROP TABLE boxes");
    return check.notes;
  };
  const std::string refused =
      "boxes, column value: the database refuses some values that its class takes";
  // A text of 40 characters, a decimal of 15 digits.
  CHECK(any_has(notes(std::string("a"),
                      Database<B>::postgres ? "varchar(40)" : "text CHECK (length(value) <= 40)"),
                refused));
  if (!Database<B>::postgres) CHECK(any_has(notes(Decimal("1.5"), "decimal"), refused));
}

TEST_CASE_TEMPLATE("a value that a constraint refuses is no fault either", B, Sqlite, Postgres) {
  Database<B> db;
  db.execute(
      "CREATE TABLE products (id bigint PRIMARY KEY, version bigint NOT NULL, name text NOT NULL "
      "CHECK (name <> 'NULL' AND length(name) > 0))");
  rowan::Store store = db.open(rowan::Schema::of<Product>());
  const Check check = check_mapping<Product>(store, {Product{1, "p"}});
  CHECK_MESSAGE(check, check);
  CHECK(any_has(check.notes, "products, column name: the database refuses some values"));
}

TEST_CASE_TEMPLATE("a mapping other than the one next to the class is checked when it is given", B,
                   Sqlite, Postgres) {
  Database<B> db;
  const auto goods =
      rowan::aggregate("goods", rowan::key("id", &Product::id), rowan::version("version"))
          .column("label", &Product::name);
  const auto twice =
      rowan::aggregate("goods", rowan::key("id", &Product::id), rowan::version("version"))
          .column("name", &Product::name)
          .column("label", &Product::name);
  rowan::Store store = db.open(rowan::Schema::of(goods));
  store.create_tables();
  CHECK(check_mapping<Product>(store, goods, {Product{1, "p"}}));
  CHECK(check_mapping<Product>(store, twice, {Product{1, "p"}}).faults ==
        Strings{"goods: one member is mapped twice, to column name and to column label"});
}

TEST_CASE_TEMPLATE("what a hook throws once all is committed does not matter", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::StoreOptions options;
  options.work.hooks.after_commit = [](rowan::UnitOfWork&) { throw std::runtime_error("hook"); };
  rowan::Store store = db.template open<Product>(options);
  CHECK(check_mapping<Product>(store, {Product{1, "p"}}, {.generated = 5}));
  CHECK(db.number("SELECT count(*) FROM products") == 0);
}
