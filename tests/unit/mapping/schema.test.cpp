/// Schema: that a mapping which contradicts itself is refused, with every fault named at once.

#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <rowan/rowan.hpp>

using namespace rowan;

namespace library {

enum class Mood { calm, cross };
/// Not known before the program runs.
std::vector<std::pair<Mood, const char*>> enum_names(std::type_identity<Mood>) {
  return {{Mood::calm, "calm"}, {Mood::cross, "calm"}};
}
struct Leaf {
  int number = 0;
  std::optional<int> maybe;
  std::string text;
};
struct Chapter {
  int number = 0;
  std::int64_t version = 0;
  std::vector<Leaf> leaves;
  std::optional<Leaf> cover;
};
struct Author {
  std::string first;
  std::optional<std::string> last;
};
struct Nobody {
  std::optional<std::string> name;
};
struct Maybe {
  std::optional<int> value;
};
struct Blank {
  Maybe first;
  Maybe second;
};
struct Outer {
  std::optional<Blank> inner;
  int number = 0;
};
struct Book {
  std::int64_t id = 0;
  std::int64_t version = 0;
  std::string title;
  Author author;
  std::optional<Author> second;
  std::optional<Nobody> reader;
  std::optional<Blank> blank;
  Outer outer;
  std::variant<Outer, Nobody> either;
  Mood mood = Mood::calm;
  std::variant<Author, Nobody> by;
  std::vector<Chapter> chapters;
  std::optional<Chapter> appendix;
  std::vector<Leaf> leaves;
};
struct Shelf {
  explicit Shelf(std::int64_t n) : id(n) {}
  std::int64_t id;
  std::vector<Shelf> boards;
};
struct Weight {
  std::string unit;
  double amount = 0;
};
struct Parcel {
  Weight weight;
};
struct Crate {
  std::int64_t id = 0;
  std::vector<Parcel> parcels;
};
struct Club {
  Author key;
  std::vector<Chapter> meetings;
};

ValueObject<Author> author() {
  return value_object(part("first", &Author::first), part("last", &Author::last));
}
ValueObject<Author> value_of(std::type_identity<Author>) {
  return author();
}
ValueObject<Nobody> value_of(std::type_identity<Nobody>) {
  return value_object(part("name", &Nobody::name));
}
ValueObject<Blank> value_of(std::type_identity<Blank>) {
  return value_object(part("first", &Blank::first), part("second", &Blank::second));
}
ValueObject<Outer> value_of(std::type_identity<Outer>) {
  return value_object(part("inner_", &Outer::inner), part("number", &Outer::number));
}
ValueObject<Weight> value_of(std::type_identity<Weight>) {
  return value_object(part("unit", &Weight::unit), part("amount", &Weight::amount));
}

Mapping<Book, std::int64_t> books() {
  return aggregate("books", key("id", &Book::id), version("version", &Book::version));
}
Mapping<Chapter> chapters() {
  return child("chapters", parent("book_id"), key("no", &Chapter::number));
}
Mapping<Leaf> leaves() {
  return child("leaves", parent("book_id", "chapter_no"), key("no", &Leaf::number));
}
Mapping<Book, std::int64_t> mapping_of(std::type_identity<Book>) {
  return books().column("title", &Book::title);
}

}  // namespace library

using namespace library;

namespace {

using Strings = std::vector<std::string>;

template <class... M>
Strings faults(const M&... mappings) {
  try {
    (void)Schema::of(mappings...);
  } catch (const MappingError& error) {
    return error.faults();
  }
  return {};
}

}  // namespace

TEST_CASE("a sound mapping makes a schema in which its class is found") {
  const Schema schema = Schema::of<Book>();

  CHECK(schema.all().size() == 1);
  CHECK(schema.at(typeid(Book)).shape.table == "books");
}

TEST_CASE("a class that is not part of the schema is a usage error that names it") {
  const Schema schema = Schema::of<Book>();

  CHECK_THROWS_WITH_AS((void)schema.at(typeid(Club)),
                       "class library::Club is not part of the schema", UsageError);
}

