/// Cells in PostgreSQL's binary form are those that its text gives.

#include "driver/postgres_binary.hpp"

#include <chrono>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "driver/postgres_types.hpp"
#include "on_database.hpp"

using namespace rowan;
using namespace rowan::driver;
using namespace rowan::driver_tests;
using namespace std::chrono_literals;

namespace {

using Words = std::vector<const char*>;

constexpr auto column_types = {ColumnType::boolean,   ColumnType::integer, ColumnType::real,
                               ColumnType::text,      ColumnType::blob,    ColumnType::date,
                               ColumnType::timestamp, ColumnType::uuid,    ColumnType::decimal};

StoreOptions unprepared() {
  StoreOptions options;
  options.statements = Statements::unprepared;
  return options;
}

/// A statement that is prepared answers in binary from the second time on, where it can.
class TextAndBinary {
 public:
  explicit TextAndBinary(const std::string& url) : text_(url, unprepared()), binary_(url) {}

  void run(const char* sql) {
    driver_tests::run(*text_.connection, statement(sql));
    driver_tests::run(*binary_.connection, statement(sql));
  }
  void check(const std::string& type, const Words& words) {
    for (const char* word : words) {
      const std::string sql = "SELECT '" + std::string(word) + "'::" + type;
      CAPTURE(sql);
      for (const ColumnType as : column_types) {
        CAPTURE(std::string(to_string(as)));
        const Value wanted = cell(*text_.connection, sql, as);
        for (int time = 0; time < 2; ++time)
          CHECK(same_cell(cell(*binary_.connection, sql, as), wanted));
      }
    }
    for (int time = 0; time < 2; ++time)
      CHECK(cell(*binary_.connection, "SELECT NULL::" + type, ColumnType::text) == Value(Null{}));
  }

 private:
  Open text_;
  Open binary_;
};

}  // namespace

TEST_CASE("Postgres: whatever type a column has, binary gives what text gives") {
  const auto url = postgres_url();
  if (!url) return;
  TextAndBinary both(*url);

  both.check("boolean", {"t", "f"});
  both.check("smallint", {"0", "1", "-1", "32767", "-32768"});
  both.check("integer", {"0", "1", "-1", "2147483647", "-2147483648"});
  both.check("bigint", {"0", "-1", "9223372036854775807", "-9223372036854775808"});
  both.check("numeric", {"0",
                         "0.000",
                         "1",
                         "-1",
                         "42.00",
                         "-0.990",
                         "10000",
                         "9999.9999",
                         "100000000",
                         "1e30",
                         "0.00001",
                         "-0.0001",
                         "0.00010000",
                         "10000.0001",
                         "1e-30",
                         "1e-5000",
                         "1e5000",
                         "9223372036854775808",
                         "12345678901234567890.10",
                         "NaN",
                         "123456789012345678901234567890123456789",
                         "-99999999999999999999999999999999999.999",
                         "Infinity",
                         "-Infinity"});
  both.check("numeric(12, 3)", {"0", "1.5", "123456789.001"});
  both.check("double precision", {"0", "-0", "0.1", "1e300", "5e-324", "NaN", "Infinity",
                                  "-Infinity", "1e15", "1e16", "123456789012345680", "3"});
  both.check("real", {"0", "-0", "0.1", "1e30", "1e-40", "NaN", "Infinity", "-Infinity"});
  both.check("text", {"", "a", "t", "0", "1.5", "2020-02-29", "\xC3\xA9 \xE2\x82\xAC", "\\x00"});
  both.check("varchar(9)", {"", "ab ", "7"});
  both.check("char(5)", {"", "ab", "7"});
  both.check("name", {"", "ab", "7"});
  both.check("bytea", {"", "abc", "\\x00ff", "7", "\\\\"});
  both.check("uuid",
             {"00000000-0000-0000-0000-000000000000", "018f3c5e-7b1a-7c2d-8e4f-FFFFFFFFFFFF"});
  both.check("date", {"2000-01-01", "2020-02-29", "0001-01-01", "9999-12-31", "10000-01-01",
                      "5874897-12-31", "0001-12-31 BC", "4713-11-24 BC", "infinity", "-infinity"});
  for (const char* type : {"timestamp", "timestamptz", "timestamp(3)", "timestamptz(0)"})
    both.check(type,
               {"2000-01-01", "1999-12-31 23:59:59.999999", "2020-02-29 12:30:00.5", "0001-01-01",
                "9999-12-31 23:59:59.999999", "10000-01-01", "10000-02-29 01:02:03.040500",
                "294276-12-31 23:59:59.999999", "0001-12-31 23:59:59.999999 BC", "0044-03-15 BC",
                "4714-11-24 00:00:00 BC", "infinity", "-infinity"});
}

