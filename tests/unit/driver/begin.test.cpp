/// The statement that opens a transaction, on each database.

#include <doctest/doctest.h>

#include <rowan/connection.hpp>

using namespace rowan;

TEST_CASE("BEGIN takes the write lock on SQLite unless nothing is to be written") {
  Begin begin;
  CHECK(to_sql(begin, Backend::sqlite) == "BEGIN IMMEDIATE");

  begin.isolation = Isolation::repeatable_read;
  CHECK(to_sql(begin, Backend::sqlite) == "BEGIN IMMEDIATE");

  begin.access = Access::read_only;
  CHECK(to_sql(begin, Backend::sqlite) == "BEGIN");
}

TEST_CASE("BEGIN says the isolation level and the access on PostgreSQL where they are asked for") {
  Begin begin;
  CHECK(to_sql(begin, Backend::postgres) == "BEGIN");

  begin.isolation = Isolation::read_committed;
  CHECK(to_sql(begin, Backend::postgres) == "BEGIN ISOLATION LEVEL READ COMMITTED");
  begin.isolation = Isolation::serializable;
  CHECK(to_sql(begin, Backend::postgres) == "BEGIN ISOLATION LEVEL SERIALIZABLE");

  begin.isolation = Isolation::repeatable_read;
  begin.access = Access::read_only;
  CHECK(to_sql(begin, Backend::postgres) == "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
}
