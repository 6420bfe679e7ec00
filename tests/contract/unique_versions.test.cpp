/// Versions that no two writers give alike: a count, and random bits below it.

#include <set>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::Conflict;
using rowan::StaleDataError;

namespace {

/// With the version in the class.
struct Page {
  std::int64_t id = 0;
  std::int64_t version = 0;
  std::string text;
  std::vector<Note> notes;
};
rowan::Mapping<Page, std::int64_t> mapping_of(std::type_identity<Page>) {
  return rowan::aggregate("pages", rowan::key("id", &Page::id),
                          rowan::version("version", &Page::version, rowan::unique_versions))
      .column("text", &Page::text)
      .children(&Page::notes,
                rowan::child<Note>("page_notes", rowan::parent("page_id"), rowan::position("pos"))
                    .column("text", &Note::text));
}

/// With the version beside the object.
struct Tag {
  std::int64_t id = 0;
  std::string text;
};
rowan::Mapping<Tag, std::int64_t> mapping_of(std::type_identity<Tag>) {
  return rowan::aggregate("marks", rowan::key("id", &Tag::id),
                          rowan::version("version", rowan::unique_versions))
      .column("text", &Tag::text);
}

template <class V>
struct Short {
  std::int64_t id = 0;
  V version = 0;
};
template <class V>
rowan::Mapping<Short<V>, std::int64_t> mapping_of(std::type_identity<Short<V>>) {
  return rowan::aggregate("shorts", rowan::key("id", &Short<V>::id),
                          rowan::version("version", &Short<V>::version, rowan::unique_versions));
}

std::int64_t count_of(std::int64_t version) {
  return version >> 32;
}

Page page(std::int64_t id, std::string text) {
  return {id, 0, std::move(text), {{"a"}, {"b"}}};
}

}  // namespace

TEST_CASE_TEMPLATE("a unique version is positive, and counts the commits that changed something", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Page>();
  auto work = store.begin();
  auto ref = work.add(page(1, "a"));
  CHECK(ref->version == 0);
  std::set<std::int64_t> seen;
  for (std::int64_t n = 1; n <= 5; ++n) {
    work.commit();
    CHECK(ref.version() > 0);
    CHECK(count_of(ref.version()) == n);
    CHECK(ref->version == ref.version());
    CHECK(db.number("SELECT version FROM pages") == ref.version());
    seen.insert(ref.version());
    work.commit();  // with nothing to write
    CHECK(count_of(ref.version()) == n);
    if (n % 2 == 0)
      ref->text += "!";
    else
      ref->notes[0].text += "!";  // of a child
  }
  CHECK(seen.size() == 5);
}

TEST_CASE_TEMPLATE("a unique version is written and checked as a value", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Tag>();
  store_all(store, Tag{1, "a"});
  auto work = store.begin();
  auto ref = work.get<Tag>(1);
  const std::int64_t before = ref.version();
  db.log->clear();
  ref->text = "b";
  work.flush();
  CHECK(ref.version() == before);
  ref->text = "c";
  work.commit();
  CHECK(db.writes() ==
        Strings{db.sql("UPDATE marks SET version = ?, text = ? WHERE id = ? AND version = ?"),
                db.sql("UPDATE marks SET text = ? WHERE id = ? AND version = ?")});
  CHECK(count_of(ref.version()) == 2);  // two flushes, one commit
  CHECK(db.number("SELECT version FROM marks") == ref.version());
  work.touch(ref);
  work.commit();
  CHECK(count_of(ref.version()) == 3);
}

TEST_CASE_TEMPLATE("two writers never give the same version", B, Sqlite, Postgres) {
  std::set<std::int64_t> seen;
  for (int writer = 0; writer < 20; ++writer) {
    Database<B> db;
    rowan::Store store = db.template open<Tag>();
    store_all(store, Tag{1, "a"}, Tag{2, "a"});
    for (const std::int64_t id : {1, 2})
      seen.insert(db.number("SELECT version FROM marks WHERE id = " + std::to_string(id)));
  }
  CHECK(seen.size() == 40);
  for (const std::int64_t version : seen) CHECK(count_of(version) == 1);
}

