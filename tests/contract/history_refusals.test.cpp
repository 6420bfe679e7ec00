/// What a history cannot be written of, and what it meets that others have written.

#include "papers.hpp"

using namespace contract;
using rowan::Conflict;
using rowan::UsageError;

TEST_CASE_TEMPLATE("who writes a version that a history has is stale, at every level", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_papers(db, {1});
  // Somebody has set the root back, or brought the history here from elsewhere.
  db.execute(
      "INSERT INTO paper_history SELECT id, 2, changed_at, author, operation, changes, state, "
      "commit_id FROM paper_history WHERE version = 1");
  auto work = store.begin();
  auto one = work.get<Paper>(1);
  one->title = "Rent";
  const auto stale = thrown<rowan::StaleDataError>([&] { work.commit(); });
  REQUIRE(stale.conflicts().size() == 1);
  const Conflict& conflict = stale.conflicts().front();
  CHECK(conflict.root_key == key_of({1}));
  CHECK(conflict.expected == 1);
  CHECK(conflict.found == 2);
  CHECK(conflict.kind == Conflict::Kind::changed);
  CHECK(db.text("SELECT title FROM papers") == "Lease");
  CHECK(db.number("SELECT version FROM papers") == 1);
  CHECK(one->title == "Rent");
}

TEST_CASE_TEMPLATE("no history is written past: versions ignored, bulk statements", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_papers(db, {1, 2});
  auto work = store.begin({.versions = rowan::Versions::ignore});
  auto one = work.get<Paper>(1);
  one->title = "Rent";
  db.log->clear();
  CHECK(has(thrown<UsageError>([&] { work.commit(); }).what(), "papers 1: a history is kept"));
  CHECK(has(thrown<UsageError>([&] { work.flush(); }).what(), "papers 1: a history is kept"));
  CHECK(db.writes().empty());
  work.commit(rowan::Versions::check);
  CHECK(versions(store.history<Paper>(1)) == Versions{1, 2});

  auto other = store.begin();
  const auto set = rowan::set("title = ?", std::string("all"));
  CHECK_THROWS_AS(other.update_all<Paper>(set, rowan::Query()), UsageError);
  CHECK_THROWS_AS((void)other.update_all<Paper>(set, {{1, 2}}), UsageError);
  CHECK_THROWS_AS(other.remove_all<Paper>(rowan::Query()), UsageError);
  CHECK_THROWS_AS((void)other.remove_all<Paper>({{1, 2}}), UsageError);
}

TEST_CASE_TEMPLATE("tables with a history are created and checked like others", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_papers(db, {});
  store.check_tables();
  store.create_tables();
  db.execute("ALTER TABLE paper_history RENAME COLUMN author TO writer");
  const auto mismatch = thrown<rowan::SchemaMismatch>([&] { store.check_tables(); });
  CHECK(mismatch.differences() == Strings{"paper_history, column author: there is no such column"});
}

TEST_CASE_TEMPLATE("a class without a history has none to ask for", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  CHECK_THROWS_AS((void)store.history<Order>({1}), UsageError);
  CHECK_THROWS_AS((void)store.begin().get_at<Order>({1}, 1), UsageError);
}

TEST_CASE("a text that no JSON can hold is refused before it is written") {
  Database<Sqlite> db;
  rowan::Store store = open_papers(db, {1});
  auto work = store.begin();
  auto one = work.get<Paper>(1);
  one->title = "\xff";
  CHECK(has(thrown<rowan::DataError>([&] { work.commit(); }).what(),
            "papers 1, for paper_history: document, /title: expected "));
  CHECK(db.text("SELECT title FROM papers") == "Lease");
  work.rollback();
  one->title = "Rent";
  work.commit();
  CHECK(versions(store.history<Paper>(1)) == Versions{1, 2});
}

TEST_CASE_TEMPLATE("what was flushed whatever its version was is not recorded by a later commit", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_papers(db, {1});
  auto work = store.begin({.transaction = rowan::Transaction::at_commit});
  auto one = work.get<Paper>(1);
  rename(store, 1, "Rent");
  one->readers = 7;
  work.flush(rowan::Versions::ignore);
  one->signers.clear();
  CHECK_THROWS_AS(work.commit(rowan::Versions::check), UsageError);
  work.rollback();
  CHECK(versions(store.history<Paper>(1)) == Versions{1, 2});
}

TEST_CASE_TEMPLATE("the key of what takes a removed one's place stays", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_papers(db, {1});
  auto work = store.begin();
  work.remove(work.get<Paper>(1));
  work.flush();
  auto other = work.add(paper(1, "Other"));
  other->id = 7;
  CHECK_THROWS_AS(work.commit(), UsageError);
  other->id = 1;
  work.commit();
  CHECK(versions(store.history<Paper>(1)) == Versions{1, 2});
}
