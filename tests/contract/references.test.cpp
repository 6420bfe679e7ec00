/// References between aggregates order what is written.

#include "database.hpp"
#include "orders.hpp"

using namespace contract;

namespace {

struct Team {
  std::int64_t id = 0;
  std::string name;
  std::optional<std::int64_t> captain{};
};
rowan::Mapping<Team, std::int64_t> mapping_of(std::type_identity<Team>) {
  return rowan::aggregate("teams", rowan::key("id", &Team::id), rowan::version("version"))
      .column("name", &Team::name)
      .column("captain_id", &Team::captain, rowan::references("players"));
}

struct Player {
  std::int64_t id = 0;
  std::int64_t team = 0;
  std::optional<std::int64_t> mentor{};
};
rowan::Mapping<Player, std::int64_t> mapping_of(std::type_identity<Player>) {
  return rowan::aggregate("players", rowan::key("id", &Player::id), rowan::version("version"))
      .column("team_id", &Player::team, rowan::references("teams"))
      .column("mentor_id", &Player::mentor, rowan::references("players"));
}

/// Teams and players, in tables that check each reference at once.
template <class B>
rowan::Store open_league(Database<B>& db) {
  const std::string to_player = db.postgres ? "" : " REFERENCES players (id)";
  db.execute(
      "CREATE TABLE teams (id bigint PRIMARY KEY, version bigint NOT NULL, name varchar(20), "
      "captain_id bigint" +
      to_player + ")");
  db.execute(
      "CREATE TABLE players (id bigint PRIMARY KEY, version bigint NOT NULL, "
      "team_id bigint NOT NULL REFERENCES teams (id), "
      "mentor_id bigint REFERENCES players (id))");
  if (db.postgres)
    db.execute("ALTER TABLE teams ADD FOREIGN KEY (captain_id) REFERENCES players (id)");
  return db.open(rowan::Schema::of<Team, Player>());
}

/// "INSERT players", "DELETE teams"... of what was written.
template <class B>
Strings verbs(const Database<B>& db) {
  Strings out;
  for (const auto& sql : db.writes()) {
    std::string verb = sql.substr(0, 6);
    for (const char* table : {"teams", "players"})
      if (sql.find(" " + std::string(table) + " ") < 20) verb += std::string(" ") + table;
    out.push_back(verb);
  }
  return out;
}

}  // namespace

TEST_CASE_TEMPLATE("what others refer to is inserted before them", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_league(db);
  auto work = store.begin();
  work.add(Player{7, 1});
  work.add(Team{1, "reds"});
  work.commit();
  CHECK(verbs(db) == Strings{"INSERT teams", "INSERT players"});
  CHECK(db.number("SELECT team_id FROM players") == 1);
}

TEST_CASE_TEMPLATE(
    "a stored root that points at a new one gets a second UPDATE at the new version, "
    "without another bump",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_league(db);
  store_all(store, Team{1, "reds"});
  auto work = store.begin();
  auto team = work.get<Team>(1);
  db.log->clear();
  work.add(Player{7, 1});
  team->captain = 7;
  team->name = "blues";
  work.commit();
  CHECK(
      db.writes() ==
      Strings{db.sql("UPDATE teams SET version = version + 1, name = ? WHERE id = ? AND version = "
                     "?"),
              db.sql("INSERT INTO players (id, version, team_id, mentor_id) VALUES (?, ?, ?, ?)"),
              db.sql("UPDATE teams SET captain_id = ? WHERE id = ? AND version = ?")});
  for (const auto& statement : db.log->statements())
    if (has(statement.sql, "captain_id = "))
      CHECK(statement.params.back() == rowan::Value(std::int64_t{2}));
  CHECK(team.version() == 2);
  CHECK(db.number("SELECT version FROM teams") == 2);
  CHECK(db.number("SELECT captain_id FROM teams") == 7);
  db.log->clear();
  work.commit();
  CHECK(db.log->sql().empty());
}

TEST_CASE_TEMPLATE(
    "rows of one table that refer to each other are inserted in order, and one may name "
    "itself",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_league(db);
  store_all(store, Team{1, "reds"});
  auto work = store.begin();
  work.add(Player{1, 1, 2});
  work.add(Player{2, 1, 3});
  work.add(Player{3, 1, 3});
  db.log->clear();
  work.commit();
  std::vector<std::int64_t> keys;
  for (const auto& statement : db.log->statements())
    if (statement.sql.str().starts_with("INSERT"))
      keys.push_back(std::get<std::int64_t>(statement.params[0]));
  CHECK(keys == std::vector<std::int64_t>{3, 2, 1});
  CHECK(db.number("SELECT mentor_id FROM players WHERE id = 3") == 3);
}

TEST_CASE_TEMPLATE(
    "a circle of two new roots is cut at the column that may be NULL, whoever was added "
    "first",
    B, Sqlite, Postgres) {
  for (const bool team_first : {false, true}) {
    CAPTURE(team_first);
    Database<B> db;
    rowan::Store store = open_league(db);
    auto work = store.begin();
    if (team_first) work.add(Team{1, "reds", 7});
    work.add(Player{7, 1});
    if (!team_first) work.add(Team{1, "reds", 7});
    work.commit();
    CHECK(verbs(db) == Strings{"INSERT teams", "INSERT players", "UPDATE teams"});
    CHECK(db.number("SELECT captain_id FROM teams") == 7);
    CHECK(db.number("SELECT count(*) FROM teams WHERE version = 1") == 1);
    CHECK(work.get<Team>(1).version() == 1);
  }
}

TEST_CASE_TEMPLATE("what refers to others is removed before them", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_league(db);
  store_all(store, Team{1, "reds"}, Team{2, "blues"});
  store_all(store, Player{1, 1, 2}, Player{2, 1, 3}, Player{3, 1});
  auto work = store.begin();
  auto three = work.get<Player>(3);
  work.remove(work.get<Team>(1));
  work.remove(work.get<Player>(2));
  work.remove(work.get<Player>(1));
  three->team = 2;
  db.log->clear();
  work.commit();
  CHECK(verbs(db) == Strings{"UPDATE players", "DELETE players", "DELETE players", "DELETE teams"});
  CHECK(db.number("SELECT count(*) FROM players") == 1);
}
