/// Keys meant to break something: each is found again wherever a key may stand, or is refused.

#include <cstdint>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

#include "database.hpp"
#include "hostile_texts.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::DataError;

namespace {

struct Entry {
  std::string key;
  std::string value;
};
struct Book {
  std::string name;
  std::int64_t number = 0;
  std::string text;
  std::vector<Entry> entries;
  std::vector<std::string> words;
};
using BookId = std::tuple<std::string, std::int64_t>;

rowan::Mapping<Book, BookId> mapping_of(std::type_identity<Book>) {
  using rowan::child, rowan::key, rowan::parent;
  return rowan::aggregate("books", key("name", &Book::name, "number", &Book::number),
                          rowan::version("version"))
      .column("text", &Book::text)
      .children(&Book::entries,
                child("entries", parent("book", "book_number"), key("entry", &Entry::key))
                    .column("value", &Entry::value))
      .children(&Book::words, child<std::string>("words", parent("book", "book_number"),
                                                 key("word", rowan::self)));
}

Book book(const std::string& name, std::int64_t number) {
  return {name, number, "old", {{name, "a"}, {name + "'", "b"}}, {name, name + "\""}};
}

}  // namespace

TEST_CASE_TEMPLATE("a hostile key is a key like any other, of a root and of its children", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Book>();
  auto names = hostile_texts();
  names.push_back("");
  if (!db.postgres) {
    for (const auto& text : broken_texts()) names.push_back(text);
    names.push_back(std::string("a\0b", 3));
    names.push_back(std::string("a\0c", 3));
  }
  using Limits = std::numeric_limits<std::int64_t>;
  std::vector<BookId> ids;
  {
    auto work = store.begin();
    for (const std::string& name : names)
      for (const std::int64_t number : {Limits::min(), Limits::max()}) {
        work.add(book(name, number));
        ids.emplace_back(name, number);
      }
    work.commit();
  }
  {
    auto work = store.begin();
    const auto all = work.template get_all<Book>(ids);
    REQUIRE(all.size() == ids.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      CHECK((all[i].id() == ids[i]));
      CHECK(all[i]->entries.size() == 2);
      CHECK(all[i]->words.size() == 2);
      all[i]->entries[0].value = "new";
      all[i]->entries.pop_back();
      all[i]->words.push_back("more" + std::get<0>(ids[i]));
    }
    work.commit();
  }
  std::vector<std::pair<BookId, std::int64_t>> expected;
  for (const BookId& id : ids) {
    auto work = store.begin();
    auto ref = work.template find<Book>(id);
    REQUIRE(ref.has_value());
    CHECK(ref->version() == 2);
    CHECK((*ref)->entries.size() == 1);
    CHECK((*ref)->entries[0].value == "new");
    CHECK((*ref)->words.size() == 3);
    const auto same = work.template find_all<Book>(
        rowan::where("name = ? AND number = ?", std::get<0>(id), std::get<1>(id)));
    REQUIRE(same.size() == 1);
    CHECK(same[0] == *ref);
    expected.emplace_back(id, 2);
  }
  auto work = store.begin();
  CHECK(work.template update_all<Book>(rowan::set("text = ?", "new"), expected).empty());
  work.commit();
  for (auto& [id, version] : expected) version = 3;
  CHECK(work.template remove_all<Book>(expected).empty());
  work.commit();
  CHECK(db.number("SELECT (SELECT count(*) FROM books) + (SELECT count(*) FROM entries) + "
                  "(SELECT count(*) FROM words)") == 0);
}

TEST_CASE(
    "a key that PostgreSQL cannot have is refused with table and column, and the unit goes on") {
  Database<Postgres> db;
  rowan::Store store = db.open<Book>();
  store_all(store, book("good", 1));
  auto bad = broken_texts();
  bad.push_back(std::string("a\0b", 3));
  for (const std::string& text : bad) {
    auto work = store.begin();
    auto good = work.get<Book>({"good", 1});
    const auto version = good.version();
    CHECK(has(thrown<DataError>([&] { (void)work.find<Book>({text, 1}); }).what(), "column name"));
    CHECK_THROWS_AS((void)work.get_all<Book>({{"good", 1}, {text, 1}}), DataError);
    CHECK_THROWS_AS(work.remove<Book>({text, 1}), DataError);
    good->text += "!";
    auto added = work.add(book(text, 2));
    const auto error = thrown<DataError>([&] { work.commit(); });
    CHECK(has(error.what(), "books"));
    CHECK(has(error.what(), "column name"));
    work.discard(added);
    good->entries.push_back({text, "secret"});
    const auto of_child = thrown<DataError>([&] { work.commit(); });
    CHECK(has(of_child.what(), "entries"));
    CHECK(has(of_child.what(), "column entry"));
    CHECK_FALSE(has(of_child.what(), "secret"));
    good->entries.pop_back();
    work.commit();
    CHECK(good.version() == version + 1);
    CHECK(db.number("SELECT count(*) FROM books") == 1);
  }
}

TEST_CASE_TEMPLATE(
    "a key of ten megabytes is kept, or refused by an index that is too narrow; messages show its "
    "beginning",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Book>();
  store_all(store, book("good", 1));
  const std::string large(10'000'000, 'k');
  auto work = store.begin();
  CHECK_FALSE(work.template find<Book>({large, 1}).has_value());
  const auto missing = thrown<rowan::NotFound>([&] { (void)work.template get<Book>({large, 1}); });
  CHECK(has(missing.what(), "books"));
  CHECK(std::string(missing.what()).size() < 1000);
  auto added = work.add(book(large, 1));
  if (!db.postgres) {
    work.commit();
    CHECK(added.version() == 1);
    CHECK(store.begin().template get<Book>({large, 1})->entries.size() == 2);
    return;
  }
  const auto error = thrown<rowan::QueryError>([&] { work.commit(); });
  CHECK(error.code() == "54000");  // program_limit_exceeded
  CHECK(has(error.what(), "books"));
  CHECK(std::string(error.what()).size() < 1000);
  work.rollback();
  work.discard(added);
  work.template get<Book>({"good", 1})->text = "new";
  work.commit();
  CHECK(db.text("SELECT text FROM books") == "new");
}
