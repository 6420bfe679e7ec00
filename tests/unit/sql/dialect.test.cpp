/// Names, placeholders and types as each database takes them.

#include "sql/dialect.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "unit/sql/raw_databases.hpp"

using namespace rowan;
using namespace rowan::sql;

namespace {

std::vector<std::string> keywords(raw::Sqlite&) {
  std::vector<std::string> out;
  for (int i = 0; i < sqlite3_keyword_count(); ++i) {
    const char* name = nullptr;
    int length = 0;
    sqlite3_keyword_name(i, &name, &length);
    std::string word(name, static_cast<std::size_t>(length));
    for (char& c : word)
      if (c != '_') c = static_cast<char>(c - 'A' + 'a');
    out.push_back(word);
  }
  return out;
}
std::vector<std::string> keywords(raw::Postgres& db) {
  std::vector<std::string> out;
  for (const auto& row : db.run("SELECT word FROM pg_get_keywords()").rows)
    out.push_back(std::get<std::string>(row[0]));
  return out;
}

}  // namespace

TEST_CASE("plain names stay bare, all others are quoted") {
  CHECK(quoted("customer_id") == "customer_id");
  CHECK(quoted("_x1") == "_x1");
  CHECK(quoted("position") == "position");
  CHECK(quoted("Order") == "\"Order\"");
  CHECK(quoted("order") == "\"order\"");
  CHECK(quoted("1st") == "\"1st\"");
  CHECK(quoted("two words") == "\"two words\"");
  CHECK(quoted("größe") == "\"größe\"");
  CHECK(quoted("a\"b") == "\"a\"\"b\"");
  CHECK(quoted("a.b") == "\"a.b\"");
  CHECK(quoted("x; DROP TABLE y") == "\"x; DROP TABLE y\"");
}

TEST_CASE("a dot in a table's name parts schema and table") {
  CHECK(quoted_table("orders") == "orders");
  CHECK(quoted_table("sales.orders") == "sales.orders");
  CHECK(quoted_table("Sales.order") == "\"Sales\".\"order\"");
}

TEST_CASE("placeholders are spelled as the database counts them") {
  CHECK(placeholder(Backend::sqlite, 3) == "?");
  CHECK(placeholder(Backend::postgres, 3) == "$3");
}

TEST_CASE("every keyword of the database will do as the name of a table and a column") {
  raw::on_each_database([](auto& db) {
    for (const std::string& word : keywords(db)) {
      CAPTURE(word);
      const std::string name = quoted(word);
      const auto try_all = [&] {
        db.run("CREATE TABLE " + name + " (" + name + " INTEGER PRIMARY KEY, x INTEGER)");
        db.run("CREATE INDEX i ON " + name + " (" + name + ")");
        db.run("INSERT INTO " + name + " (" + name + ", x) VALUES (1, 2) RETURNING " + name);
        db.run("UPDATE " + name + " SET " + name + " = " + name + " + 1 WHERE " + name +
               " = 1 AND x = 2");
        db.run("SELECT " + name + ", x, " + name + ".x FROM " + name + " WHERE x = 2 AND (" + name +
               " > 1 OR " + name + " IS NULL) ORDER BY " + name + ", x");
        db.run("DELETE FROM " + name + " WHERE " + name + " IN (1, 2)");
        db.run("DROP TABLE " + name);
      };
      CHECK_NOTHROW(try_all());
    }
  });
}

TEST_CASE("each type has its own in PostgreSQL and one of STRICT's five in SQLite") {
  using enum ColumnType;
  const auto all = {boolean, integer, real, ColumnType::text, blob, timestamp, date, uuid, decimal};
  std::string sqlite;
  std::string postgres;
  for (const ColumnType type : all) {
    sqlite += std::string(type_name(Backend::sqlite, type)) + ' ';
    postgres += std::string(type_name(Backend::postgres, type)) + ',';
  }
  CHECK(sqlite == "INTEGER INTEGER REAL TEXT BLOB TEXT TEXT TEXT TEXT ");
  CHECK(postgres == "boolean,bigint,double precision,text,bytea,timestamptz,date,uuid,numeric,");
}
