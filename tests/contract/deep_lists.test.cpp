/// Lists in lists in lists whose children are told apart by their places alone.

#include <string>
#include <utility>
#include <vector>

#include "orders.hpp"

using namespace contract;

namespace {

struct Sentence {
  std::string text;
  friend bool operator==(const Sentence&, const Sentence&) = default;
};
struct Paragraph {
  std::string title;
  std::vector<Sentence> sentences;
  friend bool operator==(const Paragraph&, const Paragraph&) = default;
};
struct Chapter {
  std::string title;
  std::vector<Paragraph> paragraphs;
  friend bool operator==(const Chapter&, const Chapter&) = default;
};
struct Novel {
  std::int64_t id = 0;
  std::vector<Chapter> chapters;
};
rowan::Mapping<Novel, std::int64_t> mapping_of(std::type_identity<Novel>) {
  using rowan::child, rowan::parent, rowan::position;
  auto sentences =
      child<Sentence>("sentences", parent("novel", "chapter", "paragraph"), position("sentence"))
          .column("text", &Sentence::text);
  auto paragraphs =
      child<Paragraph>("paragraphs", parent("novel", "chapter"), position("paragraph"))
          .column("title", &Paragraph::title)
          .children(&Paragraph::sentences, std::move(sentences));
  return rowan::aggregate("novels", rowan::key("id", &Novel::id), rowan::version("version"))
      .children(&Novel::chapters, child<Chapter>("chapters", parent("novel"), position("chapter"))
                                      .column("title", &Chapter::title)
                                      .children(&Chapter::paragraphs, std::move(paragraphs)));
}

Novel novel(std::int64_t id) {
  Novel out{id, {}};
  for (const std::string c : {"one", "two", "three"}) {
    Chapter chapter{c, {}};
    for (const std::string p : {".1", ".2"})
      chapter.paragraphs.push_back({c + p, {{c + p + "a"}, {c + p + "b"}, {c + p + "c"}}});
    out.chapters.push_back(std::move(chapter));
  }
  return out;
}

/// Edits it, commits, and sees that a fresh unit reads what is in memory.
template <class F>
void check_edit(rowan::Store& store, F&& edit) {
  auto work = store.begin();
  auto ref = work.get<Novel>(1);
  const std::int64_t before = ref.version();
  edit(ref->chapters);
  work.commit();
  CHECK(ref.version() == before + 1);
  auto fresh = store.begin();
  CHECK(fresh.get<Novel>(1)->chapters == ref->chapters);
  CHECK(fresh.get<Novel>(2)->chapters == novel(2).chapters);
}

}  // namespace

TEST_CASE_TEMPLATE("three levels without keys of their own are saved, changed and removed", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Novel>();
  store_all(store, novel(1), novel(2));
  CHECK(db.number("SELECT count(*) FROM sentences") == 36);
  using Chapters = std::vector<Chapter>;
  check_edit(store, [](Chapters& c) { c[1].paragraphs[0].sentences[2].text = "changed"; });
  check_edit(store, [](Chapters& c) {
    c[0].paragraphs[1].sentences.erase(c[0].paragraphs[1].sentences.begin());
  });
  check_edit(store, [](Chapters& c) { c.erase(c.begin()); });
  check_edit(store, [](Chapters& c) { c.insert(c.begin(), {"new", {{"new.1", {{"s"}}}}}); });
  check_edit(store, [](Chapters& c) { std::swap(c[0], c[2]); });
  check_edit(store, [](Chapters& c) { c[1].paragraphs.clear(); });
  check_edit(store, [](Chapters& c) { c = novel(1).chapters; });
  check_edit(store, [](Chapters& c) { c.clear(); });
  check_edit(store, [](Chapters& c) { c = novel(1).chapters; });
  auto work = store.begin();
  work.remove(work.get<Novel>(1));
  work.commit();
  CHECK(db.number("SELECT count(*) FROM sentences") == 18);
  CHECK(db.number("SELECT count(*) FROM chapters WHERE novel = 1") == 0);
}
