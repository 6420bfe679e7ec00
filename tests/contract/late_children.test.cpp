/// Children that refer to each other: what is written of them last, and fails.

#include "database.hpp"
#include "orders.hpp"
#include "triggers.hpp"

using namespace contract;

namespace {

struct Step {
  std::int64_t id = 0;
  std::optional<std::int64_t> after;
};
struct Recipe {
  std::int64_t id = 0;
  std::vector<Step> steps;
};
rowan::Mapping<Recipe, std::int64_t> mapping_of(std::type_identity<Recipe>) {
  using rowan::key, rowan::parent;
  return rowan::aggregate("recipes", key("id", &Recipe::id), rowan::version("version"))
      .children(
          &Recipe::steps,
          rowan::child("steps", parent("recipe_id"), key("id", &Step::id, rowan::unique_in_table))
              .column("after_step", &Step::after, rowan::references("steps")));
}

}  // namespace

TEST_CASE_TEMPLATE(
    "what becomes of a row that the flush has inserted itself is nobody else's doing", B, Sqlite,
    Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Recipe>();
  store_all(store, Recipe{1, {}});
  create_trigger(db, "BEFORE UPDATE ON steps", "SELECT RAISE(IGNORE)", "RETURN NULL");
  rowan::UnitOfWork work = store.begin();
  auto recipe = work.get<Recipe>(1);
  recipe->steps = {{1, 2}, {2, 1}};  // one of them is without its reference at first
  CHECK_THROWS_AS(work.commit(), rowan::WriteIgnored);
  CHECK(store.counters().conflicts == 0);
}