TEST_CASE("a version that the database assigns to a child is a fault") {
  CHECK(faults(books().children(&Book::chapters,
                                child("chapters", parent("book_id"), key("no", &Chapter::number),
                                      version("version", assigned_by_database)))) ==
        Strings{
            "chapters, column version: only the version of a root can be unique or assigned by the "
            "database"});
}

TEST_CASE("a floating point number inside of a key is a fault, of a root and of a child") {
  CHECK(faults(aggregate("parcels", key("weight_", &Parcel::weight), version("version"))) ==
        Strings{"parcels, column weight_amount: a key is never a floating point number"});
  CHECK(faults(aggregate("crates", key("id", &Crate::id), version("version"))
                   .children(&Crate::parcels, child("parcels", parent("crate_id"),
                                                    key("weight_", &Parcel::weight)))) ==
        Strings{"parcels, column weight_amount: a key is never a floating point number"});
}

TEST_CASE("what is unusual is no fault") {
  CHECK(faults(books()
                   .column("shelf_id", &Book::title, references("shelves_of_somebody_else"))
                   .children(&Book::chapters, chapters().children(&Chapter::leaves, leaves()))
                   .children(&Book::appendix,
                             child<Chapter>("appendices", parent("book_id"))
                                 .children(&Chapter::leaves,
                                           child("appendix_leaves", parent("book_id"),
                                                 key("no", &Leaf::number))))) == Strings{});
  CHECK(faults(books().children(
            &Book::chapters,
            child("chapters", parent("book_id"), key("no", &Chapter::number, unique_in_table),
                  position("place"), version("version", &Chapter::version))
                .children(&Chapter::leaves, leaves()))) == Strings{});
}

TEST_CASE("a class that cannot be made is a fault, of a root and of a child") {
  CHECK(faults(aggregate("shelves", key("id", &Shelf::id), version("version"))
                   .children(&Shelf::boards,
                             child("boards", parent("shelf_id"), key("id", &Shelf::id)))) ==
        Strings{"shelves: its class has no default constructor open to the mapping: add "
                ".made_by(...)",
                "boards: its class has no default constructor open to the mapping: add "
                ".made_by(...)"});
  CHECK(faults(aggregate("shelves", key("id", &Shelf::id), version("version")).made_by([] {
          return Shelf{0};
        })) == Strings{});
}

TEST_CASE("a history is of versions that are known when they are written") {
  CHECK(faults(books().history("book_history")) == Strings{});
  CHECK(faults(aggregate("books", key("id", &Book::id), unversioned).history("book_history")) ==
        Strings{"books: a history is kept of versions, and it is unversioned"});
  CHECK(
      faults(aggregate("books", key("id", &Book::id), version("version", assigned_by_database))
                 .history("book_history")) ==
      Strings{"books: a version that the database assigns is known too late to keep a history of"});
}

TEST_CASE("the table of a history is a table like any other") {
  CHECK(faults(books().history("books")) == Strings{"books: two mappings use this table"});
  CHECK(faults(books().history("a.b.c")) ==
        Strings{"a.b.c: a table is named `table` or `schema.table`, and neither is empty"});
  CHECK(
      faults(
          aggregate("books", key("state", &Book::id), version("author")).history("book_history")) ==
      Strings{"book_history, column author: the table has this column twice",
              "book_history, column state: the table has this column twice"});
}

TEST_CASE("a column that a table has twice is a fault, whatever its case") {
  CHECK(faults(books().column("ID", &Book::title)) ==
        Strings{"books, column ID: the table has this column twice"});
  CHECK(faults(books().column("Version", &Book::title)) ==
        Strings{"books, column version: the table has this column twice"});
  CHECK(faults(books().children(&Book::chapters,
                                child("chapters", parent("no"), key("no", &Chapter::number)))) ==
        Strings{"chapters, column no: the table has this column twice"});
  CHECK(faults(books().children(
            &Book::chapters,
            child("chapters", parent("book_id"), key("no", &Chapter::number), position("NO")))) ==
        Strings{"chapters, column NO: the table has this column twice"});
  CHECK(faults(books().value("by_", &Book::author).column("by_first", &Book::title)) ==
        Strings{"books, column by_first: the table has this column twice"});
}

