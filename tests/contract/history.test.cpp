/// One row for each version that is committed, in the transaction that commits it.

#include <utility>

#include "papers.hpp"

using namespace contract;
using rowan::Revision;
using Operation = rowan::Revision::Operation;

namespace {

Strings told(const Revision& revision) {
  Strings out;
  for (const Revision::Change& change : revision.changes) out.push_back(to_string(change));
  return out;
}

}  // namespace

TEST_CASE_TEMPLATE("a history has each version that was committed, and what it changed", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_papers(db, {1});
  {
    auto work = store.begin({.author = "ada"});
    auto paper = work.get<Paper>(1);
    paper->title = "Rent";
    work.flush();
    paper->fee = Price{250, "EUR"};
    paper->clauses.insert(paper->clauses.begin(), {15, "when"});
    paper->clauses.pop_back();
    work.flush();
    paper->clauses.back().text = "whom";
    paper->signers.push_back("Bob");
    work.commit();
    CHECK(paper.version() == 2);
  }
  const auto history = store.history<Paper>(1);
  CHECK(versions(history) == Versions{1, 2});
  CHECK(history[0].operation == Operation::added);
  CHECK_FALSE(history[0].author);
  CHECK(history[0].changes.empty());
  CHECK(history[1].operation == Operation::changed);
  CHECK(history[1].author == "ada");
  CHECK(history[1].changed_at >= history[0].changed_at);
  CHECK(told(history[1]) == Strings{"papers 1, title: \"Lease\" -> \"Rent\"",
                                    "papers 1, fee_amount and fee_currency: "
                                    "{\"fee_amount\":null,\"fee_currency\":null} -> "
                                    "{\"fee_amount\":250,\"fee_currency\":\"EUR\"}",
                                    "clauses (1, 11), text: \"who\" -> \"whom\"",
                                    "clauses (1, 12) removed: {\"id\":12,\"text\":\"what\"}",
                                    "clauses (1, 15) added: {\"id\":15,\"text\":\"when\"}",
                                    "signers (1, 'Bob') added: {\"name\":\"Bob\"}"});
}

TEST_CASE_TEMPLATE("a new order is told once, and only where those that stay have one", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_papers(db, {1});
  store.transact([](rowan::UnitOfWork& work) {
    auto one = work.get<Paper>(1);
    one->clauses.insert(one->clauses.begin(), {15, "when"});
  });
  CHECK(told(store.history<Paper>(1).back()) ==
        Strings{"clauses (1, 15) added: {\"id\":15,\"text\":\"when\"}"});
  store.transact([](rowan::UnitOfWork& work) {
    auto one = work.get<Paper>(1);
    std::swap(one->clauses.front(), one->clauses.back());
  });
  CHECK(told(store.history<Paper>(1).back()) == Strings{"clauses of 1 reordered"});
}

TEST_CASE_TEMPLATE("what moves no version is not in a history, and a touch is", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_papers(db, {1});
  store.transact([](rowan::UnitOfWork& work) { work.get<Paper>(1)->readers = 7; });
  CHECK(versions(store.history<Paper>(1)) == Versions{1});
  store.transact([](rowan::UnitOfWork& work) { (void)work.get<Paper>(1); });
  CHECK(versions(store.history<Paper>(1)) == Versions{1});
  store.transact([](rowan::UnitOfWork& work) { work.touch(work.get<Paper>(1)); });
  const auto history = store.history<Paper>(1);
  CHECK(versions(history) == Versions{1, 2});
  CHECK(history.back().changes.empty());
  auto work = store.begin();
  CHECK(work.get_at<Paper>(1, 1)->readers == 0);
  CHECK(work.get_at<Paper>(1, 2)->readers == 7);
}

