/// check_tables: what is told of tables that somebody else made.

#include "sql/check_tables.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <rowan/errors.hpp>

#include "unit/sql/raw_databases.hpp"
#include "unit/sql/tables_domain.hpp"
#include "unit/sql/tracks.hpp"

using namespace rowan;
using namespace rowan::sql;

namespace {

using Strings = std::vector<std::string>;

/// The differences on the databases there are, which must agree.
Strings differences_of(const Strings& statements) {
  Strings out;
  raw::on_each_database([&](auto& db) {
    for (const auto& sql : statements) db.run(sql);
    const auto described = run_all(db, describe_tables(tracks::schema(), db.backend));
    const Strings found = differences(tracks::schema(), db.backend, described);
    if (db.backend == Backend::postgres) CHECK(found == out);
    out = found;
  });
  return out;
}

}  // namespace

TEST_CASE("tables made by others will do when they can hold what is mapped") {
  CHECK(differences_of({tracks::track, tracks::tag, tracks::parcel}) == Strings{});
  CHECK(differences_of({tracks::track, tracks::parcel,
                        "CREATE TABLE tag (place integer NOT NULL DEFAULT 0, track_id integer "
                        "NOT NULL, text varchar(20) NOT NULL, more text)",
                        "CREATE UNIQUE INDEX tag_key ON tag (text, track_id)"}) == Strings{});
}

TEST_CASE("all differences are told at once, by table and column") {
  CHECK(differences_of({tracks::parcel,
                        "CREATE TABLE track (id integer PRIMARY KEY, version bigint, "
                        "composer text NOT NULL, colour text NOT NULL)"}) ==
        Strings{"track, column name: there is no such column",
                "track, column composer: it is NOT NULL, but what is mapped may be none",
                "track, column version: a version, but it may be NULL",
                "track, column colour: it is NOT NULL without a default, and the mapping does not "
                "have it",
                "tag: there is no such table"});
}

TEST_CASE("a column of another kind than what is mapped is a difference") {
  const auto found =
      differences_of({tracks::tag, tracks::parcel,
                      "CREATE TABLE track (id integer PRIMARY KEY, version bigint NOT NULL, "
                      "name boolean, composer text)"});
  REQUIRE(found.size() == 1);
  CHECK(found[0] == "track, column name: its type boolean does not fit what is mapped, text");
}

TEST_CASE("a key must be what the database holds unique, no more and no less") {
  const std::string fault =
      "tag: no primary key or unique index is on exactly the key (track_id, text)";

  SUBCASE("less") {
    CHECK(differences_of({tracks::track, tracks::parcel,
                          "CREATE TABLE tag (track_id integer PRIMARY KEY, text text)"}) ==
          Strings{fault});
  }
  SUBCASE("more") {
    CHECK(differences_of({tracks::track, tracks::parcel,
                          "CREATE TABLE tag (track_id integer, text text, c integer DEFAULT 1, "
                          "PRIMARY KEY (track_id, text, c))"}) == Strings{fault});
  }
  SUBCASE("for some rows only") {
    CHECK(differences_of({tracks::track, tracks::parcel,
                          "CREATE TABLE tag (track_id integer, text text)",
                          "CREATE UNIQUE INDEX i ON tag (track_id, text) WHERE track_id > 1"}) ==
          Strings{fault});
  }
  SUBCASE("of an expression") {
    CHECK(differences_of(
              {tracks::track, tracks::parcel, "CREATE TABLE tag (track_id integer, text text)",
               "CREATE UNIQUE INDEX i ON tag (track_id, lower(text))"}) == Strings{fault});
  }
  SUBCASE("of the whole table, where it is only unique for its owner") {
    CHECK(differences_of({tracks::track, tracks::tag,
                          "CREATE TABLE parcel (track_id integer, id uuid, PRIMARY KEY "
                          "(track_id, id))"}) ==
          Strings{"parcel: no primary key or unique index is on exactly the key (id)"});
  }
}

TEST_CASE("a version column narrower than the member is a difference: PostgreSQL only") {
  if (!raw::Postgres::available()) return;
  for (const std::string type : {"smallint", "integer"}) {
    raw::Postgres db;
    db.run(tracks::tag);
    db.run(tracks::parcel);
    db.run("CREATE TABLE track (id integer PRIMARY KEY, version " + type +
           " NOT NULL, name text, composer text)");
    CHECK(differences(tracks::schema(), Backend::postgres,
                      run_all(db, describe_tables(tracks::schema(), Backend::postgres))) ==
          Strings{"track, column version: its type " + type +
                  " is narrower than the version's member"});
  }
}

