/// From the databases' codes to kinds of failure, and from those to exceptions.

#include <string>

#include <doctest/doctest.h>

#include <rowan/errors.hpp>

#include "driver/postgres_errors.hpp"
#include "driver/raise.hpp"
#include "driver/sqlite_errors.hpp"

using namespace rowan;
using namespace rowan::driver;

namespace {

using Stage = PlanResult::Stage;

Failure failure(FailureKind kind, const char* code = "CODE", const char* message = "secret 42",
                const char* constraint = "") {
  return {.kind = kind, .code = code, .message = message, .constraint = constraint};
}

/// What `raise` says; the exception has to be an E.
template <class E>
std::string raised(const Failure& failed, Stage stage = Stage::statement) {
  try {
    raise(failed, stage, "orders 42", "UPDATE orders");
  } catch (const E& error) {
    CHECK(error.sql() == "UPDATE orders");
    CHECK(error.code() == failed.code);
    CHECK(error.database_message() == failed.message);
    return error.what();
  } catch (const std::exception& other) {
    FAIL("another class was thrown: ", other.what());
  }
  return "";
}

}  // namespace

TEST_CASE("SQLite's codes are told apart where a program reacts differently") {
  const auto kind = [](int code, const char* message = "") {
    return sqlite_failure(code, message).kind;
  };

  CHECK(kind(517) == FailureKind::serialization);
  CHECK(kind(5) == FailureKind::lock_timeout);
  CHECK(kind(261) == FailureKind::lock_timeout);
  CHECK(kind(6) == FailureKind::lock_timeout);
  CHECK(kind(262) == FailureKind::lock_timeout);
  CHECK(kind(2067) == FailureKind::unique);
  CHECK(kind(1555) == FailureKind::unique);
  CHECK(kind(2579) == FailureKind::unique);
  CHECK(kind(787) == FailureKind::foreign_key);
  CHECK(kind(1811, "FOREIGN KEY constraint failed") == FailureKind::foreign_key);
  CHECK(kind(1811, "stock is empty") == FailureKind::check);
  CHECK(kind(1299) == FailureKind::not_null);
  CHECK(kind(275) == FailureKind::check);
  CHECK(kind(3091) == FailureKind::value);
  CHECK(kind(20) == FailureKind::value);
  CHECK(kind(18) == FailureKind::value);
  CHECK(kind(8) == FailureKind::read_only);
  CHECK(kind(776) == FailureKind::read_only);
  CHECK(kind(13) == FailureKind::resources);
  CHECK(kind(7) == FailureKind::resources);
  CHECK(kind(778) == FailureKind::resources);
  CHECK(kind(9) == FailureKind::statement_timeout);
  CHECK(kind(516) == FailureKind::aborted);
  CHECK(kind(26) == FailureKind::refused);
  CHECK(kind(1, "no such table: carts") == FailureKind::unknown_table);
  CHECK(kind(1, "no such column: colour") == FailureKind::unknown_column);
  CHECK(kind(1, "table orders has no column named colour") == FailureKind::unknown_column);
  CHECK(kind(1, "near \"SELEC\": syntax error") == FailureKind::refused);
}

TEST_CASE("SQLite's codes are named, one that is not known by what it extends") {
  CHECK(std::string(sqlite_code_name(517)) == "SQLITE_BUSY_SNAPSHOT");
  CHECK(std::string(sqlite_code_name(2067)) == "SQLITE_CONSTRAINT_UNIQUE");
  CHECK(std::string(sqlite_code_name(10 | (200 << 8))) == "SQLITE_IOERR");
}

TEST_CASE("SQLite's constraints are taken from its message") {
  const auto constraint = [](const char* message) {
    return sqlite_failure(2067, message).constraint;
  };

  CHECK(constraint("UNIQUE constraint failed: lines.order_id, lines.no") ==
        "lines.order_id, lines.no");
  CHECK(constraint("UNIQUE constraint failed: index 'by_name'") == "by_name");
  CHECK(constraint("CHECK constraint failed: positive") == "positive");
  CHECK(constraint("FOREIGN KEY constraint failed") == "");
}

TEST_CASE("SQLSTATEs are told apart where a program reacts differently") {
  CHECK(sqlstate_kind("40001") == FailureKind::serialization);
  CHECK(sqlstate_kind("40P01") == FailureKind::deadlock);
  CHECK(sqlstate_kind("55P03") == FailureKind::lock_timeout);
  CHECK(sqlstate_kind("57014") == FailureKind::statement_timeout);
  CHECK(sqlstate_kind("23505") == FailureKind::unique);
  CHECK(sqlstate_kind("23P01") == FailureKind::unique);
  CHECK(sqlstate_kind("23503") == FailureKind::foreign_key);
  CHECK(sqlstate_kind("23502") == FailureKind::not_null);
  CHECK(sqlstate_kind("23514") == FailureKind::check);
  CHECK(sqlstate_kind("22003") == FailureKind::value);
  CHECK(sqlstate_kind("25006") == FailureKind::read_only);
  CHECK(sqlstate_kind("25P02") == FailureKind::aborted);
  CHECK(sqlstate_kind("42P01") == FailureKind::unknown_table);
  CHECK(sqlstate_kind("42703") == FailureKind::unknown_column);
  CHECK(sqlstate_kind("53300") == FailureKind::resources);
  CHECK(sqlstate_kind("08006") == FailureKind::connection_lost);
  for (const char* end : {"57P01", "57P02", "57P03", "57P04", "57P05", "25P03", "25P04"})
    CHECK(sqlstate_kind(end) == FailureKind::connection_lost);
  CHECK(sqlstate_kind("25P01") == FailureKind::refused);
  CHECK(sqlstate_kind("40003") == FailureKind::connection_lost);
  CHECK(sqlstate_kind("42601") == FailureKind::refused);
  CHECK(sqlstate_kind("XX000") == FailureKind::refused);
  CHECK(sqlstate_kind("") == FailureKind::refused);
}

