/// Keys that the database gives.

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

}  // namespace

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
  SUBCASE("and forgotten when it is rolled back") {
    work.flush();
    work.rollback();
    CHECK_THROWS_AS((void)ref->title, UsageError);
    work.commit();
    CHECK(db.number("SELECT count(*) FROM tickets") == 0);
  }
}

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

TEST_CASE_TEMPLATE("keys that have to be waited for are no progress to be told of", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Ticket>();
  int told = 0;
  auto work = store.begin({.progress = [&](const rowan::Progress&) { ++told; }});
  work.add(ticket("one", {{"a"}}));
  work.add(ticket("two"));
  work.commit();
  CHECK(told == 0);
  CHECK(db.number("SELECT count(*) FROM tickets") == 2);
}
