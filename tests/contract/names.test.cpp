/// Names of tables and columns that need quotes, or say where the table is.

#include "database.hpp"
#include "orders.hpp"

using namespace contract;

namespace {

struct Member {
  int number = 0;
  std::string name;
};
struct Group {
  std::int64_t id = 0;
  std::int64_t version = 0;
  std::string text;
  std::vector<Member> members;
};
rowan::Mapping<Group, std::int64_t> group_in(rowan::Name table, rowan::Name members) {
  return rowan::aggregate(table, rowan::key("select", &Group::id),
                          rowan::version("Version", &Group::version))
      .column("group", &Group::text)
      .children(&Group::members, rowan::child(members, rowan::parent("Order id"),
                                              rowan::key("from", &Member::number))
                                     .column("say \"it\"", &Member::name));
}
rowan::Mapping<Group, std::int64_t> mapping_of(std::type_identity<Group>) {
  return group_in("Order", "Table \u00e4");
}

void check_group(auto& db, rowan::Store& store) {
  store.create_tables();
  store.check_tables();
  store_all(store, Group{1, 0, "a", {{1, "x"}, {2, "y"}}}, Group{2, 0, "b", {}});
  auto work = store.begin();
  auto ref = work.template get<Group>(1);
  REQUIRE(ref->members.size() == 2);
  CHECK(ref->members[1].name == "y");
  db.log->clear();
  work.commit();
  CHECK(db.writes().empty());
  ref->text = "c";
  ref->members[0].name = "z";
  ref->members.pop_back();
  ref->members.push_back({3, "new"});
  work.commit();
  CHECK(ref->version == 2);
  auto fresh = store.begin();
  const auto found = fresh.template find_all<Group>(
      rowan::where("\"group\" = ?", std::string("c")).order_by("group").order_by("select"));
  REQUIRE(found.size() == 1);
  REQUIRE(found[0]->members.size() == 2);
  CHECK(found[0]->members[0].name == "z");
  fresh.remove(found[0]);
  fresh.commit();
  CHECK(store.begin().template count<Group>() == 1);
}

}  // namespace

TEST_CASE_TEMPLATE("quoted, mixed-case and reserved names work", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.open(rowan::Schema::of<Group>());
  check_group(db, store);
}

TEST_CASE("a table of another schema works: Postgres only") {
  Database<Postgres> db;
  db.execute("SET client_min_messages = warning");
  db.execute("DROP SCHEMA IF EXISTS \"Contract elsewhere\" CASCADE");
  db.execute("CREATE SCHEMA \"Contract elsewhere\"");
  rowan::Store store = db.open(
      rowan::Schema::of(group_in("Contract elsewhere.groups", "Contract elsewhere.members")));
  check_group(db, store);
  CHECK(db.number("SELECT count(*) FROM \"Contract elsewhere\".groups") == 1);
  db.execute("DROP SCHEMA \"Contract elsewhere\" CASCADE");
}

TEST_CASE("a table of a named database works: Sqlite only") {
  Database<Sqlite> db;
  rowan::Store store = db.open(rowan::Schema::of(group_in("main.groups", "main.members")));
  check_group(db, store);
}
