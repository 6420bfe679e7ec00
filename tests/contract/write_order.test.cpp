/// Unique values that change hands and rows that refer to each other, in one flush.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::ConstraintViolation;

namespace {

/// A seat may be nobody's, a number must be somebody's.
struct Guest {
  std::int64_t id = 0;
  int number = 0;
  std::optional<int> seat;
  std::string name;
};
/// Refers to another of its kind, and may be without.
struct Step {
  std::int64_t id = 0;
  std::optional<std::int64_t> after;
};
struct Party {
  std::int64_t id = 0;
  std::int64_t version = 0;
  std::string title;
  std::optional<std::string> badge;
  std::optional<std::int64_t> host;
  std::vector<Guest> guests;
  std::vector<Step> steps;
};

rowan::Mapping<Party, std::int64_t> mapping_of(std::type_identity<Party>) {
  using rowan::child, rowan::key, rowan::parent, rowan::references;
  return rowan::aggregate("parties", key("id", &Party::id),
                          rowan::version("version", &Party::version))
      .column("title", &Party::title)
      .column("badge", &Party::badge)
      .column("host", &Party::host, references("guests"))
      .children(&Party::guests, child("guests", parent("party_id"), key("id", &Guest::id))
                                    .column("number", &Guest::number)
                                    .column("seat", &Guest::seat)
                                    .column("name", &Guest::name)
                                    .unique(&Guest::number)
                                    .unique(&Guest::seat))
      .children(&Party::steps, child("steps", parent("party_id"), key("id", &Step::id))
                                   .column("after_step", &Step::after, references("steps")))
      .unique(&Party::title)
      .unique(&Party::badge);
}

Party party(std::int64_t id) {
  const std::string name = std::to_string(id);
  return {.id = id,
          .title = "title " + name,
          .badge = "badge " + name,
          .host = {},
          .guests = {{1, 1, 11, "Ann"}, {2, 2, 12, "Bob"}, {3, 3, 13, "Cid"}},
          .steps = {}};
}

/// The tables with every reference made a foreign key that is checked at each statement.
template <class B>
struct Parties {
  Database<B> db;
  rowan::Store store = [this] {
    // SQLite takes the circle as it is; PostgreSQL wants a table before it is referred to.
    const std::string host = db.postgres ? "" : ", FOREIGN KEY (id, host) REFERENCES guests";
    for (const std::string& sql :
         {"CREATE TABLE parties (id bigint PRIMARY KEY, version bigint NOT NULL, title text "
          "UNIQUE, badge text UNIQUE, host bigint" +
              host + ")",
          std::string(
              "CREATE TABLE guests (party_id bigint NOT NULL REFERENCES parties, id bigint NOT "
              "NULL, "
              "number integer NOT NULL, seat integer, name text, PRIMARY KEY (party_id, id), "
              "UNIQUE (party_id, number), UNIQUE (party_id, seat))"),
          std::string("CREATE TABLE steps (party_id bigint NOT NULL REFERENCES parties, id bigint "
                      "NOT NULL, "
                      "after_step bigint, PRIMARY KEY (party_id, id), "
                      "FOREIGN KEY (party_id, after_step) REFERENCES steps)")})
      db.execute(sql);
    if (B::backend == rowan::Backend::postgres)
      db.execute("ALTER TABLE parties ADD FOREIGN KEY (id, host) REFERENCES guests");
    return db.open(rowan::Schema::of<Party>());
  }();

  Parties() { store_all(store, party(1), party(2), party(3)); }
};

template <class F>
std::int64_t change(rowan::Store& store, F&& edit) {
  return store.transact([&](rowan::UnitOfWork& work) {
    auto one = work.get<Party>(1);
    edit(*one);
    work.commit();
    return one.version();
  });
}

}  // namespace

