/// Versions that the database gives: by a default, by triggers.

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "orders.hpp"
#include "triggers.hpp"
#include "ways.hpp"

using namespace contract;
using rowan::StaleDataError;
using rowan::UnitOfWork;

namespace {

struct Step {
  std::int64_t number = 0;
  std::string text;
};
struct Recipe {
  std::int64_t id = 0;
  std::int64_t version = 0;
  std::string title;
  std::optional<std::int64_t> goes_with;  // another recipe
  std::vector<Step> steps;
};
rowan::Mapping<Recipe, std::int64_t> mapping_of(std::type_identity<Recipe>) {
  using rowan::key;
  return rowan::aggregate("recipes", key("id", &Recipe::id),
                          rowan::version("version", &Recipe::version, rowan::assigned_by_database))
      .column("title", &Recipe::title)
      .column("goes_with", &Recipe::goes_with, rowan::references("recipes"))
      .children(&Recipe::steps,
                rowan::child("steps", rowan::parent("recipe_id"), key("number", &Step::number))
                    .column("text", &Step::text));
}

Recipe recipe(std::int64_t id, std::optional<std::int64_t> goes_with = {}) {
  return {id, 0, "soup", goes_with, {{1, "boil"}}};
}

/// New rows begin at 100, and each UPDATE moves a version on by ten.
template <class B>
rowan::Store open_recipes(Database<B>& db, rowan::StoreOptions options = {}) {
  db.execute(
      "CREATE TABLE recipes (id bigint PRIMARY KEY, version bigint NOT NULL DEFAULT 100, title "
      "varchar(20) NOT NULL, goes_with bigint REFERENCES recipes)");
  db.execute(
      "CREATE TABLE steps (recipe_id bigint NOT NULL, number bigint NOT NULL, text varchar(20) "
      "NOT NULL, PRIMARY KEY (recipe_id, number))");
  create_trigger(db,
                 db.postgres ? "BEFORE UPDATE ON recipes"
                             : "AFTER UPDATE ON recipes WHEN NEW.version < OLD.version + 10",
                 "UPDATE recipes SET version = OLD.version + 10 WHERE id = NEW.id",
                 "NEW.version = OLD.version + 10; RETURN NEW");
  rowan::Store store = db.open(rowan::Schema::of<Recipe>(), std::move(options));
  store.check_tables();
  return store;
}

void change(rowan::Store& store, std::int64_t id) {
  store.transact([&](UnitOfWork& other) { other.get<Recipe>(id)->title = "stew"; });
}

template <class B>
std::int64_t version(Database<B>& db, std::int64_t id) {
  return db.number("SELECT version FROM recipes WHERE id = " + std::to_string(id));
}

}  // namespace

TEST_CASE_TEMPLATE("a new row takes the version that is the column's default", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_recipes(db);
  UnitOfWork work = store.begin();
  auto ref = work.add(recipe(1));
  work.commit();
  CHECK(ref.version() == 100);
  CHECK(ref->version == 100);
  CHECK(has(db.writes().front(), "INSERT INTO recipes (id, title, goes_with) VALUES"));
  ref->title = "broth";
  work.commit();
  CHECK(ref.version() == 110);
  CHECK(version(db, 1) == 110);
}

TEST_CASE_TEMPLATE("a new row takes the version that a trigger gives it", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Recipe>();
  create_trigger(db, db.postgres ? "BEFORE INSERT ON recipes" : "AFTER INSERT ON recipes",
                 "UPDATE recipes SET version = 500 WHERE id = NEW.id",
                 "NEW.version = 500; RETURN NEW");
  UnitOfWork work = store.begin();
  auto ref = work.add(recipe(1));
  work.commit();
  CHECK(ref.version() == 500);
  ref->title = "broth";
  work.commit();
  CHECK(ref.version() == 501);
  CHECK(version(db, 1) == 501);
}

TEST_CASE_TEMPLATE("in the tables of create_tables such versions begin at 1 and count", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Recipe>();
  store.check_tables();
  UnitOfWork work = store.begin();
  auto ref = work.add(recipe(1));
  work.commit();
  CHECK(ref.version() == 1);
  ref->steps[0].text = "simmer";
  work.commit();
  CHECK(ref.version() == 2);
}