TEST_CASE("a constraint that only a message names loses the number of its shard") {
  CHECK(constraint_in("duplicate key value violates unique constraint \"line_pkey_102016\"") ==
        "line_pkey");
  CHECK(constraint_in("violates check constraint \"at_most_10x\"") == "at_most_10x");
  CHECK(constraint_in("violates check constraint \"level2\"") == "level2");
  CHECK(constraint_in("something else") == "");
}

TEST_CASE("each kind of failure is raised as the class that says how to react") {
  CHECK(raised<SerializationFailure>(failure(FailureKind::serialization)) != "");
  CHECK(raised<Deadlock>(failure(FailureKind::deadlock)) != "");
  CHECK(raised<LockTimeout>(failure(FailureKind::lock_timeout)) != "");
  CHECK(raised<StatementTimeout>(failure(FailureKind::statement_timeout)) != "");
  CHECK(raised<DataError>(failure(FailureKind::value)) != "");
  CHECK(raised<ReadOnly>(failure(FailureKind::read_only)) != "");
  CHECK(raised<ResourcesExhausted>(failure(FailureKind::resources)) != "");
  CHECK(raised<QueryError>(failure(FailureKind::refused)) ==
        "orders 42: the database refused the statement (CODE)");
  CHECK(raised<QueryError>(failure(FailureKind::aborted)) ==
        "orders 42: the transaction had been aborted before (CODE)");
  CHECK(raised<QueryError>(failure(FailureKind::unknown_table)) != "");
}

TEST_CASE("a lost connection is unknown at COMMIT and harmless before") {
  CHECK(raised<CommitUnknown>(failure(FailureKind::connection_lost), Stage::commit) != "");
  CHECK(raised<ConnectionLost>(failure(FailureKind::connection_lost), Stage::statement) != "");
  CHECK(raised<ConnectionLost>(failure(FailureKind::connection_lost), Stage::begin) != "");
}

TEST_CASE("an error of the server's own is unknown at COMMIT and a refusal before") {
  for (const char* code : {"XX000", "XX001", "58030"}) {
    const Failure internal = failure(FailureKind::refused, code);
    CHECK(raised<CommitUnknown>(internal, Stage::commit) ==
          std::string("orders 42: the server failed while COMMIT was under way; it may have "
                      "happened or not (") +
              code + ")");
    CHECK(raised<QueryError>(internal, Stage::statement) != "");
    CHECK(raised<QueryError>(internal, Stage::begin) != "");
  }
}

TEST_CASE("what COMMIT is sure to have refused is no unknown outcome") {
  CHECK(raised<SerializationFailure>(failure(FailureKind::serialization, "40001"), Stage::commit) !=
        "");
  CHECK(raised<ConstraintViolation>(failure(FailureKind::foreign_key, "23503"), Stage::commit) !=
        "");
  CHECK(raised<QueryError>(failure(FailureKind::refused, "P0001"), Stage::commit) != "");
  CHECK(raised<QueryError>(failure(FailureKind::aborted, "25P02"), Stage::commit) != "");
}

TEST_CASE("a violation names its constraint and never the database's message") {
  CHECK(raised<ConstraintViolation>(
            failure(FailureKind::unique, "23505", "Key (email)=(a@b.c)", "by_email")) ==
        "orders 42: the unique constraint by_email is violated (23505)");
  CHECK(raised<ConstraintViolation>(failure(FailureKind::foreign_key)) ==
        "orders 42: a foreign key is violated (CODE)");
  CHECK(raised<ConstraintViolation>(failure(FailureKind::not_null, "23502", "", "name")) ==
        "orders 42: the column name must not be NULL (23502)");
}

TEST_CASE("what the database does not know is named") {
  const auto name = [](FailureKind kind, const char* message) {
    return unknown_name(failure(kind, "", message));
  };

  CHECK(name(FailureKind::unknown_table, "no such table: carts") == "carts");
  CHECK(name(FailureKind::unknown_table, "relation \"shop.carts\" does not exist") == "shop.carts");
  CHECK(name(FailureKind::unknown_column, "no such column: colour") == "colour");
  CHECK(name(FailureKind::unknown_column,
             "no such column: \"colour\" - should this be a string literal in single-quotes?") ==
        "colour");
  CHECK(name(FailureKind::unknown_column, "table orders has no column named colour") == "colour");
  CHECK(name(FailureKind::unknown_column, "column \"colour\" does not exist") == "colour");
  CHECK(name(FailureKind::unknown_column,
             "column \"colour\" of relation \"orders\" does not exist") == "colour");
  CHECK(name(FailureKind::unknown_column, "column o.colour does not exist") == "o.colour");
  CHECK(name(FailureKind::unknown_column, "la colonne n'existe pas") == "");
}

TEST_CASE("without a place the text begins with what happened") {
  CHECK_THROWS_WITH_AS(raise(failure(FailureKind::unknown_column, "42703", "nothing known"),
                             Stage::statement, "", ""),
                       "a column does not exist (42703)", QueryError);
}
