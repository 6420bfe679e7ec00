/// Other aggregates that the database itself changes when one is removed.

#include <optional>

#include "orders.hpp"

using namespace contract;
using rowan::ConstraintViolation;
using rowan::UnitOfWork;

namespace {

struct Club {
  std::int64_t id = 0;
  std::string name;
};
rowan::Mapping<Club, std::int64_t> mapping_of(std::type_identity<Club>) {
  return rowan::aggregate("clubs", rowan::key("id", &Club::id), rowan::version("version"))
      .column("name", &Club::name);
}
struct Member {
  std::int64_t id = 0;
  std::optional<std::int64_t> club{};
  std::string name = "Ann";
};
rowan::Mapping<Member, std::int64_t> mapping_of(std::type_identity<Member>) {
  return rowan::aggregate("members", rowan::key("id", &Member::id), rowan::version("version"))
      .column("club_id", &Member::club, rowan::references("clubs"))
      .column("name", &Member::name);
}

/// Club 1 with members 1 and 2.
template <class B>
rowan::Store open_clubs(Database<B>& db, const std::string& on_delete) {
  db.execute(
      "CREATE TABLE clubs (id bigint PRIMARY KEY, version bigint NOT NULL, name varchar(20))");
  db.execute(
      "CREATE TABLE members (id bigint PRIMARY KEY, version bigint NOT NULL, club_id bigint "
      "REFERENCES clubs (id) ON DELETE " +
      on_delete + ", name varchar(20))");
  rowan::Store store = db.open(rowan::Schema::of<Club, Member>());
  store_all(store, Club{1, "chess"}, Member{1, 1}, Member{2, 1});
  return store;
}

void remove_club(rowan::Store& store) {
  UnitOfWork unit = store.begin();
  unit.remove<Club>(1);
  unit.commit();
}

}  // namespace

TEST_CASE_TEMPLATE("what the database sets to NULL elsewhere bumps nobody and makes nobody stale",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_clubs(db, "SET NULL");
  auto work = store.begin();
  auto one = work.get<Member>(1);
  auto two = work.get<Member>(2);
  remove_club(store);
  CHECK(db.number("SELECT count(*) FROM members WHERE club_id IS NULL AND version = 1") == 2);
  one->name = "Bob";  // only that column is written
  work.commit();
  CHECK(one.version() == 2);
  CHECK(one->club == 1);  // memory is as it was read
  CHECK(db.number("SELECT count(*) FROM members WHERE club_id IS NULL") == 2);
  work.refresh(one);
  CHECK(!one->club);
  CHECK(two.version() == 1);
}

TEST_CASE_TEMPLATE("removed in the unit that holds what refers to it, that is not bumped either", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_clubs(db, "SET NULL");
  auto work = store.begin();
  auto one = work.get<Member>(1);
  auto two = work.get<Member>(2);
  work.remove(work.get<Club>(1));
  one->club.reset();  // said, and so it is a change as any other
  db.log->clear();
  work.commit();
  CHECK(one.version() == 2);
  CHECK(two.version() == 1);
  CHECK(db.writes().size() == 2);
  CHECK(db.number("SELECT count(*) FROM members WHERE club_id IS NULL") == 2);
  CHECK(db.number("SELECT sum(version) FROM members") == 3);
}

TEST_CASE_TEMPLATE("a removal that others still refer to is a foreign key violation, not stale", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_clubs(db, "NO ACTION");
  auto work = store.begin();
  auto club = work.get<Club>(1);
  work.remove(club);
  const auto error = thrown<ConstraintViolation>([&] { work.commit(); });
  CHECK(error.kind() == ConstraintViolation::Kind::foreign_key);
  CHECK(std::string(error.what()).starts_with("clubs 1: "));
  CHECK(store.counters().conflicts == 0);
  work.rollback();
  for (const std::int64_t id : {1, 2}) work.remove<Member>(id);
  work.commit();
  CHECK(db.number("SELECT count(*) FROM clubs") == 0);
}
