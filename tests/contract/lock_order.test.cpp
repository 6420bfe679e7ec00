/// The order in which a flush locks what it writes: by the bytes of table and key, whatever the
/// database would sort by.

#include <string>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;

namespace {

struct Word {
  std::string text;
  std::string meaning;
};
rowan::Mapping<Word, std::string> mapping_of(std::type_identity<Word>) {
  return rowan::aggregate("words", rowan::key("text", &Word::text), rowan::version("version"))
      .column("meaning", &Word::meaning);
}

/// Words whose column sorts them otherwise than their bytes do.
template <class B>
rowan::Store open_words(Database<B>& db) {
  const std::string collation = db.postgres ? "\"en-x-icu\"" : "NOCASE";
  db.execute("CREATE TABLE words (text varchar(20) COLLATE " + collation +
             " PRIMARY KEY, version bigint NOT NULL, meaning varchar(20) NOT NULL)");
  rowan::Store store = db.open(rowan::Schema::of<Word>());
  store_all(store, Word{"a", ""}, Word{"B", ""}, Word{"c", ""}, Word{"\xc3\xa9", ""});
  return store;
}

/// The key of each statement on a root, with its verb.
Strings locked(const rowan::testing::Log& log) {
  Strings out;
  for (const rowan::Statement& statement : log.statements())
    for (const std::string verb : {"UPDATE", "DELETE", "SELECT"})
      if (statement.sql.str().starts_with(verb + " ") && has(statement.sql, "words"))
        for (const rowan::Value& value : statement.params)
          if (const auto* text = std::get_if<std::string>(&value); text && *text != "new")
            out.push_back(verb + " " + *text);
  return out;
}

}  // namespace

TEST_CASE_TEMPLATE("bumps, removals and guards are sent in the order of the keys' bytes", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_words(db);
  const bool a_first = db.text("SELECT min(text) FROM words") == "a";
  CHECK(a_first);  // to the database, and so not what follows
  auto work = store.begin();
  auto accented = work.template get<Word>("\xc3\xa9");
  auto a = work.template get<Word>("a");
  auto b = work.template get<Word>("B");
  auto c = work.template get<Word>("c");
  db.log->clear();
  accented->meaning = "new";
  a->meaning = "new";
  b->meaning = "new";
  work.commit();
  CHECK(locked(*db.log) == Strings{"UPDATE B", "UPDATE a", "UPDATE \xc3\xa9"});

  db.log->clear();
  work.expect_unchanged(accented);
  c->meaning = "new";
  work.remove(a);
  work.expect_unchanged(b);
  work.commit();
  // What is removed is looked at in its place, and goes when all beneath it has gone.
  CHECK(locked(*db.log) ==
        Strings{"SELECT B", "SELECT a", "UPDATE c", "SELECT \xc3\xa9", "DELETE a"});
}
