/// A server fails, and one takes over that had not yet received its last commits: numbers are given
/// a second time, to other states.

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::Conflict;
using rowan::StaleDataError;

namespace {

struct Seal {
  std::int64_t id = 0;
  std::string text;
  std::vector<Note> notes;
};
rowan::Mapping<Seal, std::int64_t> mapping_of(std::type_identity<Seal>) {
  return rowan::aggregate("seals", rowan::key("id", &Seal::id),
                          rowan::version("version", rowan::unique_versions))
      .column("text", &Seal::text)
      .children(&Seal::notes,
                rowan::child<Note>("seal_notes", rowan::parent("seal_id"), rowan::position("pos"))
                    .column("text", &Note::text));
}

/// A server whose standby lags.
template <class B>
class Pair {
 public:
  explicit Pair(Database<B>& db) : db_(db) {
    for (const std::string table : tables)
      db_.execute("CREATE TABLE standby_" + table + " AS SELECT * FROM " + table);
  }
  void fail_over() {
    for (const std::string table : {"seal_notes", "seals", "products"})
      db_.execute("DELETE FROM " + table);
    for (const std::string table : tables)
      db_.execute("INSERT INTO " + table + " SELECT * FROM standby_" + table);
  }

 private:
  static constexpr const char* tables[] = {"products", "seals", "seal_notes"};
  Database<B>& db_;
};

void change(rowan::Store& store, const std::string& text) {
  store.transact([&](rowan::UnitOfWork& work) {
    work.get<Product>(1)->name = text;
    work.get<Seal>(1)->notes[0].text = text;
  });
}

}  // namespace

TEST_CASE_TEMPLATE("who read what a failover has lost is stale by a unique version, not by a count",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product, Seal>();
  store_all(store, Product{1, "first"}, Seal{1, "first", {{"first"}}});
  Pair<B> pair(db);
  change(store, "lost");
  auto reader = store.begin();
  auto counted = reader.get<Product>(1);
  auto mine = reader.get<Seal>(1);
  pair.fail_over();

  SUBCASE("before anybody gives the number again both are") {
    counted->name = "mine";
    mine->text = "mine";
    const auto error = thrown<StaleDataError>([&] { reader.commit(); });
    REQUIRE(error.conflicts().size() == 2);
    for (const Conflict& conflict : error.conflicts())
      CHECK(conflict.kind == Conflict::Kind::ahead);
    CHECK(db.text("SELECT text FROM seals") == "first");
    return;
  }

  change(store, "theirs");
  REQUIRE(db.number("SELECT version FROM products") == counted.version());
  const std::int64_t theirs = db.number("SELECT version FROM seals");
  REQUIRE((theirs >> 32) == (mine.version() >> 32));
  SUBCASE("a count cannot tell") {
    counted->name = "mine";
    reader.commit();
    CHECK(db.text("SELECT name FROM products") == "mine");
    return;
  }
  SUBCASE("a unique version can, when it is changed") {
    mine->text = "mine";
    const auto error = thrown<StaleDataError>([&] { reader.commit(); });
    REQUIRE(error.conflicts().size() == 1);
    CHECK(error.concerns(mine));
    CHECK(error.conflicts().front().kind == Conflict::Kind::changed);
    CHECK(error.conflicts().front().found == theirs);
    reader.rollback();
    reader.refresh(mine);
    CHECK(mine->notes[0].text == "theirs");
  }
  SUBCASE("or a child of it") {
    mine->notes.push_back({"mine"});
    CHECK_THROWS_AS(reader.commit(), StaleDataError);
  }
  SUBCASE("or it is removed") {
    reader.remove(mine);
    CHECK_THROWS_AS(reader.commit(), StaleDataError);
  }
  SUBCASE("or guarded") {
    reader.expect_unchanged(mine);
    counted->name = "mine";
    CHECK_THROWS_AS(reader.commit(), StaleDataError);
    CHECK(db.text("SELECT name FROM products") == "theirs");
  }
  SUBCASE("or expected from outside") {
    auto other = store.begin();
    CHECK_THROWS_AS((void)other.get<Seal>(1, rowan::Expect{mine.version()}), StaleDataError);
  }
  CHECK(db.text("SELECT text FROM seals") == "first");
  CHECK(db.text("SELECT text FROM seal_notes") == "theirs");
}
