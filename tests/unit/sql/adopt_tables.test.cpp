/// adopt_tables: what it adds to tables that somebody else made.

#include "sql/adopt_tables.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <rowan/errors.hpp>

#include "sql/check_tables.hpp"
#include "unit/sql/raw_databases.hpp"
#include "unit/sql/tracks.hpp"

using namespace rowan;
using namespace rowan::sql;
using Strings = std::vector<std::string>;

TEST_CASE("adopting adds the version column where it is missing, and nothing else") {
  raw::on_each_database([](auto& db) {
    db.run("CREATE TABLE track (id integer PRIMARY KEY, name text, composer text)");
    db.run("INSERT INTO track VALUES (7, 'n', 'c')");
    db.run(tracks::tag);
    db.run(tracks::parcel);

    const auto statements = adopt_tables(
        tracks::schema(), db.backend, run_all(db, describe_tables(tracks::schema(), db.backend)));
    REQUIRE(statements.size() == 1);
    CHECK(statements[0].sql.str() == (db.backend == Backend::sqlite
                                          ? "ALTER TABLE track ADD COLUMN version INTEGER NOT NULL "
                                            "DEFAULT 1"
                                          : "ALTER TABLE track ADD COLUMN version bigint NOT NULL "
                                            "DEFAULT 1"));
    run_all(db, statements);

    const auto described = run_all(db, describe_tables(tracks::schema(), db.backend));
    CHECK(differences(tracks::schema(), db.backend, described) == Strings{});
    CHECK(adopt_tables(tracks::schema(), db.backend, described).empty());
    CHECK(db.run("SELECT CAST(version AS bigint) FROM track").rows[0][0] == Value(std::int64_t{1}));
  });
}

TEST_CASE("adopting names every table that is missing and does nothing") {
  raw::Sqlite db;
  db.run(tracks::tag);
  const auto described = run_all(db, describe_tables(tracks::schema(), Backend::sqlite));

  try {
    (void)adopt_tables(tracks::schema(), Backend::sqlite, described);
    FAIL("no error");
  } catch (const SchemaMismatch& error) {
    CHECK(error.differences() ==
          Strings{"track: there is no such table", "parcel: there is no such table"});
  }
}
