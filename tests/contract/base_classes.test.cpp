/// Members that a class has from its base.

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::key;
using rowan::parent;
using rowan::version;

namespace {

struct Label {
  std::string colour = "white";
};
struct Entity {
  std::int64_t id = 0;
  std::int64_t revision = 0;
  std::string remark;
  std::vector<std::string> tags;
  void check() const {
    if (remark == "never") throw std::invalid_argument("remark");
  }
};
struct Item : Label, Entity {
  std::int64_t price = 0;
};
/// Its bases are not where it is itself.
struct Case : Label, Entity {
  std::int64_t weight = 0;
  std::vector<Item> items;
};
rowan::Mapping<Case, std::int64_t> mapping_of(std::type_identity<Case>) {
  return rowan::aggregate<Case>("cases", key("id", &Case::id), version("version", &Case::revision))
      .column("colour", &Case::colour)
      .column("remark", &Case::remark)
      .column("weight", &Case::weight)
      .unique(&Case::remark)
      .unversioned(&Case::colour)
      .children(&Case::tags,
                rowan::child<std::string>("case_tags", parent("case_id"), key("tag", rowan::self)))
      .children(&Case::items, rowan::child<Item>("items", parent("case_id"), key("id", &Item::id),
                                                 version("version", &Item::revision))
                                  .column("price", &Item::price)
                                  .column("colour", &Item::colour))
      .invariant<&Case::check>();
}

struct Counter : Entity {
  std::int64_t count = 0;
};
rowan::Mapping<Counter, std::int64_t> mapping_of(std::type_identity<Counter>) {
  return rowan::aggregate<Counter>("counters", key("id", &Counter::id, rowan::generated),
                                   version("version"))
      .column("count", &Counter::count);
}

}  // namespace

TEST_CASE_TEMPLATE("members of base classes are mapped as those of the class itself", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Case>();
  Case made;
  made.id = 1;
  made.remark = "fragile";
  made.weight = 5;
  made.tags = {"a", "b"};
  made.items.resize(1);
  made.items[0].id = 7;
  made.items[0].price = 3;
  made.items[0].colour = "blue";
  store_all(store, made);

  auto work = store.begin();
  auto found = work.template get<Case>(1);
  CHECK(found->revision == 1);
  CHECK(found->colour == "white");
  CHECK(found->remark == "fragile");
  CHECK(found->tags == made.tags);
  CHECK(found->items.at(0).id == 7);
  CHECK(found->items.at(0).revision == 1);
  CHECK(found->items.at(0).colour == "blue");

  found->colour = "red";
  work.commit();
  CHECK(found->revision == 1);
  found->remark = "never";
  CHECK_THROWS_AS(work.commit(), std::invalid_argument);
}

TEST_CASE_TEMPLATE("a key of a base class can be given by the database", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Counter>();
  auto work = store.begin();
  auto counter = work.add(Counter{});
  work.commit();
  CHECK(counter->id == 1);
}