TEST_CASE_TEMPLATE("flush after flush reads back what the database gave", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_recipes(db);
  UnitOfWork work = store.begin();
  auto ref = work.add(recipe(1));
  work.flush();
  ref->title = "a";
  work.flush();
  ref->title = "b";
  ref->steps[0].text = "simmer";
  work.flush();
  ref->steps.push_back({2, "serve"});
  work.commit();
  CHECK(ref.version() == version(db, 1));
  ref->title = "c";
  work.flush();
  ref->title = "d";
  work.commit();
  CHECK(ref.version() == version(db, 1));
  CHECK(db.text("SELECT title FROM recipes") == "d");
}

TEST_CASE_TEMPLATE("a savepoint that is taken back takes the given version back", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_recipes(db);
  store_all(store, recipe(1));
  UnitOfWork work = store.begin();
  auto ref = work.get<Recipe>(1);
  ref->title = "a";
  work.flush();
  CHECK_THROWS_AS(work.savepoint([&] {
    ref->title = "b";
    work.flush();
    throw std::runtime_error("mine");
  }),
                  std::runtime_error);
  CHECK(ref->title == "a");
  ref->title = "c";
  work.commit();
  CHECK(ref.version() == version(db, 1));
  CHECK(db.text("SELECT title FROM recipes") == "c");
}

TEST_CASE_TEMPLATE("a given version is expected, held and removed at as any other", B, Sqlite,
                   Postgres) {
  bool moved = false;
  SUBCASE("where it stands") {}
  SUBCASE("where it has moved on") {
    moved = true;
  }
  for (const Way& way : open_ways<B>()) {
    CAPTURE(way.name);
    Database<B> db;
    rowan::Store store = open_recipes(db, way.store());
    store_all(store, recipe(1), recipe(2), recipe(3));
    UnitOfWork work = store.begin(way.work());
    auto one = work.get<Recipe>(1, rowan::Expect{100});
    auto two = work.get<Recipe>(2);
    auto three = work.get<Recipe>(3);
    work.expect_unchanged(two);
    one->title = "broth";
    work.remove(three);
    if (!moved) {
      work.commit();
      CHECK(one.version() == 110);
      CHECK(version(db, 2) == 100);
      CHECK(db.number("SELECT count(*) FROM recipes") == 2);
      continue;
    }
    for (const std::int64_t id : {1, 2, 3}) change(store, id);
    const auto error = thrown<StaleDataError>([&] { work.commit(); });
    REQUIRE(error.conflicts().size() == 3);
    for (const auto& conflict : error.conflicts()) {
      CHECK(conflict.expected == 100);
      CHECK(conflict.found == 110);
    }
  }
}

TEST_CASE_TEMPLATE("what is removed and added anew under its key goes on from its version", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_recipes(db);
  store_all(store, recipe(1));
  UnitOfWork work = store.begin();
  work.remove(work.get<Recipe>(1));
  SUBCASE("in one flush") {}
  SUBCASE("after a flush") {
    work.flush();
  }
  auto ref = work.add(recipe(1));
  work.commit();
  CHECK(ref.version() > 100);
  CHECK(ref.version() == version(db, 1));
}

TEST_CASE_TEMPLATE("new rows that point at each other, and such rows removed, keep given versions",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_recipes(db);
  UnitOfWork work = store.begin();
  auto one = work.add(recipe(1, 2));
  auto two = work.add(recipe(2, 1));
  work.commit();
  CHECK(db.number("SELECT count(*) FROM recipes WHERE goes_with IS NULL") == 0);
  CHECK(one.version() == version(db, 1));
  CHECK(two.version() == version(db, 2));
  one->title = "broth";
  work.commit();
  work.remove(one);
  work.remove(two);
  work.commit();
  CHECK(db.number("SELECT count(*) FROM recipes") == 0);
}

TEST_CASE_TEMPLATE("bulk statements move a given version as the database says", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_recipes(db);
  store_all(store, recipe(1), recipe(2));
  UnitOfWork work = store.begin();
  auto ref = work.get<Recipe>(1);
  CHECK(work.update_all<Recipe>(rowan::set("title = 'all'"), rowan::Query()) == 2);
  work.commit();
  CHECK(version(db, 1) == 110);
  ref->title = "mine";
  CHECK_THROWS_AS(work.commit(), StaleDataError);
  work.rollback();
  work.refresh(ref);
  CHECK(ref.version() == 110);
  const std::vector<std::pair<std::int64_t, std::int64_t>> expected{{1, 110}, {2, 100}};
  const auto lost = work.update_all<Recipe>(rowan::set("title = 'some'"), expected);
  work.commit();
  REQUIRE(lost.size() == 1);
  CHECK(lost.front().found == 110);
  CHECK(version(db, 1) == 120);
}
