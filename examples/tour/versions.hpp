#pragma once
/// Small classes, each for one thing that a mapping can say about versions.

#include <cstdint>
#include <string>
#include <vector>

#include <rowan/mapping.hpp>

namespace tour {

struct Page {
  std::int64_t id = 0;
  std::int64_t version = 0;
  std::string text;
};

// [unique_versions]
inline rowan::Mapping<Page, std::int64_t> mapping_of(std::type_identity<Page>) {
  using namespace rowan;
  return aggregate("pages", key("id", &Page::id),
                   version("version", &Page::version, unique_versions))
      .column("text", &Page::text);
}
// [/unique_versions]

struct Meter {
  std::int64_t id = 0;
  double reading = 0;
};

// [assigned_by_database]
inline rowan::Mapping<Meter, std::int64_t> mapping_of(std::type_identity<Meter>) {
  using namespace rowan;
  return aggregate("meters", key("id", &Meter::id), version("version", assigned_by_database))
      .column("reading", &Meter::reading);
}
// [/assigned_by_database]

struct View {
  rowan::Uuid id;
  std::string reader;
};
struct Article {
  std::int64_t id = 0;
  std::string title;
  int views = 0;
  std::vector<View> latest;
};

// [unversioned_members]
inline rowan::Mapping<Article, std::int64_t> mapping_of(std::type_identity<Article>) {
  using namespace rowan;
  return aggregate("articles", key("id", &Article::id), version("version"))
      .column("title", &Article::title)
      .column("views", &Article::views)
      .children(&Article::latest, child("views", parent("article_id"), key("id", &View::id))
                                      .column("reader", &View::reader))
      .unversioned(&Article::views, &Article::latest);  // the title is what people edit
}
// [/unversioned_members]

}  // namespace tour