TEST_CASE("Postgres: types whose binary form says nothing are read as text") {
  const auto url = postgres_url();
  if (!url) return;
  TextAndBinary both(*url);
  both.run("CREATE TYPE pg_temp.mood AS ENUM ('sad', '1')");
  both.run("CREATE DOMAIN pg_temp.share AS numeric(5, 2) CHECK (VALUE >= 0)");
  both.run("CREATE DOMAIN pg_temp.label AS text");
  both.run("CREATE TYPE pg_temp.pair AS (a int, b text)");

  both.check("pg_temp.mood", {"sad", "1"});
  both.check("pg_temp.mood[]", {"{sad,1}"});
  both.check("pg_temp.share", {"1.5", "0"});
  both.check("pg_temp.label", {"", "7"});
  both.check("pg_temp.pair", {"(1,a)"});
  both.check("json", {"{\"a\":1}", "7", "\"a\""});
  both.check("jsonb", {"{\"a\":1}", "7", "\"a\""});
  both.check("interval", {"1 day 02:03:04", "-1 year"});
  both.check("time", {"01:02:03.5"});
  both.check("timetz", {"01:02:03.5+02"});
  both.check("money", {"1.50"});
  both.check("inet", {"::1", "10.0.0.0/8"});
  both.check("oid", {"7"});
  both.check("\"char\"", {"x", "7"});
  both.check("bit(3)", {"101"});
  both.check("point", {"(1,2)"});
  both.check("int4[]", {"{1,2}"});
  both.check("int8range", {"[1,5)"});
  both.check("tsvector", {"a b"});
  both.check("regclass", {"pg_class"});
}

TEST_CASE("Postgres: binary answers do not depend on how the session spells doubles and times") {
  const auto url = postgres_url();
  if (!url) return;
  const Open open(*url);
  Connection& connection = *open.connection;
  const auto third = [&] {
    return cell(connection, "SELECT 1 / 3::float8", ColumnType::real) == Value(1.0 / 3);
  };
  const auto epoch = [&] {
    return cell(connection, "SELECT to_timestamp(0)", ColumnType::timestamp) == Value(Timestamp{});
  };
  const auto bytes = [&] {
    return cell(connection, "SELECT '\\x01'::bytea", ColumnType::blob) ==
           Value(Bytes{std::byte{1}});
  };
  CHECK((third() && epoch() && bytes()));
  run(connection, statement("SET extra_float_digits = -10"));
  run(connection, statement("SET DateStyle = 'SQL, DMY'"));
  run(connection, statement("SET bytea_output = 'escape'"));

  CHECK((third() && epoch() && bytes()));
}

TEST_CASE("Postgres: an answer with a column of another type is text again") {
  const auto url = postgres_url();
  if (!url) return;
  const Open open(*url);
  Connection& connection = *open.connection;
  const Statement select = statement("SELECT id, shape FROM shapes ORDER BY id", {},
                                     {ColumnType::integer, ColumnType::text});
  run(connection, statement("CREATE TEMP TABLE shapes (id bigint, shape text)"));
  run(connection, statement("INSERT INTO shapes VALUES (258, '(1,2)')"));
  const std::vector<Value> wanted{std::int64_t{258}, std::string("(1,2)")};
  for (int time = 0; time < 2; ++time) CHECK(run(connection, select).rows.at(0) == wanted);

  run(connection, statement("ALTER TABLE shapes ALTER shape TYPE point USING shape::point, "
                            "ALTER id TYPE int"));
  // Outside a transaction it is for the caller to try once more.
  const PlanResult altered = connection.run(plan({select}));
  CHECK(failure(altered).kind == FailureKind::serialization);
  for (int time = 0; time < 2; ++time) CHECK(run(connection, select).rows.at(0) == wanted);
  run(connection, statement("ALTER TABLE shapes ALTER shape TYPE text, ALTER id TYPE numeric"));
  const PlanResult again = connection.run(begun({select}));
  REQUIRE(again.complete);  // BEGIN was part of the plan, so it was the driver's to try once more
  CHECK(again.outcomes.at(0).rows.at(0) == wanted);
  CHECK(run(connection, select).rows.at(0) == wanted);
  connection.rollback();
}

