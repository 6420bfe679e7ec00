/// Names of tables and columns meant to break something: quoted, and never taken for SQL.

#include <string>
#include <vector>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;

namespace {

struct Part {
  std::int64_t number = 0;
  std::string text;
};
struct Thing {
  std::int64_t id = 0;
  std::int64_t version = 0;
  std::string text;
  std::vector<Part> parts;
};

/// Key and text of the parts are called as those of the roots are.
struct Names {
  rowan::Name table;
  rowan::Name key;
  rowan::Name version;
  rowan::Name text;
  rowan::Name parts;
};
rowan::Mapping<Thing, std::int64_t> called(const Names& names) {
  return rowan::aggregate(names.table, rowan::key(names.key, &Thing::id),
                          rowan::version(names.version, &Thing::version))
      .column(names.text, &Thing::text)
      .children(&Thing::parts, rowan::child(names.parts, rowan::parent("$1 of \"it's\" ?"),
                                            rowan::key(names.key, &Part::number))
                                   .column(names.text, &Part::text));
}
[[maybe_unused]] rowan::Mapping<Thing, std::int64_t> mapping_of(std::type_identity<Thing>) {
  return called({"things", "id", "version", "text", "parts"});
}

const std::vector<Names> hostile_names{
    {"\"", "\"\"", "\"\"\"", "\"\"\"\"", "\"; --"},
    {"a\"b", "a\"", "\"a", "\" = 1 OR \"", "\"\"; DROP TABLE bystander; --"},
    {"'", "''", "'; --", "E'", "'||'"},
    {"?", "??", "? ", "?1", "?2"},
    {"$1", "$2", "$$", ":id", "@x"},
    {"--", "/*", "*/", "--x", "/**/"},
    {"\\", "\\\"", "\\'", "\\x41", "\\n"},
    {" ", "  ", "a ", " a", ";"},
    {"SELECT", "rowid", "NULL", "oid", "VALUES"},
    {"[x]", "`x`", "{x}", "(", ")"},
    {"1", "0x1", "%s", "-1", "1e5"},
    {"\xc3\xa9", "\xf0\x9f\x98\x80", "\xe2\x80\xae", "e\xcc\x81", "\xef\xbb\xbf"},
};

/// The name in quotes, for SQL of one's own.
std::string quoted(rowan::Name name) {
  std::string out = "\"";
  for (const char c : name.str()) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

}  // namespace

TEST_CASE_TEMPLATE("a hostile name is a name", B, Sqlite, Postgres) {
  for (const Names& names : hostile_names) {
    const std::string table = names.table.str();
    CAPTURE(table);
    Database<B> db;
    db.execute("CREATE TABLE bystander (id integer)");
    rowan::Store store = db.open(rowan::Schema::of(called(names)));
    store.create_tables();
    store.check_tables();
    store_all(store, Thing{1, 0, "a", {{1, "x"}, {2, "y"}}}, Thing{2, 0, "b", {{1, "z"}}});
    auto work = store.begin();
    auto ref = work.template get<Thing>(1);
    ref->text = "c";
    ref->parts[0].text = "changed";
    ref->parts.pop_back();
    work.commit();
    CHECK(ref->version == 2);
    const std::string equals = quoted(names.text) + " = ?";
    CHECK(work.template find_all<Thing>(rowan::where(equals, "c").order_by(names.text)) ==
          std::vector{ref});
    CHECK(work.template update_all<Thing>(rowan::set(equals, "d"), rowan::where(equals, "b")) == 1);
    work.commit();
    auto fresh = store.begin();
    REQUIRE(fresh.template get<Thing>(1)->parts.size() == 1);
    CHECK(fresh.template get<Thing>(1)->parts[0].text == "changed");
    CHECK(fresh.template get<Thing>(2)->text == "d");
    CHECK(fresh.template remove_all<Thing>(rowan::Query()) == 2);
    fresh.commit();
    CHECK(db.number("SELECT count(*) FROM bystander") == 0);
    CHECK(db.number("SELECT count(*) FROM " + quoted(names.parts)) == 0);
  }
}