TEST_CASE("a member that is mapped twice is a fault") {
  CHECK(faults(books().column("moved", &Book::version)) ==
        Strings{"books: one member is mapped twice, to column version and to column moved"});
  CHECK(faults(books().column("a", &Book::title).column("b", &Book::title)) ==
        Strings{"books: one member is mapped twice, to column a and to column b"});
  CHECK(faults(books().column("number", &Book::id)) ==
        Strings{"books: one member is mapped twice, to column id and to column number"});
  CHECK(faults(books().value("a_", &Book::author).value("b_", &Book::author)) ==
        Strings{"books: one member is mapped twice, to column a_first and to column b_first"});
  CHECK(faults(books()
                   .children(&Book::chapters, chapters())
                   .children(&Book::chapters,
                             child("others", parent("book_id"), key("no", &Chapter::number)))) ==
        Strings{"books: one member is mapped twice, to table chapters and to table others"});
  CHECK(faults(books().children(
            &Book::chapters,
            chapters().column("a", &Chapter::version).column("b", &Chapter::version))) ==
        Strings{"chapters: one member is mapped twice, to column a and to column b"});
}

TEST_CASE("a table that two mappings use is a fault") {
  CHECK(faults(books(), aggregate("Books", key("id", &Chapter::number), unversioned)) ==
        Strings{"Books: two mappings use this table"});
  CHECK(faults(books()
                   .children(&Book::chapters, chapters())
                   .children(&Book::leaves,
                             child("chapters", parent("book_id"), key("no", &Leaf::number)))) ==
        Strings{"chapters: two mappings use this table"});
}

TEST_CASE("a class that is mapped twice is a fault") {
  CHECK(faults(books(), books()) == Strings{"books: its class is mapped twice in this schema"});
  CHECK(faults(books(), aggregate("tomes", key("id", &Book::id), unversioned)) ==
        Strings{"tomes: its class is mapped twice in this schema"});
}

TEST_CASE("parent columns that are not as many as the owner's key is a fault") {
  CHECK(faults(books().children(
            &Book::chapters,
            chapters().children(&Chapter::leaves, child("leaves", parent("chapter_no"),
                                                        key("no", &Leaf::number))))) ==
        Strings{"leaves: parent(chapter_no) names 1 column, but the key of chapters has 2 "
                "(book_id, no)"});
  CHECK(faults(books().children(&Book::leaves, leaves())) ==
        Strings{"leaves: parent(book_id, chapter_no) names 2 columns, but the key of books has 1 "
                "(id)"});
  CHECK(faults(aggregate("clubs", key("by_", &Club::key), unversioned)
                   .children(&Club::meetings,
                             child("meetings", parent("club"), key("no", &Chapter::number)))) ==
        Strings{"clubs, column by_last: it is part of the key, so it cannot be optional",
                "meetings: parent(club) names 1 column, but the key of clubs has 2 (by_first, "
                "by_last)"});
}

TEST_CASE("children that cannot be told apart, and a place in a list of one, are faults") {
  CHECK(faults(books().children(&Book::chapters, child<Chapter>("chapters", parent("book_id")))) ==
        Strings{"chapters: children in a std::vector need a key or a position to be told apart"});
  CHECK(faults(books().children(
            &Book::appendix, child<Chapter>("chapters", parent("book_id"), position("place")))) ==
        Strings{"chapters, column place: a child in a std::optional has no position"});
}

TEST_CASE("only what is directly beneath a root can move to another") {
  CHECK(faults(books().children(
            &Book::chapters,
            chapters().children(&Chapter::leaves,
                                child("leaves", parent("book_id", "chapter_no"),
                                      key("no", &Leaf::number, unique_in_table))))) ==
        Strings{"leaves, column no: only a child directly beneath a root can be unique_in_table"});
}

