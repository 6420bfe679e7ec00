/// Decimals: exact to the last digit, or refused.

#include "box.hpp"
#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::DataError;
using rowan::Decimal;

TEST_CASE_TEMPLATE("a decimal survives with all its digits and its scale", B, Sqlite, Postgres) {
  check_survives<B, Decimal>({Decimal(), Decimal("19.90"), Decimal("-0.1"), Decimal("0.000"),
                              Decimal("1234567890123456789"), Decimal(std::string(38, '9')),
                              Decimal("-" + std::string(38, '9')),
                              Decimal("0." + std::string(37, '0') + "1"),
                              Decimal(std::string(19, '8') + "." + std::string(19, '7'))});
}

namespace {

/// A table of SQLite that somebody else has made: NUMERIC, which is a double there.
void create_numeric_boxes(Database<Sqlite>& db) {
  db.execute(
      "CREATE TABLE boxes (id INTEGER PRIMARY KEY, version INTEGER NOT NULL DEFAULT 1, "
      "value NUMERIC(38, 20) NOT NULL)");
}

}  // namespace

TEST_CASE("a NUMERIC column keeps 15 digits of a decimal exactly: Sqlite only") {
  Database<Sqlite> db;
  create_numeric_boxes(db);
  rowan::Store store = db.open(rowan::Schema::of<Box<Decimal>>());
  const std::vector<const char*> numbers{"0",
                                         "19.90",
                                         "0.1",
                                         "-0.7",
                                         "1234567.12345678",
                                         "999999999999999",
                                         "0.000000123456789012345",
                                         "56323.5955261780",
                                         "1234567890123456.0",
                                         "-9007199254740993",
                                         "9223372036854775807"};
  {
    auto work = store.begin();
    for (std::size_t i = 0; i < numbers.size(); ++i)
      work.add(Box<Decimal>{static_cast<std::int64_t>(i), Decimal(numbers[i])});
    work.commit();
  }
  auto work = store.begin();
  const auto loaded = work.find_all<Box<Decimal>>();
  REQUIRE(loaded.size() == numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    CAPTURE(numbers[i]);
    CHECK(loaded[i]->value == Decimal(numbers[i]));
  }
  db.log->clear();
  work.commit();
  CHECK(db.log->sql().empty());
}

TEST_CASE(
    "a decimal of more digits than a NUMERIC column keeps is refused with table, column and "
    "key, and nothing is written: Sqlite only") {
  Database<Sqlite> db;
  create_numeric_boxes(db);
  rowan::Store store = db.open(rowan::Schema::of<Box<Decimal>>());
  store_all(store, Box<Decimal>{1, Decimal("0.5")});
  // What is whole once it is a double becomes an INTEGER, if one can hold it.
  for (const char* number :
       {"0.1234567890123456", "12345678901234567890", "123456789012345.67", "123456789012345678.25",
        "12345678901234567.5", "9007199254740993.5", "-9007199254740993.5", "12345678901234567.00",
        "9223372036854775808"}) {
    CAPTURE(number);
    auto work = store.begin();
    auto ref = work.get<Box<Decimal>>(1);
    ref->value = Decimal(number);
    CHECK_THROWS_WITH_AS(work.commit(),
                         "boxes 1, column value: an SQLite column of type NUMERIC keeps 15 digits, "
                         "and this decimal has more; a TEXT column keeps them all",
                         DataError);
    work.rollback();
    ref->value = Decimal("0.5");
    work.add(Box<Decimal>{2, Decimal(number)});
    CHECK_THROWS_AS(work.commit(), DataError);
    CHECK(db.number("SELECT count(*) FROM boxes WHERE value = 0.5 AND version = 1") == 1);
    CHECK(db.number("SELECT count(*) FROM boxes") == 1);
  }
}

TEST_CASE("a double in a NUMERIC column that is no decimal of 15 digits is refused: Sqlite only") {
  Database<Sqlite> db;
  create_numeric_boxes(db);
  db.execute("INSERT INTO boxes (id, value) VALUES (1, 1.0 / 3)");
  rowan::Store store = db.open(rowan::Schema::of<Box<Decimal>>());
  auto work = store.begin();
  CHECK_THROWS_WITH_AS((void)work.get<Box<Decimal>>(1),
                       "boxes 1, column value: it holds a number where the member takes an exact "
                       "decimal",
                       DataError);
}
