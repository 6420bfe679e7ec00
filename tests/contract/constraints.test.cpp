/// Constraints of the database: named by kind and place, never by value.

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::ConstraintViolation;
using rowan::UnitFailed;

TEST_CASE_TEMPLATE("a foreign key that is checked at COMMIT fails the unit like any statement", B,
                   Sqlite, Postgres) {
  Database<B> db;
  db.execute("CREATE TABLE names (name varchar(20) PRIMARY KEY)");
  db.execute("INSERT INTO names VALUES ('pen'), ('ink')");
  db.execute(
      "CREATE TABLE products (id bigint PRIMARY KEY, version bigint NOT NULL, name varchar(20) "
      "REFERENCES names (name) DEFERRABLE INITIALLY DEFERRED)");
  rowan::Store store = db.open(rowan::Schema::of<Product>());
  store_all(store, Product{1, "pen"});
  auto work = store.begin();
  auto ref = work.get<Product>(1);
  auto added = work.add(Product{2, "ink"});
  ref->name = "s3cr3t";
  db.log->clear();
  const auto error = thrown<ConstraintViolation>([&] { work.commit(); });
  CHECK(error.kind() == ConstraintViolation::Kind::foreign_key);
  CHECK_FALSE(has(error.what(), "s3cr3t"));
  CHECK(db.writes().size() == 2);  // so it was COMMIT
  CHECK(ref->name == "s3cr3t");
  CHECK(ref.version() == 1);
  CHECK(added.version() == 0);
  CHECK(db.number("SELECT count(*) FROM products") == 1);
  CHECK(db.text("SELECT name FROM products") == "pen");
  CHECK_THROWS_AS(work.commit(), UnitFailed);
  work.rollback();
  ref->name = "ink";
  work.commit();
  CHECK(ref.version() == 2);
  CHECK(added.version() == 1);
}

TEST_CASE_TEMPLATE("a violated constraint is named by kind and place, never by value", B, Sqlite,
                   Postgres) {
  using Kind = ConstraintViolation::Kind;
  struct Case {
    std::string constraint;
    Kind kind;
  };
  for (const Case& each :
       {Case{"UNIQUE", Kind::unique}, Case{"CHECK (length(name) < 5)", Kind::check},
        Case{"REFERENCES names (name)", Kind::foreign_key}}) {
    CAPTURE(each.constraint);
    Database<B> db;
    db.execute("CREATE TABLE names (name varchar(20) PRIMARY KEY)");
    db.execute("INSERT INTO names VALUES ('pen')");
    db.execute(
        "CREATE TABLE products (id bigint PRIMARY KEY, version bigint NOT NULL, name "
        "varchar(20) " +
        each.constraint + ")");
    rowan::Store store = db.open(rowan::Schema::of<Product>());
    store_all(store, Product{1, "pen"});
    if (each.kind == Kind::unique) store_all(store, Product{2, "s3cr3t"});
    auto work = store.begin();
    work.get<Product>(1)->name = "s3cr3t";
    const auto error = thrown<ConstraintViolation>([&] { work.commit(); });
    CHECK(error.kind() == each.kind);
    CHECK(std::string(error.what()).starts_with("products 1: "));
    CHECK_FALSE(has(error.what(), "s3cr3t"));
    CHECK_FALSE(has(error.sql(), "s3cr3t"));
    CHECK_FALSE(error.code().empty());
    CHECK_FALSE(error.database_message().empty());
    CHECK_FALSE(error.retryable());
    // Nor is it in what the failed unit repeats.
    const auto again = thrown<UnitFailed>([&] { work.commit(); });
    CHECK(has(again.what(), error.what()));
  }
}

TEST_CASE_TEMPLATE("NULL where there must be a value is a violation that names the column", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Order>();
  db.execute("DROP TABLE tags");
  db.execute("DROP TABLE notes");
  db.execute("DROP TABLE discounts");
  db.execute("DROP TABLE order_lines");
  db.execute("DROP TABLE orders");
  db.execute(
      "CREATE TABLE orders (id bigint PRIMARY KEY, version bigint NOT NULL, customer "
      "varchar(20) NOT NULL, remark varchar(20) NOT NULL)");
  auto work = store.begin();
  work.add(order(1, "s3cr3t"));
  const auto error = thrown<ConstraintViolation>([&] { work.commit(); });
  CHECK(error.kind() == ConstraintViolation::Kind::not_null);
  CHECK(has(error.constraint(), "remark"));
  CHECK(has(error.what(), "remark"));
  CHECK_FALSE(has(error.what(), "s3cr3t"));
}
