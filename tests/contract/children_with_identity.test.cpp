/// Children with an identity of their own: they move between roots, and may have a version.

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::StaleDataError;

namespace {

struct Track {
  std::int64_t id = 0;
  std::int64_t version = 0;
  std::string title;
  std::vector<Note> remarks;
};
struct Album {
  std::int64_t id = 0;
  std::vector<Track> tracks;
};
rowan::Mapping<Album, std::int64_t> mapping_of(std::type_identity<Album>) {
  using rowan::key, rowan::parent;
  return rowan::aggregate("albums", key("id", &Album::id), rowan::version("version"))
      .children(
          &Album::tracks,
          rowan::child("tracks", parent("album_id"), key("id", &Track::id, rowan::unique_in_table),
                       rowan::position("place"), rowan::version("version", &Track::version))
              .column("title", &Track::title)
              .children(&Track::remarks,
                        rowan::child<Note>("remarks", parent("album_id", "track_id"),
                                           rowan::position("pos"))
                            .column("text", &Note::text)));
}

Album album(std::int64_t id, std::vector<std::int64_t> tracks) {
  Album out{id, {}};
  for (const auto t : tracks) out.tracks.push_back({t, 0, "track " + std::to_string(t), {}});
  return out;
}

}  // namespace

TEST_CASE_TEMPLATE("a child that moves to another root is one UPDATE, and both roots bump", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Album>();
  store_all(store, album(1, {10, 11}), album(2, {20}));
  auto work = store.begin();
  auto from = work.get<Album>(1);
  auto to = work.get<Album>(2);
  db.log->clear();
  to->tracks.push_back(from->tracks.back());
  from->tracks.pop_back();
  work.commit();
  const std::string root = "UPDATE albums SET version = version + 1 WHERE id = ? AND version = ?";
  CHECK(db.writes() ==
        Strings{db.sql(root), db.sql(root),
                db.sql("UPDATE tracks SET version = version + 1, album_id = ? WHERE album_id = ? "
                       "AND id = ? AND version = ?")});
  CHECK(from.version() == 2);
  CHECK(to.version() == 2);
  CHECK(to->tracks.back().version == 2);
  CHECK(db.number("SELECT album_id FROM tracks WHERE id = 11") == 2);

  // Back again in a unit that never saw the first move, with an edit and remarks beneath it.
  store.transact([](rowan::UnitOfWork& other) {
    auto a = other.get<Album>(1);
    auto b = other.get<Album>(2);
    b->tracks.back().title = "moved";
    b->tracks.back().remarks = {{"with a remark"}};
    a->tracks.push_back(b->tracks.back());
    b->tracks.pop_back();
  });
  CHECK(db.text("SELECT title FROM tracks WHERE id = 11 AND album_id = 1") == "moved");
  CHECK(db.number("SELECT count(*) FROM remarks WHERE album_id = 1 AND track_id = 11") == 1);
}

TEST_CASE_TEMPLATE("of a move and an edit of the same child one is stale", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Album>();
  store_all(store, album(1, {10, 11}), album(2, {20}));
  auto a = store.begin();
  auto from = a.get<Album>(1);
  auto to = a.get<Album>(2);
  store.transact([](rowan::UnitOfWork& b) { b.get<Album>(1)->tracks.back().title = "edited"; });
  to->tracks.push_back(from->tracks.back());
  from->tracks.pop_back();
  CHECK_THROWS_AS(a.commit(), StaleDataError);
  CHECK(db.text("SELECT title FROM tracks WHERE id = 11 AND album_id = 1") == "edited");
}

TEST_CASE_TEMPLATE("an ordered list with identities writes positions only, and bumps once", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Album>();
  store_all(store, album(1, {10, 11, 12}));
  auto work = store.begin();
  auto ref = work.get<Album>(1);
  db.log->clear();
  std::swap(ref->tracks[0], ref->tracks[2]);
  work.commit();
  const auto writes = db.writes();
  REQUIRE(writes.size() == 3);
  CHECK(writes[1] == db.sql("UPDATE tracks SET version = version + 1, place = ? WHERE album_id = ? "
                            "AND id = ? AND version = ?"));
  auto fresh = store.begin();
  CHECK(fresh.get<Album>(1)->tracks[0].id == 12);
}

