/// Versions at their limits, versions set by hand, and that no version is ever left out.

#include <stdexcept>
#include <string>
#include <vector>

#include "orders.hpp"
#include "ways.hpp"

using namespace contract;
using rowan::DataError;
using rowan::StaleDataError;
using rowan::UnitOfWork;
using rowan::VersionOverflow;

namespace {

struct Verse {
  std::int64_t number = 0;
  std::int64_t version = 0;
  std::string text;
};
struct Poem {
  std::int64_t id = 0;
  std::int64_t version = 0;
  std::string title;
  std::vector<Verse> verses;
};
rowan::Mapping<Poem, std::int64_t> mapping_of(std::type_identity<Poem>) {
  using rowan::key, rowan::version;
  return rowan::aggregate("poems", key("id", &Poem::id), version("version", &Poem::version))
      .column("title", &Poem::title)
      .children(&Poem::verses,
                rowan::child("verses", rowan::parent("poem_id"), key("number", &Verse::number),
                             version("version", &Verse::version))
                    .column("text", &Verse::text));
}

const std::string last = "9223372036854775807";

template <class B>
rowan::Store open_poem(Database<B>& db) {
  rowan::Store store = db.template open<Poem>();
  store_all(store, Poem{1, 0, "a", {{1, 0, "x"}, {2, 0, "y"}}});
  return store;
}

}  // namespace

TEST_CASE_TEMPLATE("at the last version nothing is sent that would move it, and it can be removed",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_poem(db);
  db.execute("UPDATE poems SET version = " + last);
  auto work = store.begin();
  auto ref = work.get<Poem>(1);
  db.log->clear();
  SUBCASE("changed") {
    ref->title = "b";
  }
  SUBCASE("changed in a child") {
    ref->verses[0].text = "z";
  }
  SUBCASE("touched") {
    work.touch(ref);
  }
  SUBCASE("removed and added anew") {
    work.remove(ref);
    ref = work.add(Poem{1, 0, "b", {}});
  }
  CHECK_THROWS_AS(work.commit(), VersionOverflow);
  CHECK(db.writes().empty());
  CHECK(db.text("SELECT title FROM poems") == "a");
  auto other = store.begin();
  other.remove(other.get<Poem>(1));
  other.commit();
  CHECK(db.number("SELECT count(*) FROM poems") == 0);
}

TEST_CASE_TEMPLATE("a child at its last version is refused before anything is sent", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_poem(db);
  db.execute("UPDATE verses SET version = " + last + " WHERE number = 2");
  auto work = store.begin();
  auto ref = work.get<Poem>(1);
  ref->verses[1].text = "z";
  db.log->clear();
  CHECK_THROWS_AS(work.commit(), VersionOverflow);
  CHECK(db.log->sql().empty());
  ref->verses[1].text = "y";
  ref->verses[0].text = "z";  // its sibling is not at its last
  work.commit();
  CHECK(ref.version() == 2);
}

TEST_CASE_TEMPLATE("a version that is NULL is refused in every way to read it, and by check_tables",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.open(rowan::Schema::of<Product>());
  db.execute("CREATE TABLE products (id bigint PRIMARY KEY, version bigint, name varchar(20))");
  db.execute("INSERT INTO products VALUES (1, NULL, 'pen')");
  CHECK(has(thrown<rowan::SchemaMismatch>([&] { store.check_tables(); }).what(),
            "products, column version: a version, but it may be NULL"));
  for (const auto versions : {rowan::Versions::check, rowan::Versions::ignore}) {
    UnitOfWork work = store.begin({.versions = versions});
    CHECK_THROWS_AS((void)work.get<Product>(1), DataError);
    CHECK_THROWS_AS((void)work.get<Product>(1, rowan::Expect{1}), DataError);
    CHECK_THROWS_AS((void)work.find_all<Product>(), DataError);
    CHECK_THROWS_AS((void)work.get_all<Product>({1}), DataError);
    CHECK_THROWS_AS(work.for_each<Product>({}, [](auto) {}), DataError);
    CHECK_THROWS_AS(work.remove<Product>(1), DataError);
    work.commit();
  }
  // None of them is at a version that a list in bulk expects.
  UnitOfWork work = store.begin();
  CHECK(work.update_all<Product>(rowan::set("name = 'ink'"), {{1, 0}}).size() == 1);
  work.commit();
  CHECK(db.text("SELECT name FROM products") == "pen");
}