TEST_CASE_TEMPLATE("two children swap a unique value that may be NULL", B, Sqlite, Postgres) {
  Parties<B> on;
  CHECK(change(on.store, [](Party& p) { std::swap(p.guests[0].seat, p.guests[1].seat); }) == 2);
  CHECK(on.db.number("SELECT seat FROM guests WHERE party_id = 1 AND id = 1") == 12);
  CHECK(on.db.number("SELECT seat FROM guests WHERE party_id = 1 AND id = 2") == 11);
}

TEST_CASE_TEMPLATE("two children swap a unique value that may not be NULL", B, Sqlite, Postgres) {
  Parties<B> on;
  CHECK(change(on.store, [](Party& p) { std::swap(p.guests[0].number, p.guests[1].number); }) == 2);
  CHECK(on.db.number("SELECT number FROM guests WHERE party_id = 1 AND id = 1") == 2);
  CHECK(on.db.text("SELECT name FROM guests WHERE party_id = 1 AND id = 1") == "Ann");
  CHECK(on.db.number("SELECT count(*) FROM guests WHERE party_id = 1") == 3);
}

TEST_CASE_TEMPLATE("all of them move on by one, round in a circle", B, Sqlite, Postgres) {
  Parties<B> on;
  CHECK(change(on.store, [](Party& p) {
          for (Guest& guest : p.guests) {
            guest.number = guest.number % 3 + 1;
            guest.seat = 10 + guest.number;
          }
        }) == 2);
  CHECK(on.db.number("SELECT sum(number * id) FROM guests WHERE party_id = 1") == 2 + 6 + 3);
  CHECK(on.db.number("SELECT sum(seat * id) FROM guests WHERE party_id = 1") == 12 + 26 + 33);
}

TEST_CASE_TEMPLATE("each takes the value of the next, and the last a new one", B, Sqlite,
                   Postgres) {
  Parties<B> on;
  for (const int by : {1, -1})
    change(on.store, [&](Party& p) {
      for (Guest& guest : p.guests) guest.number += by;
    });
  CHECK(on.db.number("SELECT sum(number * id) FROM guests WHERE party_id = 1") == 1 + 4 + 9);
  CHECK(on.db.number("SELECT version FROM parties WHERE id = 1") == 3);
}

TEST_CASE_TEMPLATE("a value of a child that is removed is free for one that is added", B, Sqlite,
                   Postgres) {
  Parties<B> on;
  change(on.store, [](Party& p) {
    p.guests.erase(p.guests.begin());
    p.guests.push_back({9, 1, 11, "Dan"});
  });
  CHECK(on.db.text("SELECT name FROM guests WHERE party_id = 1 AND number = 1") == "Dan");
}

TEST_CASE_TEMPLATE("a value that two children have is refused, and nothing is written", B, Sqlite,
                   Postgres) {
  Parties<B> on;
  auto work = on.store.begin();
  auto one = work.template get<Party>(1);
  one->guests[0].number = 2;
  CHECK(thrown<ConstraintViolation>([&] { work.commit(); }).kind() ==
        ConstraintViolation::Kind::unique);
  work.rollback();
  CHECK(on.db.number("SELECT version FROM parties WHERE id = 1") == 1);
}

TEST_CASE_TEMPLATE("two roots swap a unique value that may be NULL, each at one more version", B,
                   Sqlite, Postgres) {
  Parties<B> on;
  auto work = on.store.begin();
  auto one = work.template get<Party>(1);
  auto two = work.template get<Party>(2);
  std::swap(one->badge, two->badge);
  work.commit();
  CHECK(one.version() == 2);
  CHECK(two.version() == 2);
  CHECK(on.db.text("SELECT badge FROM parties WHERE id = 1") == "badge 2");
  CHECK(on.db.text("SELECT badge FROM parties WHERE id = 2") == "badge 1");
  CHECK(on.db.number("SELECT sum(version) FROM parties WHERE id < 3") == 4);
}

