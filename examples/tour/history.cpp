/// What docs/history.md shows: what became of an aggregate from version to version.

#include <chrono>
#include <cstdint>
#include <ctime>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

#include <rowan/soci.hpp>

#include "tour.hpp"

namespace tour {
namespace {

struct Ingredient {
  std::string name;
  int grams = 0;
};
struct Recipe {
  std::int64_t id = 0;
  std::int64_t version = 0;
  std::string title;
  std::vector<Ingredient> ingredients;
};

// [mapping]
rowan::Mapping<Recipe, std::int64_t> mapping_of(std::type_identity<Recipe>) {
  using namespace rowan;
  return aggregate("recipes", key("id", &Recipe::id), version("version", &Recipe::version))
      .column("title", &Recipe::title)
      .children(&Recipe::ingredients,
                child("ingredients", parent("recipe_id"), key("name", &Ingredient::name))
                    .column("grams", &Ingredient::grams))
      .history("recipe_history");
}
// [/mapping]

void write(rowan::Store& store) {
  // [author]
  auto work = store.begin({.author = "ada"});
  auto recipe = work.get<Recipe>(7);
  recipe->title = "Stollen";
  recipe->ingredients.push_back({"raisins", 200});
  work.commit();
  // [/author]
}

void look(rowan::Store& store) {
  // [history]
  for (const rowan::Revision& revision : store.history<Recipe>(7)) {
    const auto when = std::chrono::system_clock::to_time_t(revision.changed_at);  // UTC
    std::cout << revision.version << ": " << to_string(revision.operation) << " by "
              << revision.author.value_or("nobody") << ", "
              << std::put_time(std::gmtime(&when), "%F %T") << "\n";
    for (const rowan::Revision::Change& change : revision.changes)
      std::cout << "   " << to_string(change) << "\n";
  }
  // [/history]
}

void go_back(rowan::Store& store) {
  // [get_at]
  auto work = store.begin({.author = "ben"});
  rowan::Detached<Recipe> first = work.get_at<Recipe>(7, 1);
  work.merge(first, rowan::Merging::overwrite);  // as it was; what came since is in the history
  work.commit();
  // [/get_at]
}

void undelete(rowan::Store& store) {
  store.transact([](rowan::UnitOfWork& work) { work.remove(work.get<Recipe>(7)); });
  // [undelete]
  auto work = store.begin();
  work.merge(work.get_at<Recipe>(7, 4), rowan::Merging::overwrite, rowan::IfDeleted::resurrect);
  work.commit();
  // [/undelete]
}

void patch(rowan::Store& store) {
  const auto schema = rowan::Schema::of<Recipe>();
  const std::string whole = store.begin().get_at<Recipe>(7, 1).without_base().to_json();
  const std::string request =
      whole.substr(0, whole.find("\"state\"")) + R"("merge_patch":{"title":"Cake"}})";
  // [patch]
  auto work = store.begin();
  const auto copy = work.from_json<Recipe>(request);
  work.merge(copy, rowan::Merging::by_field);
  work.commit();
  // [/patch]
}

void prune(rowan::Store& store) {
  // [prune]
  auto work = store.begin();
  rowan::session(work)
      << "DELETE FROM recipe_history WHERE changed_at < '2020-01-01' AND version < "
         "(SELECT max(version) FROM recipe_history newest "
         "WHERE newest.id = recipe_history.id)";
  work.commit();
  // [/prune]
}

}  // namespace

void look_into_the_past() {
  rowan::Store store("sqlite3://:memory:", rowan::Schema::of<Recipe>());
  store.create_tables();
  store.transact([](rowan::UnitOfWork& work) {
    work.add(Recipe{7, 0, "Bread", {{"flour", 500}, {"water", 300}}});
  });
  write(store);
  look(store);
  go_back(store);
  require(store.begin().get_at<Recipe>(7, 3)->title == "Bread", "the first state is back");
  patch(store);
  undelete(store);
  prune(store);
  require(store.history<Recipe>(7).size() == 6, "each version is in the history");
  require(store.begin().get_at<Recipe>(7, 6)->title == "Cake", "what was removed is back");
  require(store.history<Recipe>(7)[2].author == "ben", "a history tells who it was");
}

}  // namespace tour