TEST_CASE_TEMPLATE("a child with a version of its own is checked besides the root", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Album>();
  store_all(store, album(1, {10, 11}));
  auto work = store.begin();
  auto ref = work.get<Album>(1);
  CHECK(ref->tracks[0].version == 1);
  ref->tracks[0].title = "mine";
  db.execute("UPDATE tracks SET version = 5 WHERE id = 10");  // past the root
  const auto error = thrown<StaleDataError>([&] { work.commit(); });
  REQUIRE(error.conflicts().size() == 1);
  const rowan::Conflict& conflict = error.conflicts().front();
  CHECK(conflict.table == "tracks");
  CHECK(conflict.key == key_of({1, 10}));
  CHECK(conflict.root_table == "albums");
  CHECK(conflict.key_as<std::int64_t>() == 1);
  CHECK(db.number("SELECT version FROM albums") == 1);
}

TEST_CASE("a swallowed write of a child at its version is ignored, not stale: Sqlite only") {
  Database<Sqlite> db;
  rowan::Store store = db.open<Album>();
  store_all(store, album(1, {10}));
  db.execute("CREATE TRIGGER swallow BEFORE UPDATE ON tracks BEGIN SELECT RAISE(IGNORE); END");
  auto work = store.begin();
  work.get<Album>(1)->tracks[0].title = "mine";
  CHECK_THROWS_AS(work.commit(), rowan::WriteIgnored);
  CHECK(db.number("SELECT version FROM albums") == 1);
}

namespace {

struct Chapter {
  std::int64_t number = 0;
  std::int64_t version = 0;
  std::string title;
};
struct Book {
  std::int64_t id = 0;
  std::vector<Chapter> chapters;
};
rowan::Mapping<Book, std::int64_t> mapping_of(std::type_identity<Book>) {
  return rowan::aggregate("books", rowan::key("id", &Book::id), rowan::version("version"))
      .children(&Book::chapters, rowan::child("chapters", rowan::parent("book_id"),
                                              rowan::key("number", &Chapter::number),
                                              rowan::version("version", &Chapter::version))
                                     .column("title", &Chapter::title));
}

}  // namespace

TEST_CASE_TEMPLATE("of a root and its versioned child that both moved on, the root is named", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Book>();
  store_all(store, Book{1, {{1, 0, "a"}, {2, 0, "b"}}});
  auto a = store.begin();
  auto mine = a.get<Book>(1);
  store.transact([](rowan::UnitOfWork& b) { b.get<Book>(1)->chapters[0].title = "theirs"; });
  mine->chapters[0].title = "mine";
  mine->chapters[1].title = "mine";
  const auto error = thrown<StaleDataError>([&] { a.commit(); });
  REQUIRE(error.conflicts().size() == 1);
  CHECK(error.conflicts().front().table == "books");
  CHECK(mine->chapters[0].version == 1);
  a.rollback();
  a.refresh(mine);
  CHECK(mine->chapters[0].version == 2);
  mine->chapters[0].title = "mine";
  db.log->clear();
  a.commit();
  CHECK(db.writes() ==
        Strings{db.sql("UPDATE books SET version = version + 1 WHERE id = ? AND version = ?"),
                db.sql("UPDATE chapters SET version = version + 1, title = ? WHERE book_id = ? AND "
                       "number = ? AND version = ?")});
  CHECK(mine->chapters[0].version == 3);
  CHECK(mine->chapters[1].version == 1);
}

TEST_CASE_TEMPLATE(
    "a child that is met twice because another unit has moved it meanwhile is a conflict", B,
    Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Album>();
  store_all(store, album(1, {10}), album(2, {20}));
  auto work = store.begin();
  auto from = work.template get<Album>(1);
  store.transact([](rowan::UnitOfWork& other) {
    other.get<Album>(2)->tracks.push_back(other.get<Album>(1)->tracks.back());
    other.get<Album>(1)->tracks.pop_back();
  });
  auto to = work.template get<Album>(2);
  to->tracks.push_back(from->tracks.back());
  from->tracks.pop_back();
  const auto error = thrown<StaleDataError>([&] { work.commit(); });
  REQUIRE(error.conflicts().size() == 1);
  CHECK(error.conflicts()[0].table == "albums");
  CHECK(error.conflicts()[0].found == 2);
  CHECK_THROWS_AS(work.commit(), rowan::UnitFailed);
  work.rollback();
  work.refresh(from);
  // The mistake that remains is the program's own.
  CHECK(has(thrown<rowan::DataError>([&] { work.commit(); }).what(), "two children"));
  to->tracks.pop_back();
  work.commit();
  CHECK(db.number("SELECT count(*) FROM tracks WHERE album_id = 2") == 2);
}
