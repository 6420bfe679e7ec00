/// Histories in tables of others, of keys of each kind, and of versions that are unique.

#include <tuple>
#include <vector>

#include "orders.hpp"

using namespace contract;
using rowan::Revision;

namespace {

struct Page {
  std::string book;
  std::int64_t number = 0;
  std::string text;
};
rowan::Mapping<Page, std::tuple<std::string, std::int64_t>> mapping_of(std::type_identity<Page>) {
  return rowan::aggregate("pages", rowan::key("book", &Page::book, "number", &Page::number),
                          rowan::version("edition", rowan::unique_versions))
      .column("text", &Page::text)
      .history("page_history");
}
rowan::Mapping<Page, std::tuple<std::string, std::int64_t>> counted_pages() {
  return rowan::aggregate("pages", rowan::key("book", &Page::book, "number", &Page::number),
                          rowan::version("edition"))
      .column("text", &Page::text)
      .history("page_history");
}

struct Ticket {
  std::int64_t id = 0;
  std::string text;
};
rowan::Mapping<Ticket, std::int64_t> mapping_of(std::type_identity<Ticket>) {
  return rowan::aggregate("tickets", rowan::key("id", &Ticket::id, rowan::generated),
                          rowan::version("version"))
      .column("text", &Ticket::text)
      .history("ticket_history");
}

struct Answer {
  bool yes = false;
  rowan::Uuid by;
  std::int64_t votes = 0;
};
struct Poll {
  std::int64_t id = 0;
  std::vector<Answer> answers;
};
rowan::Mapping<Poll, std::int64_t> mapping_of(std::type_identity<Poll>) {
  using rowan::child, rowan::key, rowan::parent;
  return rowan::aggregate("polls", key("id", &Poll::id), rowan::version("version"))
      .children(&Poll::answers,
                child("answers", parent("poll_id"), key("yes", &Answer::yes, "by", &Answer::by))
                    .column("votes", &Answer::votes))
      .history("poll_history");
}

void change(rowan::Store& store, const std::string& text) {
  store.transact([&](rowan::UnitOfWork& work) { work.get<Page>({"a", 1})->text = text; });
}

}  // namespace

TEST_CASE_TEMPLATE("unique versions have a history, in which none is made of one twice", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Page>();
  store.check_tables();
  store_all(store, Page{"a", 1, "one"});
  change(store, "two");
  store.transact([](rowan::UnitOfWork& work) { work.remove(work.get<Page>({"a", 1})); });
  store_all(store, Page{"a", 1, "anew"});
  const auto history = store.history<Page>({"a", 1});
  REQUIRE(history.size() == 4);
  for (std::size_t i = 0; i < history.size(); ++i)
    CHECK((history[i].version >> 32) == static_cast<std::int64_t>(i + 1));
  CHECK(store.begin().template get_at<Page>({"a", 1}, history[1].version)->text == "two");
  CHECK(history[2].operation == Revision::Operation::removed);
  // Whoever makes another third version of the second fails.
  CHECK_THROWS_AS(db.execute("INSERT INTO page_history SELECT book, number, edition + 1, "
                             "changed_at, author, operation, changes, state, commit_id FROM "
                             "page_history WHERE operation = 'changed'"),
                  soci::soci_error);
}

TEST_CASE_TEMPLATE("versions that were counted can become unique", B, Sqlite, Postgres) {
  Database<B> db;
  {
    rowan::Store store = db.open(rowan::Schema::of(counted_pages()));
    store.create_tables();
    store_all(store, Page{"a", 1, "one"});
    change(store, "two");
  }
  rowan::Store store = db.template open<Page>();
  change(store, "three");
  const auto history = store.history<Page>({"a", 1});
  REQUIRE(history.size() == 3);
  CHECK(history[1].version == 2);
  CHECK((history[2].version >> 32) == 1);
}

TEST_CASE_TEMPLATE("a key that the database has given is in the history", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Ticket>();
  auto work = store.begin({.author = "ada"});
  auto first = work.add(Ticket{0, "first"});
  auto second = work.add(Ticket{0, "second"});
  work.flush();
  second->text = "other";
  work.commit();
  CHECK(store.history<Ticket>(first->id).size() == 1);
  const auto history = store.history<Ticket>(second->id);
  REQUIRE(history.size() == 1);
  CHECK(history.front().author == "ada");
  CHECK(work.get_at<Ticket>(second->id, 1)->text == "other");
}

TEST_CASE_TEMPLATE("a key that the database gives twice is a violated constraint", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Ticket>();
  store_all(store, Ticket{0, "first"});
  store.transact([](rowan::UnitOfWork& work) { work.remove(work.get<Ticket>(1)); });
  db.execute(db.postgres ? "ALTER TABLE tickets ALTER COLUMN id RESTART"
                         : "DELETE FROM sqlite_sequence");
  auto work = store.begin();
  auto again = work.add(Ticket{0, "again"});
  const auto error = thrown<rowan::ConstraintViolation>([&] { work.commit(); });
  CHECK(has(error.what(), "ticket_history (1, 1)"));
  CHECK_FALSE(error.retryable());
  work.rollback();
  CHECK(again->id == 0);
  CHECK(db.number("SELECT count(*) FROM tickets") == 0);
}

TEST_CASE_TEMPLATE("a table of others has to be able to hold a history", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Ticket>();
  db.execute("DROP TABLE ticket_history");
  db.execute(std::string("CREATE TABLE ticket_history (id bigint NOT NULL, version ") +
             (db.postgres ? "integer" : "bigint") +
             " NOT NULL, changed_at timestamp with time zone NOT NULL, author text, operation "
             "text NOT NULL, changes text NOT NULL, state text, commit_id " +
             (db.postgres ? "uuid" : "text") + " NOT NULL, PRIMARY KEY (id, version))");
  const auto mismatch = thrown<rowan::SchemaMismatch>([&] { store.check_tables(); });
  Strings expected{
      "ticket_history, column changed_at: the time of a version, which the database is to give, "
      "but it has no default"};
  if (db.postgres)
    expected.emplace_back(
        "ticket_history, column version: its type integer is narrower than the version's member");
  CHECK(mismatch.differences() == expected);
}

TEST_CASE_TEMPLATE("keys of other types are in the changes as a document has them", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Poll>();
  store_all(store, Poll{std::int64_t{1} << 60, {{true, {}, 1}}});
  store.transact([](rowan::UnitOfWork& work) {
    work.get<Poll>(std::int64_t{1} << 60)->answers.front().votes = 2;
  });
  const auto history = store.history<Poll>(std::int64_t{1} << 60);
  REQUIRE(history.size() == 2);
  REQUIRE(history.back().changes.size() == 1);
  const rowan::KeyValues& key = history.back().changes.front().key;
  REQUIRE(key.size() == 3);
  CHECK(key[0] == rowan::Value(std::int64_t{1} << 60));
  CHECK(key[1] == rowan::Value(true));
  CHECK(key[2] == rowan::Value(rowan::Uuid().to_string()));
}
