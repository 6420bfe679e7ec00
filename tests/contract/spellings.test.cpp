/// Keys that the database takes for the same though their bytes differ, and keys it cannot have.

#include <string>
#include <vector>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::DataError;

namespace {

struct Country {
  std::string code;
  std::string name;
  std::vector<std::string> regions;
};
rowan::Mapping<Country, std::string> mapping_of(std::type_identity<Country>) {
  return rowan::aggregate("countries", rowan::key("code", &Country::code),
                          rowan::version("version"))
      .column("name", &Country::name)
      .children(&Country::regions, rowan::child<std::string>("regions", rowan::parent("country"),
                                                             rowan::key("name", rowan::self)));
}

/// Countries whose codes are spelled in more than one way.
template <class B>
rowan::Store open_countries(Database<B>& db) {
  const std::string code = db.postgres ? "char(4)" : "text COLLATE NOCASE";
  const std::string country = db.postgres ? "char(4)" : "text COLLATE NOCASE";
  db.execute("CREATE TABLE countries (code " + code +
             " PRIMARY KEY, version bigint NOT NULL, name text)");
  db.execute("CREATE TABLE regions (country " + country +
             " NOT NULL, name text NOT NULL, PRIMARY KEY (country, name))");
  return db.open(rowan::Schema::of<Country>());
}

}  // namespace

TEST_CASE_TEMPLATE("a key that the database spells otherwise is refused, and not loaded twice", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_countries(db);
  db.execute("INSERT INTO countries VALUES ('abc', 1, 'A')");
  const std::string other = db.postgres ? "abc" : "ABC";  // stored as 'abc '
  auto work = store.begin();
  CHECK(has(thrown<DataError>([&] { (void)work.template get<Country>(other); }).what(),
            "spelled otherwise"));
  CHECK(work.template count<Country>() == 1);
}

TEST_CASE("children whose owner is spelled otherwise are refused, and not left out (Sqlite only)") {
  Database<Sqlite> db;
  rowan::Store store = open_countries(db);
  db.execute("INSERT INTO countries VALUES ('abc', 1, 'A')");
  db.execute("INSERT INTO regions VALUES ('ABC', 'north')");
  auto work = store.begin();
  CHECK(has(thrown<DataError>([&] { (void)work.get<Country>("abc"); }).what(), "regions"));
  CHECK_THROWS_AS((void)work.find_all<Country>(), DataError);
}

TEST_CASE("rows beneath a root that is not there belong to nobody (Sqlite only)") {
  Database<Sqlite> db;
  rowan::Store store = open_countries(db);
  db.execute("INSERT INTO regions VALUES ('xyz', 'north')");
  auto work = store.begin();
  CHECK_FALSE(work.find<Country>("xyz").has_value());
}

TEST_CASE_TEMPLATE(
    "a key that the database cannot have is refused before it is asked, and the open "
    "transaction goes on",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Country>();
  auto work = store.begin({.isolation = rowan::Isolation::serializable});
  work.add(Country{"BE", "Belgium", {"north"}});
  work.flush();
  for (const std::string& bad : {std::string("a\0b", 3), std::string("\xff\xfe"),
                                 std::string("\xed\xa0\x80"), std::string("\xc0\xaf")}) {
    if (db.postgres) {
      const auto error = thrown<DataError>([&] { (void)work.template find<Country>(bad); });
      CHECK(has(error.what(), "countries"));
      CHECK(has(error.what(), "code"));
    } else
      CHECK_FALSE(work.template find<Country>(bad).has_value());
  }
  for (const char* good : {"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"})
    CHECK_FALSE(work.template find<Country>(good).has_value());
  work.commit();
  CHECK(db.number("SELECT count(*) FROM countries") == 1);
}

TEST_CASE_TEMPLATE("a key that is not unique in its table is said to be that", B, Sqlite,
                   Postgres) {
  Database<B> db;
  db.execute("CREATE TABLE products (id bigint NOT NULL, version bigint NOT NULL, name text)");
  for (int i = 0; i < 2; ++i) db.execute("INSERT INTO products VALUES (1, 1, 'twin')");
  rowan::Store store = db.open(rowan::Schema::of<Product>());
  auto work = store.begin();
  work.template get<Product>(1)->name = "one";
  CHECK(has(thrown<DataError>([&] { work.commit(); }).what(), "more than one row"));
  CHECK(db.number("SELECT count(*) FROM products WHERE name = 'twin'") == 2);
}