TEST_CASE_TEMPLATE("all that one commit has written is of one commit", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_papers(db, {1, 2, 3});
  {
    auto work = store.begin();
    auto first = work.get<Paper>(1);
    auto second = work.get<Paper>(2);
    second->clauses.push_back(first->clauses.back());  // it moves
    first->clauses.pop_back();
    work.add(paper(4));
    work.flush();
    work.remove(work.get<Paper>(3));
    work.commit();
  }
  std::vector<Revision> last;
  for (const std::int64_t id : {1, 2, 3, 4}) last.push_back(store.history<Paper>(id).back());
  for (const Revision& revision : last) CHECK(revision.commit_id == last.front().commit_id);
  CHECK(last[0].commit_id != store.history<Paper>(1).front().commit_id);
  CHECK(told(last[0]) == Strings{"clauses (1, 12) removed: {\"id\":12,\"text\":\"what\"}"});
  CHECK(told(last[1]) == Strings{"clauses (2, 12) added: {\"id\":12,\"text\":\"what\"}"});
  CHECK(last[2].operation == Operation::removed);
  CHECK(last[2].version == 2);
  CHECK(last[3].operation == Operation::added);
}

TEST_CASE_TEMPLATE("a key that is stored anew goes on from its last version", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_papers(db, {1});
  rename(store, 1, "Rent");
  auto old = copy_of(store, 1);
  remove(store, 1);
  store_all(store, paper(1, "Other"), paper(2));
  CHECK(db.number("SELECT version FROM papers WHERE id = 1") == 4);
  CHECK(db.number("SELECT version FROM papers WHERE id = 2") == 1);
  const auto history = store.history<Paper>(1);
  CHECK(versions(history) == Versions{1, 2, 3, 4});
  CHECK(history[2].operation == Operation::removed);
  CHECK(history[3].operation == Operation::added);
  auto work = store.begin();
  (void)thrown<rowan::NotFound>([&] { (void)work.get_at<Paper>(1, 3); });
  CHECK(work.get_at<Paper>(1, 4)->title == "Other");
  old->title = "Mine";
  const auto stale = thrown<rowan::StaleDataError>([&] { work.merge(old); });
  CHECK(stale.conflicts().front().found == 4);
}

TEST_CASE_TEMPLATE("what is resurrected goes on from the last version", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_papers(db, {1});
  const auto old = copy_of(store, 1);
  rename(store, 1, "Rent");
  remove(store, 1);
  auto work = store.begin();
  auto again = work.merge(old, rowan::Merging::reject, rowan::IfDeleted::resurrect);
  work.commit();
  CHECK(again.version() == 4);
  CHECK(versions(store.history<Paper>(1)) == Versions{1, 2, 3, 4});
}

TEST_CASE_TEMPLATE("removed and added anew in one unit is one version", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_papers(db, {1, 2, 3});
  {
    auto work = store.begin();
    work.remove(work.get<Paper>(1));
    work.add(paper(1, "Other"));  // an UPDATE
    work.remove(work.get<Paper>(2));
    work.flush();
    work.add(paper(2, "Other"));
    work.remove<Paper>(3);
    work.add(paper(3, "Other"));  // an UPDATE that is checked
    work.commit();
  }
  for (const std::int64_t id : {1, 2, 3}) {
    const auto history = store.history<Paper>(id);
    CHECK(versions(history) == Versions{1, 2});
    CHECK(history.back().operation == Operation::changed);
    CHECK(told(history.back()).front() ==
          "papers " + std::to_string(id) + ", title: \"Lease\" -> \"Other\"");
  }
  {
    auto work = store.begin();
    work.add(paper(9));
    work.flush();
    work.remove(work.get<Paper>(9));
    work.commit();
  }
  CHECK(store.history<Paper>(9).empty());
}

TEST_CASE_TEMPLATE("removed by id at whatever version, it is the version behind that", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_papers(db, {1, 2});
  rename(store, 1, "Rent");
  {
    auto work = store.begin();
    work.remove<Paper>(1);
    work.remove<Paper>(2);
    work.commit();
  }
  CHECK(versions(store.history<Paper>(1)) == Versions{1, 2, 3});
  CHECK(versions(store.history<Paper>(2)) == Versions{1, 2});
  CHECK(store.history<Paper>(1).back().operation == Operation::removed);
  CHECK(store.history<Paper>(1).back().commit_id == store.history<Paper>(2).back().commit_id);
}