TEST_CASE_TEMPLATE("the second of two writers is stale by a unique version", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Page>();
  store_all(store, page(1, "a"));
  auto work = store.begin();
  auto mine = work.get<Page>(1);
  store.transact([](rowan::UnitOfWork& other) { other.get<Page>(1)->notes.pop_back(); });
  mine->text = "mine";
  const auto error = thrown<StaleDataError>([&] { work.commit(); });
  REQUIRE(error.conflicts().size() == 1);
  CHECK(error.conflicts().front().kind == Conflict::Kind::changed);
  CHECK(error.conflicts().front().expected == mine.version());
  CHECK(error.conflicts().front().found == db.number("SELECT version FROM pages"));
  work.rollback();
  work.refresh(mine);
  mine->text = "mine";
  work.commit();
  CHECK(count_of(mine.version()) == 3);
}

TEST_CASE_TEMPLATE("what another deleted and stored anew under the same key is stale", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Tag, Product>();
  store_all(store, Tag{1, "a"}, Product{1, "a"});
  auto a = store.begin();
  auto mine = a.get<Tag>(1);
  auto counted = a.get<Product>(1);
  store.transact([](rowan::UnitOfWork& b) {
    b.remove<Tag>(1);
    b.remove<Product>(1);
  });
  store_all(store, Tag{1, "theirs"}, Product{1, "theirs"});
  counted->name = "mine";
  SUBCASE("a version that only counts cannot tell") {
    a.commit();
    CHECK(db.text("SELECT name FROM products") == "mine");
  }
  SUBCASE("a unique one can, when it is changed") {
    mine->text = "mine";
    const auto error = thrown<StaleDataError>([&] { a.commit(); });
    REQUIRE(error.conflicts().size() == 1);
    CHECK(error.concerns(mine));
    CHECK(error.conflicts().front().kind == Conflict::Kind::changed);  // of the same count
    CHECK(db.text("SELECT name FROM products") == "theirs");
  }
  SUBCASE("or removed") {
    a.remove(mine);
    CHECK_THROWS_AS(a.commit(), StaleDataError);
  }
  SUBCASE("or guarded") {
    a.expect_unchanged(mine);
    CHECK_THROWS_AS(a.commit(), StaleDataError);
  }
  SUBCASE("or expected") {
    auto b = store.begin();
    CHECK_THROWS_AS((void)b.get<Tag>(1, rowan::Expect{mine.version()}), StaleDataError);
  }
  CHECK(db.text("SELECT text FROM marks") == "theirs");
}

TEST_CASE_TEMPLATE("removed and added anew in one unit the count goes on", B, Sqlite, Postgres) {
  for (const bool flushed : {false, true}) {
    CAPTURE(flushed);
    Database<B> db;
    rowan::Store store = db.template open<Tag>();
    store_all(store, Tag{1, "a"});
    auto work = store.begin();
    work.remove(work.get<Tag>(1));
    if (flushed) work.flush();
    auto fresh = work.add(Tag{1, "b"});
    work.commit();
    CHECK(count_of(fresh.version()) == 2);
    CHECK(db.number("SELECT version FROM marks") == fresh.version());
  }
}

TEST_CASE_TEMPLATE("whether a row is older than expected is told by the count", B, Sqlite,
                   Postgres) {
  const auto kind_of = [](std::int64_t read, std::int64_t there) {
    Database<B> db;
    rowan::Store store = db.template open<Tag>();
    store_all(store, Tag{1, "a"});
    db.execute("UPDATE marks SET version = " + std::to_string(read));
    auto work = store.begin();
    work.get<Tag>(1)->text = "b";
    db.execute("UPDATE marks SET version = " + std::to_string(there));
    const auto error = thrown<StaleDataError>([&] { work.commit(); });
    return error.conflicts().front().kind;
  };
  const std::int64_t one = std::int64_t{1} << 32;
  CHECK(kind_of(5 * one + 7, 4 * one + 9) == Conflict::Kind::ahead);
  CHECK(kind_of(5 * one + 7, 6 * one + 1) == Conflict::Kind::changed);
  CHECK(kind_of(5 * one + 7, 5 * one + 1) == Conflict::Kind::changed);  // a smaller number
  CHECK(kind_of(5 * one + 7, 5 * one + 9) == Conflict::Kind::changed);
}

