/// Copies that are not what they seem, and members that the version does not tell of.

#include <optional>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::Clash;
using rowan::Detached;
using rowan::DocumentError;
using rowan::MergeConflict;
using rowan::Merging;
using rowan::Side;
using rowan::StaleDataError;
using rowan::UsageError;

namespace {

/// A cover is one at most, and told from others by its number.
struct Cover {
  std::int64_t number = 0;
  std::string colour;
};
struct Book {
  std::int64_t id = 0;
  int version = 0;
  std::string title;
  int views = 0;
  std::optional<Cover> cover;
};
rowan::Mapping<Book, std::int64_t> mapping_of(std::type_identity<Book>) {
  using rowan::key, rowan::parent;
  return rowan::aggregate("books", key("id", &Book::id), rowan::version("version", &Book::version))
      .column("title", &Book::title)
      .column("views", &Book::views)
      .children(&Book::cover,
                rowan::child("covers", parent("book_id"), key("number", &Cover::number))
                    .column("colour", &Cover::colour))
      .unversioned(&Book::views);
}

template <class B>
struct Library {
  Database<B> db;
  rowan::Store store = db.template open<Book>();

  Library() { store_all(store, Book{1, 0, "old", 0, {}}, Book{2, 0, "other", 0, {}}); }
  Detached<Book> copy() {
    auto work = store.begin();
    return work.detach(work.template get<Book>(1));
  }
  template <class F>
  void edit(F&& how) {
    store.transact([&](rowan::UnitOfWork& work) { how(*work.template get<Book>(1)); });
  }
  Book stored() {
    auto work = store.begin();
    return *work.template get<Book>(1);
  }
};

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  return text.replace(text.find(what), what.size(), by);
}

}  // namespace

TEST_CASE_TEMPLATE("what moves no version stays as it is unless the copy has changed it", B, Sqlite,
                   Postgres) {
  for (const bool with_base : {true, false}) {
    Library<B> on;
    auto copy = on.copy();
    if (!with_base) copy = copy.without_base();
    on.edit([](Book& book) { book.views = 9; });  // still at version 1
    copy->title = "new";
    auto work = on.store.begin();
    work.merge(copy);
    work.commit();
    CHECK(on.stored().views == 9);
    CHECK(on.stored().title == "new");
  }
  Library<B> on;
  auto copy = on.copy();
  on.edit([](Book& book) { book.views = 9; });
  copy->views = 100;
  auto work = on.store.begin();
  work.merge(copy);
  work.commit();
  CHECK(on.stored().views == 100);
}

TEST_CASE_TEMPLATE("a base that was never stored at that version is seen where both have changed",
                   B, Sqlite, Postgres) {
  Library<B> on;
  const auto early = on.copy();
  on.edit([](Book& book) { book.title = "second"; });
  auto late = on.copy();
  on.store.transact([](rowan::UnitOfWork& work) { (void)work.remove<Book>(1); });
  {
    auto work = on.store.begin();
    work.merge(early, Merging::reject, rowan::IfDeleted::resurrect);
    work.commit();  // at the late copy's version, which was another state
  }
  late->title = "mine";
  auto work = on.store.begin();
  CHECK(thrown<StaleDataError>([&] { work.merge(late); }).conflicts().front().found == 2);
  const auto conflict = thrown<MergeConflict>([&] { work.merge(late, Merging::by_field); });
  CHECK(conflict.clashes().front().theirs == "\"old\"");
  CHECK(on.stored().title == "old");
}

TEST_CASE_TEMPLATE("the key of a copy without a base is not the user's to change either", B, Sqlite,
                   Postgres) {
  Library<B> on;
  auto copy = on.copy().without_base();
  copy->id = 2;
  auto work = on.store.begin();
  CHECK_THROWS_AS(work.merge(copy), UsageError);
}

TEST_CASE_TEMPLATE("of a child that can be one at most two are a clash", B, Sqlite, Postgres) {
  Library<B> on;
  auto copy = on.copy();
  copy->cover = Cover{5, "red"};
  on.edit([](Book& book) { book.cover = Cover{6, "blue"}; });
  auto work = on.store.begin();
  const auto conflict = thrown<MergeConflict>([&] { work.merge(copy, Merging::by_field); });
  REQUIRE(conflict.clashes().size() == 1);
  CHECK(conflict.clashes().front().kind == Clash::Kind::list);
  CHECK(conflict.clashes().front().pointer == "/state/covers");
  auto merged = work.merge(copy, conflict.resolution().take_rest(Side::theirs));
  work.commit();
  CHECK(merged->cover->number == 6);
  CHECK(on.db.number("SELECT count(*) FROM covers") == 1);
}

TEST_CASE_TEMPLATE("a child that can be one at most is merged by field where it is the same", B,
                   Sqlite, Postgres) {
  Library<B> on;
  on.edit([](Book& book) { book.cover = Cover{5, "red"}; });
  auto copy = on.copy();
  copy->cover->colour = "green";
  on.edit([](Book& book) { book.title = "theirs"; });
  auto work = on.store.begin();
  auto merged = work.merge(copy, Merging::by_field);
  work.commit();
  CHECK(merged->cover->colour == "green");
  CHECK(merged->title == "theirs");
}

TEST_CASE_TEMPLATE("what this unit has removed takes no copy", B, Sqlite, Postgres) {
  Library<B> on;
  const auto copy = on.copy();
  auto work = on.store.begin();
  (void)work.template remove<Book>(1);
  for (const auto if_deleted : {rowan::IfDeleted::reject, rowan::IfDeleted::resurrect})
    CHECK_THROWS_AS(work.merge(copy, Merging::reject, if_deleted), UsageError);
}

TEST_CASE_TEMPLATE("a copy goes by way of a document and comes back the same", B, Sqlite,
                   Postgres) {
  Library<B> on;
  on.edit([](Book& book) { book.cover = Cover{5, "red"}; });
  auto copy = on.copy();
  copy->title = "from afar";
  const auto schema = rowan::Schema::of<Book>();
  for (const auto& sent : {copy, copy.without_base()}) {
    const auto back = Detached<Book>::from_json(schema, sent.to_json());
    CHECK(back == sent);
    CHECK(back->version == 2);
  }
  auto work = on.store.begin();
  work.merge(Detached<Book>::from_json(schema, copy.to_json()));
  work.commit();
  CHECK(on.stored().title == "from afar");
  CHECK(has(Detached<Book>::json_schema(schema), "\"covers\""));
}

TEST_CASE_TEMPLATE("a document of a stranger is a copy or a DocumentError", B, Sqlite, Postgres) {
  Library<B> on;
  const auto schema = rowan::Schema::of<Book>();
  const std::string text = on.copy().to_json();
  const auto pointer = [&](const std::string& what, const std::string& by) {
    return thrown<DocumentError>(
               [&] { (void)Detached<Book>::from_json(schema, replaced(text, what, by)); })
        .pointer();
  };
  const std::string version = "\"version\":\"1\"";
  for (const char* token : {"0", "-1", "007", "1 ", "", "x", "9999999999", "99999999999999999999"})
    CHECK(pointer(version, std::string("\"version\":\"") + token + "\"") == "/version");
  CHECK(pointer("\"views\":0", "\"views\":9999999999") == "/state");  // no int
  CHECK(pointer("\"id\":1", "\"id\":2") == "/base/id");
  CHECK(pointer("\"title\":\"old\"", "\"title\":4") == "/state/title");
  CHECK_THROWS_AS((void)Detached<Order>::from_json(schema, text), UsageError);
}