TEST_CASE("a name that no database keeps whole is a fault") {
  CHECK(faults(books().value("a_prefix_of_more_than_sixty_bytes_which_is_by_itself_not_too_long_",
                             &Book::author)) ==
        Strings{"books, column a_prefix_of_more_than_sixty_bytes_which_is_by_itself_not_too_long_"
                "first: the name is longer than 63 bytes",
                "books, column a_prefix_of_more_than_sixty_bytes_which_is_by_itself_not_too_long_"
                "last: the name is longer than 63 bytes"});
  CHECK(
      faults(books().value("", &Book::author,
                           value_object(part("", &Author::first), part("a\nb", &Author::last)))) ==
      Strings{"books: a column has no name",
              "books: the name of a column holds a control character"});
}

TEST_CASE("the name of a table has a schema before it or none, and halves of 63 bytes") {
  const auto fault = [](const std::string& table) {
    return Strings{table + ": a table is named `table` or `schema.table`, and neither is empty"};
  };
  CHECK(faults(aggregate("r.", key("id", &Book::id), unversioned)) == fault("r."));
  CHECK(faults(aggregate(".t", key("id", &Book::id), unversioned)) == fault(".t"));
  CHECK(faults(aggregate("a.b.c", key("id", &Book::id), unversioned)) == fault("a.b.c"));
  CHECK(faults(aggregate("a_schema_with_a_name_of_forty_bytes_in_all_."
                         "a_table_with_a_name_of_forty_bytes_in_all",
                         key("id", &Book::id), unversioned)) == Strings{});
}

TEST_CASE("a key has any number of members") {
  const Schema schema =
      Schema::of(aggregate("books",
                           key(key("id", &Book::id), key("title", &Book::title),
                               key("mood", &Book::mood), key("moved", &Book::version)),
                           version("version")));

  CHECK(schema.at(typeid(Book)).shape.key_width == 4);
}

TEST_CASE("what the building of a mapping found is a fault of its schema") {
  CHECK(faults(books().value("reader_", &Book::reader)) ==
        Strings{"books: the optional value object at reader_name has optional parts only, so an "
                "empty one and none are the same"});
  CHECK(faults(books().value("blank_", &Book::blank)) ==
        Strings{"books: the optional value object at blank_first, blank_second has optional parts "
                "only, so an empty one and none are the same"});
  CHECK(faults(books().value("outer_", &Book::outer)) ==
        Strings{"books: the optional value object at outer_inner_first, outer_inner_second has "
                "optional parts only, so "
                "an empty one and none are the same"});
  CHECK(faults(books().one_of("kind", &Book::either,
                              when("outer", value_of(std::type_identity<Outer>{})),
                              when("nobody", value_of(std::type_identity<Nobody>{})))) ==
        Strings{"books: the optional value object at inner_first, inner_second has optional parts "
                "only, so an "
                "empty one and none are the same"});
  CHECK(faults(books().column("mood", &Book::mood, as_text)) ==
        Strings{"books, column mood: enum_names gives two enumerators one name"});
  CHECK(faults(books().one_of("by", &Book::by, when("a", author()),
                              when("a", value_object(part("name", &Nobody::name))))) ==
        Strings{"books, column by: two alternatives are named 'a'"});
}

TEST_CASE("all faults are told at once, in one list") {
  try {
    (void)Schema::of(books()
                         .column("ID", &Book::title)
                         .children(&Book::chapters, child<Chapter>("chapters", parent("a", "b"))),
                     aggregate("shelves", key("id", &Shelf::id), version("version")));
    FAIL("no error");
  } catch (const MappingError& error) {
    CHECK(error.faults().size() == 4);
    CHECK(std::string(error.what()) ==
          "the mapping has 4 faults:\n"
          "- books, column ID: the table has this column twice\n"
          "- chapters: parent(a, b) names 2 columns, but the key of books has 1 (id)\n"
          "- chapters: children in a std::vector need a key or a position to be told apart\n"
          "- shelves: its class has no default constructor open to the mapping: add .made_by(...)");
  }
}