TEST_CASE_TEMPLATE("what is rolled back is in no history", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_papers(db, {1});
  auto work = store.begin();
  auto one = work.get<Paper>(1);
  one->title = "Rent";
  work.flush();
  work.rollback();
  try {
    work.savepoint([&] {
      one->signers.clear();
      throw std::runtime_error("no");
    });
  } catch (const std::runtime_error&) {
  }
  CHECK(versions(store.history<Paper>(1)) == Versions{1});
  one->title = "untitled";
  CHECK_THROWS_AS(work.commit(), std::logic_error);
  work.rollback();
  one->title = "Rented";
  work.commit();
  const auto history = store.history<Paper>(1);
  CHECK(versions(history) == Versions{1, 2});
  CHECK(told(history.back()) == Strings{"papers 1, title: \"Lease\" -> \"Rented\""});
}

TEST_CASE_TEMPLATE("many are recorded in few statements", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_papers(db, {});
  constexpr int many = 700;
  {
    auto work = store.begin();
    for (int i = 1; i <= many; ++i) work.add(paper(i));
    work.commit();
  }
  {
    auto work = store.begin();
    for (auto& one : work.find_all<Paper>()) one->title += "!";
    work.commit();
  }
  CHECK(db.number("SELECT count(*) FROM paper_history") == 2 * many);
  CHECK(db.number("SELECT count(DISTINCT commit_id) FROM paper_history") == 2);
  CHECK(store.begin().get_at<Paper>(many, 2)->title == "Lease!");
}

TEST_CASE_TEMPLATE("added over what others have removed it is added, and goes on", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_papers(db, {1});
  auto work = store.begin({.transaction = rowan::Transaction::from_first_read});
  (void)work.get<Paper>(1);
  work.commit();
  remove(store, 1);
  work.add(paper(1, "Other"));
  work.commit();
  const auto history = store.history<Paper>(1);
  CHECK(versions(history) == Versions{1, 2, 3});
  CHECK(history.back().operation == Operation::added);
}

TEST_CASE_TEMPLATE("a version that an attempt was to go on from is of that key alone", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_papers(db, {9});
  rename(store, 9, "Rent");
  remove(store, 9);
  db.execute("CREATE UNIQUE INDEX one_of_a_title ON papers (title)");
  store_all(store, paper(1, "Taken"));
  auto work = store.begin();
  auto added = work.add(paper(9, "Taken"));
  CHECK_THROWS_AS(work.commit(), rowan::ConstraintViolation);
  work.rollback();
  added->id = 10;
  added->title = "Free";
  added->clauses.clear();
  work.commit();
  CHECK(added.version() == 1);
}

TEST_CASE("a text that was stored and no JSON can hold can be put right") {
  Database<Sqlite> db;
  rowan::Store store = open_papers(db, {1});
  db.execute("UPDATE papers SET title = CAST(x'ff' AS TEXT)");
  rename(store, 1, "Rent");
  const auto history = store.history<Paper>(1);
  REQUIRE(history.back().changes.size() == 1);
  CHECK_FALSE(history.back().changes.front().before);
  CHECK(history.back().changes.front().after == "\"Rent\"");
}

TEST_CASE("a child whose key no JSON can hold can be removed") {
  Database<Sqlite> db;
  rowan::Store store = open_papers(db, {1});
  db.execute("INSERT INTO signers VALUES (1, CAST(x'ff' AS TEXT))");
  store.transact([](rowan::UnitOfWork& work) { work.get<Paper>(1)->signers = {"Ann"}; });
  const auto history = store.history<Paper>(1);
  REQUIRE(history.back().changes.size() == 1);
  CHECK(history.back().changes.front().key ==
        rowan::KeyValues{rowan::Value(std::int64_t{1}), rowan::Value(rowan::Null{})});
  CHECK_FALSE(history.back().changes.front().before);
}
