/// Which types of a database's columns take which values.

#include "sql/column_fits.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace rowan;
using namespace rowan::sql;

namespace {

bool holds(Backend backend, ColumnType mapped, const std::string& declared) {
  return fits(backend, mapped, {"c", declared, false, false, false});
}

}  // namespace

TEST_CASE("SQLite's declared types count by what they do to a value") {
  using enum ColumnType;
  const Backend b = Backend::sqlite;
  CHECK(holds(b, integer, "BIGINT"));
  CHECK(holds(b, integer, "NUMERIC(10,0)"));
  CHECK_FALSE(holds(b, integer, "TEXT"));
  CHECK_FALSE(holds(b, integer, "DOUBLE"));
  CHECK(holds(b, boolean, "BOOLEAN"));
  CHECK(holds(b, real, "FLOAT"));
  CHECK_FALSE(holds(b, real, "INTEGER"));
  CHECK(holds(b, ColumnType::text, "NVARCHAR(160)"));
  CHECK(holds(b, ColumnType::text, "nvarchar(160)"));
  CHECK(holds(b, ColumnType::text, "ANY"));
  CHECK(holds(b, ColumnType::text, ""));
  for (const std::string numeric : {"NUMERIC", "DATETIME", "DATE", "TIMESTAMP", "JSON"})
    CHECK_FALSE(holds(b, ColumnType::text, numeric));
  CHECK(holds(b, timestamp, "DATETIME"));
  CHECK(holds(b, timestamp, "TIMESTAMP"));
  CHECK_FALSE(holds(b, timestamp, "INTEGER"));
  CHECK(holds(b, date, "DATE"));
  CHECK(holds(b, uuid, "CHAR(36)"));
  CHECK(holds(b, uuid, "UUID"));
  CHECK_FALSE(holds(b, uuid, "BLOB"));
  CHECK(holds(b, decimal, "NUMERIC(10,2)"));
  CHECK(holds(b, decimal, "TEXT"));
  CHECK_FALSE(holds(b, decimal, "REAL"));
  CHECK(holds(b, blob, "BLOB"));
  CHECK(holds(b, blob, "VARBINARY(20)"));
  CHECK_FALSE(holds(b, blob, "TEXT"));
  CHECK(holds(b, decimal, ""));
  CHECK(holds(b, timestamp, "ANY"));
}

TEST_CASE("PostgreSQL's types count by family") {
  using enum ColumnType;
  const Backend b = Backend::postgres;
  CHECK(holds(b, integer, "smallint"));
  CHECK_FALSE(holds(b, integer, "numeric"));
  CHECK(holds(b, real, "real"));
  CHECK(holds(b, timestamp, "timestamp without time zone"));
  CHECK(holds(b, timestamp, "timestamp with time zone"));
  CHECK_FALSE(holds(b, timestamp, "date"));
  CHECK(holds(b, date, "timestamp without time zone"));
  CHECK_FALSE(holds(b, uuid, "text"));
  CHECK(holds(b, decimal, "numeric"));
  CHECK_FALSE(holds(b, decimal, "double precision"));
  CHECK(holds(b, blob, "bytea"));
  CHECK_FALSE(holds(b, boolean, "integer"));
}
