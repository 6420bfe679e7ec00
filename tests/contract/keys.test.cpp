/// One identity, one row, one object: keys given by the program and by the database, keys used
/// again, and references that order what is written.

#include <tuple>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::Conflict;
using rowan::ConstraintViolation;
using rowan::StaleDataError;
using rowan::UsageError;

namespace {

struct Ticket {
  std::int64_t id = 0;  // given by the database
  std::int64_t version = 0;
  std::string title;
  std::vector<Note> notes;
};
rowan::Mapping<Ticket, std::int64_t> mapping_of(std::type_identity<Ticket>) {
  return rowan::aggregate("tickets", rowan::key("id", &Ticket::id, rowan::generated),
                          rowan::version("version", &Ticket::version))
      .column("title", &Ticket::title)
      .children(&Ticket::notes, rowan::child<Note>("ticket_notes", rowan::parent("ticket_id"),
                                                   rowan::position("pos"))
                                    .column("text", &Note::text));
}
Ticket ticket(std::string title, std::vector<Note> notes = {}) {
  return {0, 0, std::move(title), std::move(notes)};
}

struct Stock {
  std::string warehouse;
  std::int64_t item = 0;
  std::int64_t version = 0;
  int count = 0;
  std::vector<Note> notes;
};
rowan::Mapping<Stock, std::tuple<std::string, std::int64_t>> mapping_of(std::type_identity<Stock>) {
  return rowan::aggregate("stocks",
                          rowan::key("warehouse", &Stock::warehouse, "item", &Stock::item),
                          rowan::version("version", &Stock::version))
      .column("count", &Stock::count)
      .children(&Stock::notes, rowan::child<Note>("stock_notes", rowan::parent("warehouse", "item"),
                                                  rowan::position("pos"))
                                   .column("text", &Note::text));
}

struct Document {
  rowan::Uuid id;
  std::string title;
};
rowan::Mapping<Document, rowan::Uuid> mapping_of(std::type_identity<Document>) {
  return rowan::aggregate("documents", rowan::key("id", &Document::id), rowan::version("version"))
      .column("title", &Document::title);
}

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

// -- a key used again in one unit ---------------------------------------------------------------

TEST_CASE_TEMPLATE(
    "removed and added anew under its key in one unit is one UPDATE, and the version "
    "goes on",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto old = work.get<Order>({1});
  work.remove(old);
  auto fresh = work.add(order(1, "Bob"));
  CHECK(fresh.version() == 1);
  CHECK(fresh->version == 1);
  db.log->clear();
  work.commit();
  CHECK(db.writes() ==
        Strings{db.sql("UPDATE orders SET version = version + 1, customer = ? WHERE id = ? AND "
                       "version = ?")});
  CHECK(fresh->version == 2);
  CHECK(db.number("SELECT version FROM orders") == 2);
  CHECK_THROWS_AS((void)old->customer, UsageError);
  auto again = work.get<Order>({1});
  CHECK(again == fresh);
}

TEST_CASE_TEMPLATE("added anew with nothing changed still moves the version", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"});
  auto work = store.begin();
  work.remove(work.get<Product>(1));
  auto fresh = work.add(Product{1, "pen"});
  db.log->clear();
  work.commit();
  CHECK(db.writes() ==
        Strings{db.sql("UPDATE products SET version = version + 1 WHERE id = ? AND version = ?")});
  CHECK(fresh.version() == 2);
}

TEST_CASE_TEMPLATE("what was removed and added anew is stale where another was faster", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"});
  auto work = store.begin();
  work.remove(work.get<Product>(1));
  auto fresh = work.add(Product{1, "ink"});
  store.transact([](rowan::UnitOfWork& other) { other.get<Product>(1)->name = "chalk"; });
  CHECK_THROWS_AS(work.commit(), StaleDataError);
  CHECK(db.text("SELECT name FROM products") == "chalk");
  CHECK(fresh->name == "ink");
}

TEST_CASE_TEMPLATE("with a flush between it is a DELETE and an INSERT, and the version goes on", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"});
  auto work = store.begin();
  auto old = work.get<Product>(1);
  db.log->clear();
  work.remove(old);
  work.flush();
  auto fresh = work.add(Product{1, "ink"});
  CHECK(fresh.version() == 0);
  work.commit();
  CHECK(db.writes() ==
        Strings{db.sql("DELETE FROM products WHERE id = ? AND version = ?"),
                db.sql("INSERT INTO products (id, version, name) VALUES (?, ?, ?)")});
  CHECK(fresh.version() == 2);
  CHECK(db.number("SELECT version FROM products") == 2);
  CHECK_THROWS_AS((void)old->name, UsageError);
  fresh->name = "chalk";
  work.commit();
  CHECK(db.number("SELECT version FROM products") == 3);
}

TEST_CASE_TEMPLATE("a rollback after DELETE and INSERT under one key brings everything back", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto old = work.get<Order>({1});
  work.remove(old);
  work.flush();
  auto fresh = work.add(order(1, "Bob"));
  work.flush();
  work.rollback();
  CHECK(db.text("SELECT customer FROM orders") == "Ann");
  CHECK(db.number("SELECT version FROM orders") == 1);
  CHECK(fresh->customer == "Bob");
  CHECK(fresh.version() == 1);
  SUBCASE("and commits again as one UPDATE") {
    db.log->clear();
    work.commit();
    CHECK(db.writes().size() == 1);
    CHECK(fresh->version == 2);
    CHECK(db.text("SELECT customer FROM orders") == "Bob");
    CHECK(db.number("SELECT version FROM orders") == 2);
  }
  SUBCASE("and with the new one discarded the old one can be refreshed") {
    work.discard(fresh);
    CHECK_THROWS_AS((void)fresh->customer, UsageError);
    work.refresh(old);
    CHECK(old->customer == "Ann");
    CHECK(old.version() == 1);
    auto found = work.get<Order>({1});
    CHECK(found == old);
    old->customer = "Cid";
    work.commit();
    CHECK(db.text("SELECT customer FROM orders") == "Cid");
    CHECK(db.number("SELECT version FROM orders") == 2);
  }
}

TEST_CASE_TEMPLATE("an aggregate added and removed again in one unit is never sent", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  auto work = store.begin();
  auto ref = work.add(Product{1, "pen"});
  work.remove(ref);
  CHECK_THROWS_AS((void)ref->name, UsageError);
  work.commit();
  CHECK(db.log->sql().empty());
}

// -- a key used again by others ------------------------------------------------------------------

TEST_CASE_TEMPLATE("a generated key is never used again, so what was deleted stays deleted", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Ticket>();
  store_all(store, ticket("one"), ticket("two"));
  auto a = store.begin();
  auto mine = a.get<Ticket>(2);  // the greatest key: a plain rowid would come again
  store.transact([](rowan::UnitOfWork& b) { b.remove(b.get<Ticket>(2)); });
  store_all(store, ticket("three"));
  CHECK(db.number("SELECT max(id) FROM tickets") == 3);
  mine->title = "mine";
  const auto error = thrown<StaleDataError>([&] { a.commit(); });
  CHECK(error.conflicts().front().kind == Conflict::Kind::deleted);
  CHECK(error.concerns(mine));
  CHECK(db.number("SELECT count(*) FROM tickets WHERE title = 'mine'") == 0);
}

TEST_CASE_TEMPLATE(
    "an assigned key that another deleted and inserted anew is at version 1 again: a "
    "plain counter cannot tell, and the last writer wins",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"});
  auto a = store.begin();
  auto mine = a.get<Product>(1);
  store.transact([](rowan::UnitOfWork& b) { b.remove(b.get<Product>(1)); });
  store_all(store, Product{1, "another pen"});
  mine->name = "mine";
  a.commit();
  CHECK(db.text("SELECT name FROM products") == "mine");
  CHECK(db.number("SELECT version FROM products") == 2);
}

TEST_CASE_TEMPLATE("one key added by two units is a unique violation, not stale", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Order>();
  auto a = store.begin();
  auto b = store.begin();
  auto mine = a.add(order(1, "Cid"));
  b.add(order(1, "Bob"));
  b.commit();
  const auto error = thrown<ConstraintViolation>([&] { a.commit(); });
  CHECK(error.kind() == ConstraintViolation::Kind::unique);
  CHECK_FALSE(error.retryable());
  CHECK(std::string(error.what()).starts_with("orders 1: "));
  CHECK_FALSE(has(error.what(), "Cid"));
  CHECK(error.sql().starts_with("INSERT INTO orders"));
  CHECK(store.counters().conflicts == 0);
  CHECK(mine.version() == 0);
  a.rollback();
  a.discard(mine);
  CHECK(a.get<Order>({1})->customer == "Bob");
}

TEST_CASE_TEMPLATE("one key twice in one unit is refused by add", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"});
  auto work = store.begin();
  auto stored = work.get<Product>(1);
  auto added = work.add(Product{2, "ink"});
  db.log->clear();
  CHECK_THROWS_WITH_AS(work.add(Product{1, "x"}),
                       "products 1: the unit of work holds an aggregate with this key", UsageError);
  CHECK_THROWS_AS(work.add(Product{2, "x"}), UsageError);
  CHECK(db.log->sql().empty());
  work.commit();
  CHECK(db.number("SELECT count(*) FROM products") == 2);
}

// -- identity

TEST_CASE_TEMPLATE("every way to read an aggregate leads to the one object", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  ref->customer = "Bob";
  CHECK(work.find<Order>({1}) == ref);
  auto both = work.get_all<Order>({{1}, {2}, {1}});
  CHECK(both[0] == ref);
  CHECK(both[2] == ref);
  auto all = work.find_all<Order>(rowan::where("customer = ?", "Ann"));
  CHECK(all.front() == ref);  // as the database has it, it matches
  work.for_each<Order>({}, [&](auto each) {
    if (each.id().value == 1) CHECK(&*each == &*ref);
  });
  CHECK(ref->customer == "Bob");
  CHECK(ref.version() == 1);
  auto added = work.add(order(3));
  auto again = work.get<Order>({3});
  CHECK(again == added);
}

TEST_CASE_TEMPLATE("a stored aggregate's key cannot change, and nothing is sent", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  ref->id = {5};
  ref->customer = "Bob";
  db.log->clear();
  CHECK_THROWS_WITH_AS(
      work.commit(),
      "orders 1: the key of a stored aggregate cannot change; remove it and add one "
      "with the new key",
      UsageError);
  CHECK(db.log->sql().empty());
  ref->id = {1};
  work.commit();  // the unit has not failed
  CHECK(db.text("SELECT customer FROM orders WHERE id = 1") == "Bob");
}

TEST_CASE_TEMPLATE("a new aggregate may change its key until it is sent, not to one that is taken",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  auto work = store.begin();
  auto pen = work.add(Product{1, "pen"});
  auto ink = work.add(Product{2, "ink"});
  pen->id = 2;
  CHECK_THROWS_AS(work.commit(), UsageError);
  CHECK(db.log->sql().empty());
  pen->id = 3;
  work.commit();
  CHECK(db.text("SELECT name FROM products WHERE id = 3") == "pen");
  auto again = work.get<Product>(3);
  CHECK(again == pen);
}

// -- keys that the database gives -----------------------------------------------------------------

TEST_CASE_TEMPLATE("a generated key is 0 until the flush, and its children follow it", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Ticket>();
  auto work = store.begin();
  auto one = work.add(ticket("one", {{"a"}, {"b"}}));
  auto two = work.add(ticket("two", {{"c"}}));
  CHECK(one->id == 0);
  CHECK(one.key().empty());
  db.log->clear();
  work.flush();
  CHECK(one->id == 1);
  CHECK(two->id == 2);
  CHECK(two.key() == key_of({2}));
  CHECK(two.id() == 2);
  CHECK(db.writes().front() ==
        db.sql("INSERT INTO tickets (version, title) VALUES (?, ?) RETURNING id"));
  auto again = work.get<Ticket>(2);
  CHECK(again == two);
  work.commit();
  CHECK(one.version() == 1);
  CHECK(db.number("SELECT count(*) FROM ticket_notes WHERE ticket_id = 1") == 2);
  CHECK(db.number("SELECT count(*) FROM ticket_notes WHERE ticket_id = 2") == 1);
  db.log->clear();
  work.commit();  // what was written is what is stored
  CHECK(db.log->sql().empty());
  one->notes.pop_back();
  work.commit();
  CHECK(one->version == 2);
  CHECK(db.number("SELECT count(*) FROM ticket_notes WHERE ticket_id = 1") == 1);
}

TEST_CASE_TEMPLATE(
    "a rollback withdraws a generated key; committed again it has another, and version "
    "1 all the same",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Ticket>();
  auto work = store.begin();
  auto ref = work.add(ticket("one", {{"a"}}));
  work.flush();
  const auto given = ref->id;
  CHECK(given > 0);
  work.rollback();
  CHECK(ref->id == 0);
  CHECK(ref.key().empty());
  CHECK(ref.version() == 0);
  CHECK(ref->title == "one");
  CHECK_FALSE(work.find<Ticket>(given).has_value());
  work.commit();
  CHECK(ref->id > 0);
  CHECK(ref.version() == 1);
  CHECK(ref->version == 1);
  CHECK(db.number("SELECT count(*) FROM tickets WHERE version = 1") == 1);
  CHECK(db.number("SELECT ticket_id FROM ticket_notes") == ref->id);
}

TEST_CASE_TEMPLATE("a commit that fails behind the first INSERT withdraws the key too", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Ticket>();
  db.execute("CREATE UNIQUE INDEX one_title ON tickets (title)");
  store_all(store, ticket("taken"));
  auto work = store.begin();
  auto first = work.add(ticket("first", {{"a"}}));
  auto second = work.add(ticket("taken"));
  CHECK_THROWS_AS(work.commit(), ConstraintViolation);
  CHECK(first->id == 0);
  CHECK(first.key().empty());
  CHECK(second->id == 0);
  work.rollback();
  second->title = "free";
  work.commit();
  CHECK(first->id > 0);
  CHECK(second->id > first->id);
  CHECK(db.number("SELECT count(*) FROM tickets") == 3);
}

TEST_CASE_TEMPLATE("a key that the program gives wins over the database's", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Ticket>();
  auto work = store.begin();
  auto ref = work.add(Ticket{500, 0, "mine", {{"a"}}});
  CHECK(ref.key() == key_of({500}));
  work.commit();
  CHECK(ref->id == 500);
  CHECK(db.number("SELECT ticket_id FROM ticket_notes") == 500);
}

TEST_CASE_TEMPLATE(
    "an aggregate with a generated key that is removed within its transaction is gone", B, Sqlite,
    Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Ticket>();
  auto work = store.begin();
  auto ref = work.add(ticket("one", {{"a"}}));
  work.flush();
  work.remove(ref);
  SUBCASE("for good when it is committed") {
    work.commit();
    CHECK_THROWS_AS((void)ref->title, UsageError);
    CHECK(db.number("SELECT count(*) FROM tickets") == 0);
    CHECK(db.number("SELECT count(*) FROM ticket_notes") == 0);
  }
  SUBCASE("and as it was before its first flush when it is rolled back") {
    work.flush();
    work.rollback();
    CHECK(ref->id == 0);
    CHECK(ref.key().empty());
    CHECK(db.number("SELECT count(*) FROM tickets") == 0);
    work.commit();
    CHECK(db.number("SELECT count(*) FROM tickets") == 1);
  }
}

// -- keys of other kinds

TEST_CASE_TEMPLATE("a key of two columns is a tuple everywhere", B, Sqlite, Postgres) {
  using Id = std::tuple<std::string, std::int64_t>;
  Database<B> db;
  rowan::Store store = db.template open<Stock>();
  store_all(store, Stock{"north", 7, 0, 3, {{"a"}}}, Stock{"south", 7, 0, 4, {{"b"}}});
  auto work = store.begin();
  auto ref = work.get<Stock>(Id{"south", 7});
  CHECK(ref->count == 4);
  CHECK(ref.id() == Id{"south", 7});
  CHECK_FALSE(work.find<Stock>(Id{"west", 7}).has_value());
  CHECK(work.get_all<Stock>({{"south", 7}, {"north", 7}})[1]->count == 3);
  db.log->clear();
  ref->notes[0].text = "c";
  work.commit();
  CHECK(
      db.writes() ==
      Strings{db.sql("UPDATE stocks SET version = version + 1 WHERE warehouse = ? AND item = ? AND "
                     "version = ?"),
              db.sql("UPDATE stock_notes SET text = ? WHERE warehouse = ? AND item = ? AND pos = "
                     "?")});
  CHECK(db.text("SELECT text FROM stock_notes WHERE warehouse = 'north'") == "a");
  store.transact([](rowan::UnitOfWork& b) { b.get<Stock>({"south", 7})->count = 9; });
  ref->count = 5;
  const auto error = thrown<StaleDataError>([&] { work.commit(); });
  CHECK(error.conflicts().front().template key_as<Id>() == Id{"south", 7});
  CHECK(error.concerns(ref));
}

TEST_CASE_TEMPLATE("a Uuid is a key", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Document>();
  const auto id = rowan::Uuid::v7();
  const auto other = rowan::Uuid::v4();
  store_all(store, Document{id, "one"}, Document{other, "two"});
  auto work = store.begin();
  auto ref = work.get<Document>(id);
  CHECK(ref->title == "one");
  CHECK(ref.id() == id);
  ref->title = "1";
  work.commit();
  CHECK(ref.version() == 2);
  store.transact([&](rowan::UnitOfWork& b) { b.remove(b.get<Document>(id)); });
  ref->title = "mine";
  const auto error = thrown<StaleDataError>([&] { work.commit(); });
  CHECK(error.conflicts().front().template key_as<rowan::Uuid>() == id);
  CHECK(error.conflicts().front().kind == Conflict::Kind::deleted);
  CHECK(db.number("SELECT count(*) FROM documents") == 1);
}

// -- references between aggregates

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
    if (statement.sql.starts_with("INSERT"))
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
