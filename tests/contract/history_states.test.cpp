/// The states that a history has, and what becomes of copies that come back without their base.

#include "papers.hpp"

using namespace contract;

TEST_CASE_TEMPLATE("each state can be had again, and brought back", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_papers(db, {1});
  rename(store, 1, "Rent");
  store.transact([](rowan::UnitOfWork& work) { work.get<Paper>(1)->clauses.clear(); });
  auto work = store.begin();
  auto first = work.get_at<Paper>(1, 1);
  CHECK(first.version() == 1);
  CHECK(first->version == 1);
  CHECK(first->title == "Lease");
  CHECK(first->clauses.size() == 2);
  CHECK(first->signers == Strings{"Ann"});
  CHECK(work.get_at<Paper>(1, 2)->title == "Rent");
  CHECK(work.get_at<Paper>(1, 2)->clauses.size() == 2);
  CHECK(work.get_at<Paper>(1, 3)->clauses.empty());
  first->signers.push_back("Cy");
  auto merged = work.merge(first, rowan::Merging::by_field);
  work.commit();
  CHECK(merged->title == "Rent");
  CHECK(merged->clauses.empty());
  CHECK(merged->signers == Strings{"Ann", "Cy"});
  CHECK(merged.version() == 4);

  const auto missing = thrown<rowan::NotFound>([&] { (void)work.get_at<Paper>(1, 9); });
  CHECK(missing.what() == std::string("papers 1: paper_history has no state of it at version 9"));
  (void)thrown<rowan::NotFound>([&] { (void)work.get_at<Paper>(2, 1); });
}

TEST_CASE_TEMPLATE("a copy without its base is merged by field by the history", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_papers(db, {1});
  auto copy = copy_of(store, 1).without_base();
  rename(store, 1, "Rent");
  copy->signers.push_back("Bob");
  copy->clauses.erase(copy->clauses.begin());
  auto work = store.begin();
  auto merged = work.merge(copy, rowan::Merging::by_field);
  CHECK(merged->title == "Rent");
  CHECK(merged->clauses.size() == 1);
  work.commit();
  CHECK(merged.version() == 3);
  copy->title = "Mine";
  const auto clash =
      thrown<rowan::MergeConflict>([&] { store.begin().merge(copy, rowan::Merging::by_field); });
  CHECK(clash.clashes().front().pointer == "/state/title");

  db.execute("DELETE FROM paper_history WHERE version = 1");
  const auto stale =
      thrown<rowan::StaleDataError>([&] { store.begin().merge(copy, rowan::Merging::by_field); });
  CHECK(stale.conflicts().front().found == 3);
}

TEST_CASE_TEMPLATE("what a history holds that is none is told by table, version and column", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_papers(db, {1});
  db.execute("UPDATE paper_history SET state = '{\"id\":1}'");
  const auto bad_state = thrown<rowan::DataError>([&] { (void)store.begin().get_at<Paper>(1, 1); });
  CHECK(has(bad_state.what(), "paper_history (1, 1), column state: document, /title: expected "));
  db.execute("UPDATE paper_history SET state = '{\"id\":2', changes = '[{}]'");
  CHECK(has(thrown<rowan::DataError>([&] { (void)store.begin().get_at<Paper>(1, 1); }).what(),
            "paper_history (1, 1), column state: "));
  CHECK(has(thrown<rowan::DataError>([&] { (void)store.history<Paper>(1); }).what(),
            "paper_history (1, 1), column changes: document, /0: expected "));
  db.execute("UPDATE paper_history SET operation = 'bent'");
  CHECK(has(thrown<rowan::DataError>([&] { (void)store.history<Paper>(1); }).what(),
            "paper_history (1, 1), column operation: "));
}

TEST_CASE_TEMPLATE("a copy without its base takes what moves no version from what is stored", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_papers(db, {1});
  const auto set_readers = [&](std::int64_t readers) {
    store.transact([&](rowan::UnitOfWork& work) { work.get<Paper>(1)->readers = readers; });
  };
  set_readers(7);
  auto copy = copy_of(store, 1).without_base();
  copy->signers.push_back("Bob");
  set_readers(8);
  rename(store, 1, "Rent");
  auto work = store.begin();
  auto merged = work.merge(copy, rowan::Merging::by_field);
  work.commit();
  CHECK(merged->readers == 8);
  CHECK(merged->title == "Rent");
  CHECK(merged->signers.size() == 2);
}

TEST_CASE_TEMPLATE("states from before a mapping grew are read with what they have", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_papers(db, {1});
  db.execute("UPDATE paper_history SET state = '{\"id\":1,\"title\":\"Old\",\"readers\":0}'");
  auto work = store.begin();
  const auto old = work.get_at<Paper>(1, 1);
  CHECK(old->title == "Old");
  CHECK_FALSE(old->fee);
  CHECK(old->clauses.empty());
}

TEST_CASE_TEMPLATE("a state from before a mapping grew is no base", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_papers(db, {1});
  auto copy = copy_of(store, 1).without_base();
  rename(store, 1, "Rent");
  db.execute("UPDATE paper_history SET state = '{\"id\":1,\"title\":\"Lease\",\"readers\":0}'");
  copy->signers.push_back("Bob");
  CHECK_THROWS_AS(store.begin().merge(copy, rowan::Merging::by_field), rowan::StaleDataError);
}
