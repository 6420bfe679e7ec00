/// What a state takes over from another of the same aggregate.

#include "change/met_rows.hpp"

#include <cstdint>
#include <string>

#include <doctest/doctest.h>

using namespace rowan;

namespace {

Column column(const char* name) {
  Column out;
  out.name = name;
  return out;
}

/// A key, a column that counts and one that does not.
Shape table(const char* name) {
  Shape out;
  out.table = name;
  out.columns = {column("id"), column("title"), column("views")};
  out.fields = {{0, 1}, {1, 1}, {2, 1, Moves::nothing}};
  out.key_width = 1;
  return out;
}

Snapshot row(std::int64_t id, const char* title, std::int64_t views, std::int64_t version = 0) {
  Snapshot out;
  out.row = {id, title, views};
  out.version = version;
  return out;
}

/// A root with children that count, and with others that do not.
struct Shelf {
  Shelf() {
    shape.children = {table("books"), table("visits")};
    shape.children.back().moves = Moves::nothing;
    mine.children = {{row(2, "mine", 0), row(3, "new", 7)}, {row(9, "mine", 0)}};
    theirs.children = {{row(1, "gone", 1, 5), row(2, "theirs", 2, 6)}, {row(8, "theirs", 3, 7)}};
  }
  Shape shape = table("shelves");
  Snapshot mine = row(1, "mine", 0);
  Snapshot theirs = row(1, "theirs", 9, 4);
};

}  // namespace

TEST_CASE("what moves no version is taken over: fields of rows that are in both, and lists whole") {
  Shelf shelf;
  change::take_unversioned(shelf.shape, shelf.theirs, shelf.mine);
  CHECK(shelf.mine.row == row(1, "mine", 9).row);
  const auto& books = shelf.mine.children[0];
  REQUIRE(books.size() == 2);
  CHECK(books[0].row == row(2, "mine", 2).row);
  CHECK(books[1].row == row(3, "new", 7).row);
  const auto& visits = shelf.mine.children[1];
  REQUIRE(visits.size() == 1);
  CHECK(visits[0].row == row(8, "theirs", 3).row);
}

TEST_CASE("versions are taken over by rows that are in both, and by no others") {
  Shelf shelf;
  change::take_versions(shelf.shape, shelf.theirs, shelf.mine);
  CHECK(shelf.mine.version == 4);
  CHECK(shelf.mine.children[0][0].version == 6);
  CHECK(shelf.mine.children[0][1].version == 0);
  CHECK(shelf.mine.children[1][0].version == 0);
  CHECK(shelf.mine.row == row(1, "mine", 0).row);
}

TEST_CASE("rows without keys meet by their places") {
  Shelf shelf;
  shelf.shape.children[0].key_width = 0;
  change::take_versions(shelf.shape, shelf.theirs, shelf.mine);
  CHECK(shelf.mine.children[0][0].version == 5);
  CHECK(shelf.mine.children[0][1].version == 6);
}
