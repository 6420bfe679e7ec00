/// Columns that are narrower than their type: what PostgreSQL makes of a value without an error.
/// docs/mapping.md says so; where this changes, that does.

#include "box.hpp"
#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::DataError;
using rowan::Decimal;

namespace {

/// A table that somebody else has made.
void create_boxes(Database<Postgres>& db, const std::string& type) {
  db.execute("SET client_min_messages = warning");
  db.execute("DROP TABLE IF EXISTS boxes");
  db.execute("CREATE TABLE boxes (id bigint PRIMARY KEY, version bigint NOT NULL, value " + type +
             " NOT NULL)");
}

/// What such a column makes of a value; the object that was added still has what it was given.
template <class T>
T kept(Database<Postgres>& db, const std::string& type, const T& value) {
  create_boxes(db, type);
  rowan::Store store = db.open(rowan::Schema::of<Box<T>>());
  auto writing = store.begin();
  auto ref = writing.add(Box<T>{1, value});
  writing.commit();
  CHECK(ref->value == value);
  return store.begin().template get<Box<T>>(1)->value;
}

}  // namespace

TEST_CASE("numeric(p, s) rounds a decimal, away from zero at a tie: Postgres only") {
  Database<Postgres> db;
  for (const char* number : {"1.005", "-1.005", "2.994"}) {
    CAPTURE(number);
    CHECK(kept(db, "numeric(10, 2)", Decimal(number)) == Decimal(number).rounded_half_away(2));
  }
}

TEST_CASE("numeric(p, s) refuses more digits before the point, with table and key: Postgres only") {
  Database<Postgres> db;
  create_boxes(db, "numeric(4, 2)");
  rowan::Store store = db.open(rowan::Schema::of<Box<Decimal>>());
  auto work = store.begin();
  work.add(Box<Decimal>{7, Decimal("100")});
  CHECK_THROWS_WITH_AS(work.commit(), "boxes 7: a value does not fit its column (22003)",
                       DataError);
}

TEST_CASE("timestamptz(n) and timestamp(n) round a time: Postgres only") {
  using std::chrono::microseconds, std::chrono::milliseconds;
  Database<Postgres> db;
  const rowan::Timestamp time{microseconds(1'600'000)};
  for (const std::string type : {"timestamptz", "timestamp"}) {
    CAPTURE(type);
    CHECK(kept(db, type, time) == time);
    CHECK(kept(db, type + "(0)", time) == rowan::Timestamp{microseconds(2'000'000)});
    CHECK(kept(db, type + "(3)", time + microseconds(4)) == time);
  }
}

TEST_CASE("real rounds a double: Postgres only") {
  Database<Postgres> db;
  CHECK(kept(db, "real", 1.0 / 3) == 0.33333334);
  CHECK(kept(db, "real", 0.1) == 0.1);  // the shortest text of the rounded one
}

TEST_CASE("varchar(n) cuts spaces off and refuses any other text that is too long: Postgres only") {
  Database<Postgres> db;
  CHECK(kept(db, "varchar(3)", std::string("ab   ")) == "ab ");
  CHECK_THROWS_AS(kept(db, "varchar(3)", std::string("abcd")), DataError);
}

TEST_CASE("char(n) pads a text, and check_tables tells of it: Postgres only") {
  Database<Postgres> db;
  CHECK(kept(db, "char(3)", std::string("ab")) == "ab ");
  rowan::Store store = db.open(rowan::Schema::of<Box<std::string>>());
  CHECK_THROWS_WITH_AS(
      store.check_tables(),
      doctest::Contains("boxes, column value: its type character does not fit what is mapped"),
      rowan::SchemaMismatch);
}

TEST_CASE("jsonb spells a text anew: Postgres only") {
  Database<Postgres> db;
  CHECK(kept(db, "jsonb", std::string("{\"a\":1}")) == "{\"a\": 1}");
  CHECK(kept(db, "json", std::string("{\"a\":1}")) == "{\"a\":1}");
}
