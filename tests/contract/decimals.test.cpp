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

namespace {

Strings values_of(rowan::UnitOfWork work, rowan::Query query) {
  Strings out;
  for (const auto& box : work.find_all<Box<Decimal>>(std::move(query)))
    out.push_back(box->value.to_string());
  return out;
}

}  // namespace

TEST_CASE_TEMPLATE(
    "decimals are compared as numbers, but as texts in a table that Rowan makes on SQLite", B,
    Sqlite, Postgres) {
  using rowan::where;
  Database<B> db;
  rowan::Store store = db.template open<Box<Decimal>>();
  store_all(store, Box<Decimal>{1, Decimal("9")}, Box<Decimal>{2, Decimal("10.00")},
            Box<Decimal>{3, Decimal("11")});
  const bool texts = !Database<B>::postgres;
  const auto ordered = rowan::Query().order_by("value");
  CHECK(values_of(store.begin(), ordered) ==
        (texts ? Strings{"10.00", "11", "9"} : Strings{"9", "10.00", "11"}));
  CHECK(values_of(store.begin(), where("value > ?", Decimal("9.5")).order_by("id")) ==
        (texts ? Strings{} : Strings{"10.00", "11"}));
  CHECK(values_of(store.begin(), where("value = ?", Decimal("10"))) ==
        (texts ? Strings{} : Strings{"10.00"}));
  // As the pages say.
  for (const char* as_number : {"CAST(value AS REAL) > ?", "CAST(value AS NUMERIC) > ?"})
    CHECK(values_of(store.begin(), where(as_number, Decimal("9.5")).order_by("id")) ==
          Strings{"10.00", "11"});
  CHECK(values_of(store.begin(), where("CAST(value AS NUMERIC) = ?", Decimal("10"))) ==
        Strings{"10.00"});
}

TEST_CASE("a NUMERIC column of SQLite compares decimals as numbers: Sqlite only") {
  Database<Sqlite> db;
  create_numeric_boxes(db);
  rowan::Store store = db.open(rowan::Schema::of<Box<Decimal>>());
  store_all(store, Box<Decimal>{1, Decimal("10")}, Box<Decimal>{2, Decimal("9.5")});
  CHECK(values_of(store.begin(), rowan::Query().order_by("value")) == Strings{"9.5", "10"});
  CHECK(values_of(store.begin(), rowan::where("value > ?", Decimal("9.5"))) == Strings{"10"});
}
