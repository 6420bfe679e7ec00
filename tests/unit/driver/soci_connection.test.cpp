/// What is the SOCI driver's alone: texts that SOCI would garble, statements that are not prepared.

#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <rowan/errors.hpp>

#include "on_database.hpp"

using namespace rowan;
using namespace rowan::driver_tests;

namespace {

StoreOptions by_soci(std::vector<std::string> set_up = {}) {
  StoreOptions options;
  options.driver = Driver::soci;
  options.set_up = std::move(set_up);
  return options;
}

}  // namespace

TEST_CASE("by SOCI bytes and texts of no length are not NULL in SQLite, and keep their types") {
  const Open open("sqlite3://:memory:", by_soci());
  Connection& connection = *open.connection;

  CHECK(cell(connection, "SELECT typeof(?)", ColumnType::text, {Bytes{}}) == Value("blob"));
  CHECK(cell(connection, "SELECT typeof(?)", ColumnType::text, {Bytes(3)}) == Value("blob"));
  CHECK(cell(connection, "SELECT typeof(?)", ColumnType::text, {std::string()}) == Value("text"));
  CHECK(cell(connection, "SELECT typeof(?)", ColumnType::text, {2.0}) == Value("real"));
  CHECK(cell(connection, "SELECT typeof(?)", ColumnType::text, {Null{}}) == Value("null"));
}

TEST_CASE("by SOCI an INTEGER of SQLite has 64 bits, and RETURNING is run once") {
  const Open open("sqlite3://:memory:", by_soci());
  Connection& connection = *open.connection;
  run(connection, statement("CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, u UUID)"));
  run(connection, statement("INSERT INTO t VALUES (1, 5000000001, 'x')"));

  CHECK(cell(connection, "SELECT n FROM t", ColumnType::integer) ==
        Value(std::int64_t{5000000001}));
  CHECK(cell(connection, "UPDATE t SET n = n + 1 RETURNING u", ColumnType::text) == Value("x"));
  CHECK(cell(connection, "SELECT n FROM t", ColumnType::integer) ==
        Value(std::int64_t{5000000002}));
}

TEST_CASE("Postgres: by SOCI colons and quotes mean what they mean to the server") {
  const auto url = postgres_url();
  if (!url) return;
  const Open open(*url, by_soci());
  Connection& connection = *open.connection;
  const auto text = [&](const std::string& sql) {
    return cell(connection, sql, ColumnType::text, {std::string("p")});
  };

  CHECK(text("SELECT '10:30' || $1::text") == Value("10:30p"));
  CHECK(text("SELECT $$it's :a$$ || $1 -- it's: so") == Value("it's :ap"));
  CHECK(text("SELECT E'it\\'s\\t:a' || $1 /* :b ' */") == Value("it's\t:ap"));
  CHECK(text("SELECT $1 || $1 || \"a:b\" FROM (SELECT 'c' AS \"a:b\") q") == Value("ppc"));

  const PlanResult slice =
      open->run(plan({statement("SELECT ('{1,2,3}'::int[])[1:2]", {}, {ColumnType::text})}));
  CHECK(failure(slice).kind == FailureKind::refused);
  const PlanResult two = open->run(plan({statement("SELECT 1; SELECT 2")}));
  CHECK(failure(two).kind == FailureKind::refused);
}

TEST_CASE("Postgres: by SOCI an array is bound as one value") {
  const auto url = postgres_url();
  if (!url) return;
  const Open open(*url, by_soci());
  Statement any = statement("SELECT n FROM generate_series(1, 9) n WHERE n = ANY($1)", {},
                            {ColumnType::integer});
  any.arrays = {{std::int64_t{3}, Null{}, std::int64_t{7}}};

  const Outcome outcome = run(*open.connection, any);

  CHECK(outcome.rows == std::vector<std::vector<Value>>{{std::int64_t{3}}, {std::int64_t{7}}});
}

TEST_CASE("Postgres: by SOCI nothing is left prepared, and a loan ends with the settings undone") {
  const auto url = postgres_url();
  if (!url) return;
  const Open open(*url, by_soci({"SET work_mem = '5MB'; SET geqo = off -- two: it's allowed"}));
  Connection& connection = *open.connection;
  const auto setting = [&](const char* name) {
    return cell(connection, std::string("SHOW ") + name, ColumnType::text);
  };
  CHECK(setting("work_mem") == Value("5MB"));
  CHECK(setting("geqo") == Value("off"));

  auto& session = *static_cast<soci::session*>(connection.session());
  session << "SET work_mem = '6MB'";
  CHECK_FALSE(connection.clean());
  connection.rollback();

  CHECK(connection.clean());
  CHECK(setting("work_mem") == Value("5MB"));
  CHECK(cell(connection, "SELECT count(*) FROM pg_prepared_statements", ColumnType::integer) ==
        Value(std::int64_t{0}));
}

TEST_CASE("by SOCI a connection that cannot be set up says so, and by which code") {
  CHECK_THROWS_WITH_AS(Open("sqlite3://:memory:", by_soci({"PRAGMA foreign_keys = ON; SELECT 1"})),
                       doctest::Contains("SQLITE_ERROR"), ConnectionFailed);
}
