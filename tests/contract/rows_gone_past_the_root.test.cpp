/// A child's row that others took away or moved past its root is the same conflict at every level.

#include <string>

#include "orders.hpp"
#include "ways.hpp"

using namespace contract;
using rowan::Conflict;
using rowan::StaleDataError;
using rowan::UnitOfWork;

namespace {

struct Chapter {
  std::int64_t number = 0;
  std::int64_t version = 0;
  std::string title;
};
struct Book {
  std::int64_t id = 0;
  std::vector<Chapter> chapters;
};
rowan::Mapping<Book, std::int64_t> mapping_of(std::type_identity<Book>) {
  return rowan::aggregate("books", rowan::key("id", &Book::id), rowan::version("version"))
      .children(&Book::chapters, rowan::child("chapters", rowan::parent("book_id"),
                                              rowan::key("number", &Chapter::number),
                                              rowan::version("version", &Chapter::version))
                                     .column("title", &Chapter::title));
}

}  // namespace

TEST_CASE_TEMPLATE("a child's row that is gone is the same conflict at every level", B, Sqlite,
                   Postgres) {
  for (const Way& way : open_ways<B>())
    for (const bool removes : {false, true}) {
      CAPTURE(way.name);
      CAPTURE(removes);
      Database<B> db;
      rowan::Store store = db.template open<Order>(way.store());
      store_all(store, order(1));
      UnitOfWork work = store.begin(way.work());
      rowan::Ref<Order> ref = work.get<Order>({1});
      db.execute("DELETE FROM order_lines WHERE line_no = 2");
      if (removes)
        ref->lines.pop_back();
      else
        ref->lines[1].quantity = 9;
      const auto error = thrown<StaleDataError>([&] { work.commit(); });
      REQUIRE(error.conflicts().size() == 1);
      const Conflict& conflict = error.conflicts().front();
      CHECK(conflict.table == "order_lines");
      CHECK(conflict.key == key_of({1, 2}));
      CHECK(conflict.root_table == "orders");
      CHECK(conflict.kind == Conflict::Kind::deleted);
      CHECK(conflict.expected == 1);
      CHECK(conflict.found == 1);
      CHECK(error.complete());
    }
}

TEST_CASE_TEMPLATE("a child's own version that has moved is the same conflict at every level", B,
                   Sqlite, Postgres) {
  for (const Way& way : open_ways<B>()) {
    CAPTURE(way.name);
    Database<B> db;
    rowan::Store store = db.template open<Book>(way.store());
    store_all(store, Book{1, {{1, 0, "a"}}});
    UnitOfWork work = store.begin(way.work());
    rowan::Ref<Book> ref = work.get<Book>(1);
    db.execute("UPDATE chapters SET version = 2, title = 'theirs'");
    ref->chapters[0].title = "mine";
    const auto error = thrown<StaleDataError>([&] { work.commit(); });
    REQUIRE(error.conflicts().size() == 1);
    CHECK(error.conflicts().front().table == "chapters");
    CHECK(error.conflicts().front().kind == Conflict::Kind::changed);
  }
}

TEST_CASE_TEMPLATE("all rows that are gone past their roots are told of at once", B, Sqlite,
                   Postgres) {
  for (const Way& way : open_ways<B>()) {
    CAPTURE(way.name);
    Database<B> db;
    rowan::Store store = db.template open<Order>(way.store());
    store_all(store, order(1), order(2), order(3));
    UnitOfWork work = store.begin(way.work());
    for (const std::int64_t id : {1, 2, 3})
      for (Note& note : work.get<Order>({id})->notes) note.text += "!";
    work.get<Order>({3})->notes.push_back({"new"});
    db.execute("DELETE FROM notes WHERE order_id = 1 AND pos < 2 OR order_id = 2 AND pos = 1");
    const auto error = thrown<StaleDataError>([&] { work.commit(); });
    CHECK(error.complete());
    std::vector<rowan::KeyValues> keys;
    for (const Conflict& conflict : error.conflicts()) {
      CHECK(conflict.table == "notes");
      CHECK(conflict.kind == Conflict::Kind::deleted);
      keys.push_back(conflict.key);
    }
    CHECK(keys == std::vector{key_of({1, 0}), key_of({1, 1}), key_of({2, 1})});
  }
}

TEST_CASE_TEMPLATE(
    "a version that a child was given by an earlier flush is no conflict of a later one", B, Sqlite,
    Postgres) {
  for (const Way& way : open_ways<B>()) {
    CAPTURE(way.name);
    Database<B> db;
    rowan::Store store = db.template open<Book>(way.store());
    store_all(store, Book{1, {{1, 0, "a"}, {2, 0, "b"}}});
    db.execute("CREATE UNIQUE INDEX one_title ON chapters (title)");
    UnitOfWork work = store.begin(way.work());
    rowan::Ref<Book> ref = work.get<Book>(1);
    ref->chapters[0].title = "flushed";
    work.flush();
    ref->chapters[0].title = "again";
    ref->chapters.push_back({3, 0, "b"});
    CHECK_THROWS_AS(work.commit(), rowan::ConstraintViolation);
  }
}