namespace {

struct Seat {
  std::int64_t number = 0;
  std::string place;
  std::string guest;
};
struct Hall {
  std::int64_t id = 0;
  std::string city;
  std::string name;
  std::vector<Seat> seats;
};
Schema halls() {
  return Schema::of(
      aggregate("halls", key("id", &Hall::id), version("version", assigned_by_database))
          .column("city", &Hall::city)
          .column("name", &Hall::name)
          .unique(&Hall::city, &Hall::name)
          .children(&Hall::seats, child("seats", parent("hall_id"), key("number", &Seat::number))
                                      .column("place", &Seat::place)
                                      .column("guest", &Seat::guest)
                                      .unique(&Seat::place)
                                      .unique(&Seat::guest)));
}
constexpr auto hall =
    "CREATE TABLE halls (id bigint PRIMARY KEY, version bigint NOT NULL DEFAULT 1, "
    "city varchar(9), name varchar(9)";
constexpr auto seat =
    "CREATE TABLE seats (hall_id bigint, number bigint, place varchar(9), guest varchar(9), "
    "PRIMARY KEY (hall_id, number)";

/// As differences_of.
Strings differences_of_halls(const Strings& statements) {
  Strings out;
  raw::on_each_database([&](auto& db) {
    for (const auto& sql : statements) db.run(sql);
    const Strings found =
        differences(halls(), db.backend, run_all(db, describe_tables(halls(), db.backend)));
    if (db.backend == Backend::postgres) CHECK(found == out);
    out = found;
  });
  return out;
}

}  // namespace

TEST_CASE("values that the mapping calls unique must be kept so by the database") {
  const std::string of_halls =
      "halls: no unique constraint or index keeps city, name unique, as the mapping says it is";
  const std::string of_seats = "seats: no unique constraint or index keeps ";

  SUBCASE("nothing keeps them") {
    CHECK(differences_of_halls({std::string(hall) + ")", std::string(seat) + ")"}) ==
          Strings{of_halls, of_seats + "place unique, as the mapping says it is",
                  of_seats + "guest unique, as the mapping says it is"});
  }
  SUBCASE("constraints and indexes do, those of fewer columns too") {
    CHECK(differences_of_halls({std::string(hall) + ", UNIQUE (name, city))",
                                std::string(seat) + ", UNIQUE (hall_id, place))",
                                "CREATE UNIQUE INDEX guests ON seats (guest)"}) == Strings{});
  }
  SUBCASE("those of more columns or of some rows do not") {
    CHECK(differences_of_halls({std::string(hall) + ", UNIQUE (city, name, id))",
                                std::string(seat) + ", UNIQUE (hall_id, place))",
                                "CREATE UNIQUE INDEX g ON seats (guest) WHERE number > 1"}) ==
          Strings{of_halls, of_seats + "guest unique, as the mapping says it is"});
  }
}

TEST_CASE("a version that the database is to give needs a default on SQLite") {
  raw::Sqlite db;
  db.run(
      "CREATE TABLE halls (id bigint PRIMARY KEY, version bigint NOT NULL, city text, name text, "
      "UNIQUE (city, name))");
  db.run(std::string(seat) + ", UNIQUE (hall_id, place), UNIQUE (hall_id, guest))");
  CHECK(differences(halls(), Backend::sqlite,
                    run_all(db, describe_tables(halls(), Backend::sqlite))) ==
        Strings{"halls, column version: a version that the database is to give, but it has no "
                "default"});
}

TEST_CASE("names are compared as the database compares them") {
  const Strings statements{tracks::tag, tracks::parcel,
                           "CREATE TABLE \"Track\" (\"ID\" integer PRIMARY KEY, version bigint "
                           "NOT NULL, \"Name\" text, composer text)"};
  raw::Sqlite sqlite;
  for (const auto& sql : statements) sqlite.run(sql);
  CHECK(differences(tracks::schema(), Backend::sqlite,
                    run_all(sqlite, describe_tables(tracks::schema(), Backend::sqlite))) ==
        Strings{});

  if (!raw::Postgres::available()) return;
  raw::Postgres postgres;
  for (const auto& sql : statements) postgres.run(sql);
  CHECK(differences(tracks::schema(), Backend::postgres,
                    run_all(postgres, describe_tables(tracks::schema(), Backend::postgres))) ==
        Strings{"track: there is no such table"});
}