TEST_CASE("Postgres: one text may be read as columns of different types") {
  const auto url = postgres_url();
  if (!url) return;
  const Open open(*url);
  const char* sql = "SELECT 0.5::float8";

  for (int time = 0; time < 2; ++time) {
    CHECK(cell(*open.connection, sql, ColumnType::real) == Value(0.5));
    CHECK(cell(*open.connection, sql, ColumnType::text) == Value("0.5"));
    CHECK(cell(*open.connection, sql, ColumnType::decimal) == Value(Decimal("0.5")));
  }
}

TEST_CASE("Postgres: arrays say the same in binary as in text") {
  const auto url = postgres_url();
  if (!url) return;
  const Open text(*url, unprepared());
  const Open binary(*url);
  const auto check = [&](const std::string& type, const std::vector<Value>& values) {
    CAPTURE(type);
    Statement unnest = statement("SELECT CAST(x AS text) FROM unnest($1::" + type + "[]) AS x", {},
                                 {ColumnType::text});
    unnest.arrays = {values};
    const PlanResult wanted = text->run(plan({unnest}));
    for (int time = 0; time < 3; ++time) {
      const PlanResult result = binary->run(plan({unnest}));
      REQUIRE(result.complete == wanted.complete);
      if (wanted.complete)
        CHECK(result.outcomes.at(0).rows == wanted.outcomes.at(0).rows);
      else
        CHECK(failure(result).code == failure(wanted).code);
    }
  };
  const std::int64_t large = std::numeric_limits<std::int64_t>::max();

  for (const char* type : {"bigint", "integer", "smallint", "numeric", "text"}) {
    check(type, {});
    check(type, {Null{}});
    check(type, {std::int64_t{1}, Null{}, std::int64_t{-2}});
    check(type, {std::int64_t{1}, large});  // some have no room for it
  }
  for (const char* type : {"text", "varchar(3)", "char(3)", "name", "json", "uuid"})
    check(type, {std::string("\"{},\\ \xC3\xA9"), std::string(), std::string("7"), Null{}});
  check("text", {std::string("a\0b", 3)});
  check("double precision", {0.1, -0.0, std::numeric_limits<double>::infinity(), Null{}});
  check("real", {0.1});
  check("boolean", {true, false, Null{}});
  check("bytea", {Bytes{}, Bytes{std::byte{0}, std::byte{255}}});
  check("uuid", {Uuid::v7(), Uuid()});
  check("numeric", {Decimal("-0.990"), Decimal("1")});
  for (const char* type : {"timestamptz", "timestamp", "date"}) {
    check(type, {Timestamp(-1us), Timestamp(1612087200123456us), Null{}});
    check(type, {Date(std::chrono::year(2020) / 2 / 29)});
    check(type, {Timestamp(std::chrono::sys_days(std::chrono::year(10000) / 1 / 1))});
  }
}

TEST_CASE("only types of a form that is known for good are read in binary") {
  CHECK(is_read_binary(oid::int2, ColumnType::text));
  CHECK(is_read_binary(oid::numeric, ColumnType::integer));
  CHECK(is_read_binary(oid::float8, ColumnType::real));
  CHECK_FALSE(is_read_binary(oid::float8, ColumnType::text));
  CHECK_FALSE(is_read_binary(oid::float4, ColumnType::real));
  CHECK_FALSE(is_read_binary(oid::jsonb, ColumnType::text));
  CHECK_FALSE(is_read_binary(16384, ColumnType::text));  // the first that a user can have made
}