TEST_CASE_TEMPLATE("a version set by hand does not help a removal over what another has written", B,
                   Sqlite, Postgres) {
  for (const Way& way : open_ways<B>()) {
    CAPTURE(way.name);
    Database<B> db;
    rowan::Store store = db.template open<Order>(way.store());
    store_all(store, order(1), order(2));
    UnitOfWork work = store.begin(way.work());
    rowan::Ref<Order> one = work.get<Order>({1});
    rowan::Ref<Order> two = work.get<Order>({2});
    store.transact([](UnitOfWork& other) { other.get<Order>({1})->customer = "theirs"; });
    one->version = 2;
    two->version = 7;
    work.remove(one);
    work.remove(two);
    const auto error = thrown<StaleDataError>([&] { work.commit(); });
    REQUIRE(error.conflicts().size() == 1);
    CHECK(error.concerns(one));
    CHECK(error.conflicts().front().expected == 1);
    work.rollback();
    work.discard(one);
    work.commit();
    CHECK(db.number("SELECT min(id) FROM orders") == 1);
    CHECK(db.number("SELECT count(*) FROM orders") == 1);
  }
}

TEST_CASE_TEMPLATE("whatever fails or is rolled back in between, no version is left out", B, Sqlite,
                   Postgres) {
  for (const Way& way : ways<B>()) {
    CAPTURE(way.name);
    Database<B> db;
    rowan::Store store = db.template open<Order>(way.store());
    store_all(store, order(1), order(2));
    UnitOfWork work = store.begin(way.work());
    rowan::Ref<Order> ref = work.get<Order>({1});
    for (std::int64_t version = 2; version < 8; ++version) {
      ref->customer += "!";
      work.flush();
      work.rollback();
      rowan::Ref<Order> twice = work.add(order(2));
      CHECK_THROWS_AS(work.commit(), rowan::ConstraintViolation);
      work.rollback();
      work.discard(twice);
      CHECK_THROWS_AS(work.savepoint([&] {
        ref->remark = "inside";
        work.flush();
        throw std::runtime_error("mine");
      }),
                      std::runtime_error);
      work.flush();
      work.commit();
      CHECK(ref.version() == version);
      CHECK(db.number("SELECT version FROM orders WHERE id = 1") == version);
    }
  }
}

TEST_CASE(
    "a column narrower than its version is told of, and at its end nothing is written: "
    "Postgres only") {
  struct Width {
    const char* type;
    const char* largest;
  };
  for (const Width& width : {Width{"smallint", "32767"}, Width{"integer", "2147483647"}}) {
    const auto type = width.type;
    const auto largest = width.largest;
    for (const bool beneath : {false, true}) {
      CAPTURE(type);
      Database<Postgres> db;
      rowan::Store store = db.open<Poem>();
      store_all(store, Poem{1, 0, "a", {{1, 0, "x"}}}, Poem{2, 0, "b", {}});
      db.execute(std::string("ALTER TABLE poems ALTER version TYPE ") + type);
      CHECK(has(thrown<rowan::SchemaMismatch>([&] { store.check_tables(); }).what(),
                std::string("poems, column version: its type ") + type +
                    " is narrower than the version's member"));
      db.execute(std::string("UPDATE poems SET version = ") + largest + " WHERE id = 2");
      UnitOfWork work = store.begin();
      auto one = work.get<Poem>(1);
      auto two = work.get<Poem>(2);
      one->title = "c";
      if (beneath)
        two->verses.push_back({1, 0, "z"});
      else
        two->title = "d";
      const auto error = thrown<VersionOverflow>([&] { work.commit(); });
      CHECK(error.code() == "22003");
      CHECK(std::string(error.what()) ==
            "poems 2: its version has reached the maximum of its column");
      CHECK(db.text("SELECT title FROM poems WHERE id = 1") == "a");
      CHECK(db.number("SELECT count(*) FROM verses") == 1);
      work.rollback();
      work.discard(two);
      work.commit();
      CHECK(one.version() == 2);
    }
  }
}