TEST_CASE("generated columns and those the database numbers need no default") {
  raw::Sqlite sqlite;
  for (const auto& sql :
       {std::string(tracks::tag), std::string(tracks::parcel), std::string(tracks::track)})
    sqlite.run(sql);
  sqlite.run("ALTER TABLE track ADD COLUMN size integer NOT NULL AS (length(name))");
  CHECK(differences(tracks::schema(), Backend::sqlite,
                    run_all(sqlite, describe_tables(tracks::schema(), Backend::sqlite))) ==
        Strings{});

  if (!raw::Postgres::available()) return;
  raw::Postgres postgres;
  for (const auto& sql :
       {std::string(tracks::tag), std::string(tracks::parcel), std::string(tracks::track)})
    postgres.run(sql);
  postgres.run(
      "ALTER TABLE track ADD COLUMN size integer NOT NULL GENERATED ALWAYS AS "
      "(length(name)) STORED, ADD COLUMN no bigint GENERATED ALWAYS AS IDENTITY, "
      "ADD COLUMN serial serial");
  CHECK(differences(tracks::schema(), Backend::postgres,
                    run_all(postgres, describe_tables(tracks::schema(), Backend::postgres))) ==
        Strings{});
}

TEST_CASE("PostgreSQL's enums, domains and JSON take text, and a character(n) does not") {
  if (!raw::Postgres::available()) return;
  raw::Postgres db;
  db.run("CREATE TYPE mood AS ENUM ('glad', 'sad')");
  db.run("CREATE DOMAIN word AS varchar(20) NOT NULL");
  db.run("CREATE DOMAIN title AS word");
  db.run("CREATE DOMAIN padded AS char(3)");
  db.run("CREATE DOMAIN code AS padded");
  db.run(tracks::tag);
  db.run(tracks::parcel);
  const auto with_name = [&](const std::string& type) {
    db.run("DROP TABLE IF EXISTS track");
    db.run("CREATE TABLE track (id integer PRIMARY KEY, version bigint NOT NULL, name " + type +
           ", composer text)");
    return differences(tracks::schema(), Backend::postgres,
                       run_all(db, describe_tables(tracks::schema(), Backend::postgres)));
  };
  for (const std::string type : {"mood", "word", "title", "jsonb", "bpchar"}) {
    CAPTURE(type);
    CHECK(with_name(type) == Strings{});
  }
  for (const std::string type : {"char(3)", "padded", "code"}) {
    CAPTURE(type);
    CHECK(with_name(type) ==
          Strings{"track, column name: its type character does not fit what is mapped, text"});
  }
  db.run("DROP TABLE track");
  db.run(
      "CREATE TABLE track (id integer PRIMARY KEY, version bigint NOT NULL, name text, "
      "composer title)");
  CHECK(differences(tracks::schema(), Backend::postgres,
                    run_all(db, describe_tables(tracks::schema(), Backend::postgres))) ==
        Strings{"track, column composer: it is NOT NULL, but what is mapped may be none"});
}

TEST_CASE("a domain over a domain is of the type beneath both: PostgreSQL only") {
  if (!raw::Postgres::available()) return;
  raw::Postgres db;
  db.run("CREATE DOMAIN counted AS bigint NOT NULL");
  db.run("CREATE DOMAIN defaulted AS counted DEFAULT 1");
  db.run("CREATE DOMAIN outermost AS defaulted");
  db.run("CREATE DOMAIN without AS defaulted");
  db.run("ALTER DOMAIN without DROP DEFAULT");
  db.run(tracks::tag);
  db.run(tracks::parcel);
  db.run(
      "CREATE TABLE track (id outermost PRIMARY KEY, version outermost, name text, composer text, "
      "fine outermost, surprise without)");
  CHECK(differences(tracks::schema(), Backend::postgres,
                    run_all(db, describe_tables(tracks::schema(), Backend::postgres))) ==
        Strings{"track, column surprise: it is NOT NULL without a default, and the mapping does "
                "not have it"});
  // As the database has it.
  CHECK_THROWS(db.run("INSERT INTO track (id, version) VALUES (1, 1)"));
  CHECK_NOTHROW(db.run("INSERT INTO track (id, version, surprise) VALUES (1, 1, 1)"));
}