TEST_CASE_TEMPLATE("a root takes the unique value that a later one gives up", B, Sqlite, Postgres) {
  Parties<B> on;
  auto work = on.store.begin();
  auto one = work.template get<Party>(1);
  auto two = work.template get<Party>(2);
  auto three = work.template get<Party>(3);
  one->title = two->title;
  two->title = three->title;
  three->title = "new";
  work.commit();
  CHECK(on.db.text("SELECT title FROM parties WHERE id = 1") == "title 2");
  CHECK(on.db.text("SELECT title FROM parties WHERE id = 2") == "title 3");
  CHECK(on.db.number("SELECT sum(version) FROM parties") == 6);
}

TEST_CASE_TEMPLATE("a new root takes the unique value of one that is removed", B, Sqlite,
                   Postgres) {
  Parties<B> on;
  auto work = on.store.begin();
  work.remove(work.template get<Party>(1));
  Party other = party(1);
  other.id = 9;
  work.add(std::move(other));
  work.commit();
  CHECK(on.db.number("SELECT id FROM parties WHERE title = 'title 1'") == 9);
  CHECK(on.db.number("SELECT count(*) FROM guests WHERE party_id = 1") == 0);
}

TEST_CASE_TEMPLATE("children that refer to each other are inserted and removed in order", B, Sqlite,
                   Postgres) {
  Parties<B> on;
  change(on.store, [](Party& p) { p.steps = {{1, 2}, {2, 3}, {3, {}}, {4, 1}}; });
  CHECK(on.db.number("SELECT count(*) FROM steps") == 4);
  change(on.store, [](Party& p) { p.steps = {{3, {}}}; });
  CHECK(on.db.number("SELECT count(*) FROM steps") == 1);
}

TEST_CASE_TEMPLATE("a circle of new children is closed by an update", B, Sqlite, Postgres) {
  Parties<B> on;
  CHECK(change(on.store, [](Party& p) { p.steps = {{1, 2}, {2, 3}, {3, 1}}; }) == 2);
  CHECK(on.db.number("SELECT sum(after_step * id) FROM steps") == 2 + 6 + 3);
}

TEST_CASE_TEMPLATE("a stored child comes to refer to a new one", B, Sqlite, Postgres) {
  Parties<B> on;
  change(on.store, [](Party& p) { p.steps = {{1, {}}}; });
  change(on.store, [](Party& p) {
    p.steps[0].after = 2;
    p.steps.push_back({2, {}});
  });
  CHECK(on.db.number("SELECT after_step FROM steps WHERE id = 1") == 2);
}

TEST_CASE_TEMPLATE(
    "a root refers to its own child: inserted, changed and removed at one version each", B, Sqlite,
    Postgres) {
  Parties<B> on;
  auto work = on.store.begin();
  Party made = party(5);
  made.host = 2;
  auto five = work.add(std::move(made));
  work.commit();
  CHECK(five.version() == 1);
  if (!on.db.postgres) on.db.execute("PRAGMA foreign_keys = ON");  // of the session that tries it
  CHECK_THROWS_AS(on.db.execute("UPDATE parties SET host = 9 WHERE id = 5"), soci::soci_error);
  CHECK(on.db.number("SELECT host FROM parties WHERE id = 5") == 2);
  five->guests.push_back({7, 7, {}, "Eve"});
  five->host = 7;
  work.commit();
  CHECK(five.version() == 2);
  CHECK(on.db.number("SELECT version FROM parties WHERE id = 5") == 2);
  CHECK(on.db.number("SELECT host FROM parties WHERE id = 5") == 7);
  work.remove(five);
  work.commit();
  CHECK(on.db.number("SELECT count(*) FROM guests WHERE party_id = 5") == 0);
}

TEST_CASE_TEMPLATE("create_tables makes the unique constraints, of children per owner", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Party>();
  store_all(store, party(1), party(2));
  auto work = store.begin();
  work.template get<Party>(1)->guests[0].seat = 12;
  CHECK_THROWS_AS(work.commit(), ConstraintViolation);
  work.rollback();
  auto other = store.begin();
  other.template get<Party>(2)->title = "title 1";
  CHECK_THROWS_AS(other.commit(), ConstraintViolation);
}