TEST_CASE_TEMPLATE("where versions are ignored the count goes on from what is there", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Tag>();
  store_all(store, Tag{1, "a"});
  auto work = store.begin({.versions = rowan::Versions::ignore});
  auto mine = work.get<Tag>(1);
  for (int i = 0; i < 3; ++i)
    store.transact([](rowan::UnitOfWork& other) { other.get<Tag>(1)->text += "!"; });
  const std::int64_t theirs = db.number("SELECT version FROM marks");
  auto reader = store.begin();
  auto read = reader.get<Tag>(1);
  mine->text = "mine";
  work.commit();
  const std::int64_t now = db.number("SELECT version FROM marks");
  CHECK(count_of(theirs) == 4);
  CHECK(count_of(now) == 5);
  CHECK(now != theirs + (std::int64_t{1} << 32));  // with random bits of its own
  CHECK(mine.version() == now);
  read->text = "late";
  CHECK_THROWS_AS(reader.commit(), StaleDataError);
}

TEST_CASE_TEMPLATE("update_all gives every row it writes a unique version", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Tag>();
  store_all(store, Tag{1, "a"}, Tag{2, "a"}, Tag{3, "b"});
  auto work = store.begin();
  auto held = work.get<Tag>(1);
  const std::int64_t first = held.version();
  auto stale = store.begin();
  stale.get<Tag>(2)->text = "late";
  SUBCASE("of a condition") {
    CHECK(work.update_all<Tag>(rowan::set("text = ?", "c"), rowan::where("text = ?", "a")) == 2);
    work.commit();
  }
  SUBCASE("of versions that are expected") {
    const std::int64_t second = db.number("SELECT version FROM marks WHERE id = 2");
    const auto lost = work.update_all<Tag>(rowan::set("text = ?", "c"),
                                           {{1, first}, {2, second}, {3, first}, {4, first}});
    REQUIRE(lost.size() == 2);
    CHECK(lost[0].key == key_of({3}));
    CHECK(lost[0].kind == Conflict::Kind::changed);
    CHECK(lost[1].kind == Conflict::Kind::missing);
    work.commit();
  }
  CHECK(db.number("SELECT count(*) FROM marks WHERE text = 'c'") == 2);
  const std::int64_t now = db.number("SELECT version FROM marks WHERE id = 1");
  CHECK(count_of(now) == 2);
  CHECK(now != first + (std::int64_t{1} << 32));
  CHECK(count_of(db.number("SELECT version FROM marks WHERE id = 2")) == 2);
  CHECK(count_of(db.number("SELECT version FROM marks WHERE id = 3")) == 1);
  CHECK_THROWS_AS(stale.commit(), StaleDataError);
}

TEST_CASE_TEMPLATE("a count at its maximum is refused before anything is sent", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Tag>();
  store_all(store, Tag{1, "a"});
  db.execute("UPDATE marks SET version = 9223372036854775807");
  auto work = store.begin();
  work.get<Tag>(1)->text = "b";
  db.log->clear();
  CHECK_THROWS_AS(work.commit(), rowan::VersionOverflow);
  CHECK(db.log->sql().empty());
}

TEST_CASE("a unique version needs a member of 64 bits") {
  const auto faults = [](const auto& mapping) {
    return thrown<rowan::MappingError>([&] { (void)rowan::Schema::of(mapping); }).faults();
  };
  const Strings expected{"shorts, column version: a unique version takes a member of 64 bits"};
  CHECK(faults(mapping_of(std::type_identity<Short<int>>())) == expected);
  CHECK(faults(mapping_of(std::type_identity<Short<unsigned>>())) == expected);
  CHECK(faults(mapping_of(std::type_identity<Short<std::int16_t>>())) == expected);
  CHECK_NOTHROW((void)rowan::Schema::of<Short<std::uint64_t>>());
}
