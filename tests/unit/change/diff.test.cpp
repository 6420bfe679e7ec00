/// diff: two snapshots of one aggregate as the rows that are to be written, and nothing else.

#include "change/diff.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <rowan/errors.hpp>

using namespace rowan;
using rowan::change::changed_columns;
using rowan::change::diff;
using rowan::change::RowChange;

namespace {

using Strings = std::vector<std::string>;

Value number(std::int64_t n) {
  return n;
}
Value text(const char* t) {
  return std::string(t);
}

/// orders(id, version, street, city, weight) with `lines` beneath it; street and city are one
/// field.
Shape orders(Shape lines) {
  Shape out;
  out.table = "orders";
  out.columns = {{"id", ColumnType::integer, false, {}},
                 {"street", ColumnType::text, false, {}},
                 {"city", ColumnType::text, false, {}},
                 {"weight", ColumnType::real, false, {}}};
  out.fields = {{0, 1}, {1, 2}, {3, 1}};
  out.key_width = 1;
  out.version = VersionColumn{"version", 1000, VersionColumn::Assigned::counted};
  out.children = {std::move(lines)};
  return out;
}
/// lines(order_id, no, quantity): told apart by `no`.
Shape keyed_lines() {
  Shape out;
  out.table = "lines";
  out.columns = {{"no", ColumnType::integer, false, {}},
                 {"quantity", ColumnType::integer, false, {}}};
  out.fields = {{0, 1}, {1, 1}};
  out.key_width = 1;
  out.parent = {"order_id"};
  return out;
}
/// The same in an order that counts.
Shape ordered_lines() {
  Shape out = keyed_lines();
  out.position = "place";
  return out;
}
/// lines(order_id, place, quantity): told apart by their place.
Shape placed_lines() {
  Shape out = keyed_lines();
  out.columns.erase(out.columns.begin());
  out.fields = {{0, 1}};
  out.key_width = 0;
  out.position = "place";
  return out;
}
/// Lines by key, with notes(order_id, line_no, text) beneath, by place.
Shape lines_with_notes() {
  Shape notes;
  notes.table = "notes";
  notes.columns = {{"text", ColumnType::text, false, {}}};
  notes.fields = {{0, 1}};
  notes.position = "place";
  notes.parent = {"order_id", "line_no"};
  Shape out = keyed_lines();
  out.children = {notes};
  return out;
}

Snapshot order(std::vector<Snapshot> lines) {
  return {{number(42), text("Main St"), text("Ghent"), 1.5}, 7, 0, {std::move(lines)}};
}
/// Lines as they are captured: at the places 0, 1, 2...
std::vector<Snapshot> captured(std::vector<std::vector<Value>> rows) {
  std::vector<Snapshot> out;
  for (auto& row : rows)
    out.push_back({std::move(row), 0, static_cast<std::int64_t>(out.size()), {}});
  return out;
}

/// "update lines (42, 1): quantity; place 2", a line for each row.
Strings told(const std::vector<RowChange>& changes) {
  Strings out;
  for (const RowChange& c : changes) {
    std::string line = c.kind == RowChange::Kind::insert   ? "insert "
                       : c.kind == RowChange::Kind::update ? "update "
                                                           : "remove ";
    line += c.shape->table + ' ' + to_string(c.key);
    const char* before = ": ";
    for (const std::size_t i : c.columns) {
      line += before + c.shape->columns[i].name;
      before = ", ";
    }
    if (c.position) line += "; place " + std::to_string(*c.position);
    out.push_back(line);
  }
  return out;
}

Strings changes(const Shape& shape, const Snapshot& before, Snapshot& after) {
  return told(diff(shape, {number(42)}, &before, &after));
}

}  // namespace

TEST_CASE("nothing changed, nothing is written") {
  for (const Shape& lines : {keyed_lines(), ordered_lines()}) {
    const Snapshot before = order(captured({{number(1), number(5)}, {number(2), number(6)}}));
    Snapshot after = before;

    CHECK(changes(orders(lines), before, after) == Strings{});
  }
}

TEST_CASE("a field is written with all its columns, and alone") {
  const Shape shape = orders(keyed_lines());
  const Snapshot before = order({});
  Snapshot after = before;

  after.row[2] = text("Bruges");

  CHECK(changes(shape, before, after) == Strings{"update orders 42: street, city"});
  CHECK(changed_columns(shape, before, after) == std::vector<std::size_t>{1, 2});
}

TEST_CASE("what two databases spell differently is no change") {
  Snapshot before = order({});
  before.row[3] = std::nan("");
  Snapshot after = before;

  CHECK(changes(orders(keyed_lines()), before, after) == Strings{});
}

TEST_CASE("a version is no part of a difference, and stays what is stored") {
  const Snapshot before = order({});
  Snapshot after = before;
  after.version = 0;

  CHECK(changes(orders(keyed_lines()), before, after) == Strings{});
  CHECK(after.version == 7);
}

TEST_CASE("a new aggregate is inserted whole, parents before their children") {
  Snapshot after = order(captured({{number(1), number(5)}}));
  after.children[0][0].children = {captured({{text("a")}, {text("b")}})};

  const Shape shape = orders(lines_with_notes());
  CHECK(told(diff(shape, {number(42)}, nullptr, &after)) ==
        Strings{"insert orders 42: street, city, weight", "insert lines (42, 1): quantity",
                "insert notes (42, 1, 0): text", "insert notes (42, 1, 1): text"});
}

TEST_CASE("an aggregate that goes takes every row beneath it along") {
  Snapshot before = order(captured({{number(1), number(5)}}));
  before.children[0][0].children = {captured({{text("a")}})};

  const Shape shape = orders(lines_with_notes());
  const auto removed = diff(shape, {number(42)}, &before, nullptr);

  CHECK(told(removed) ==
        Strings{"remove orders 42", "remove lines (42, 1)", "remove notes (42, 1, 0)"});
  CHECK(removed[2].depth == 2);
  CHECK(removed[0].before->version == 7);
}

TEST_CASE("children with keys are matched by key, in whatever order") {
  const Snapshot before = order(captured({{number(1), number(5)}, {number(2), number(6)}}));

  SUBCASE("reordered is not changed") {
    Snapshot after = order(captured({{number(2), number(6)}, {number(1), number(5)}}));
    CHECK(changes(orders(keyed_lines()), before, after) == Strings{});
  }
  SUBCASE("changed, removed and added") {
    Snapshot after = order(captured({{number(3), number(9)}, {number(2), number(7)}}));
    CHECK(changes(orders(keyed_lines()), before, after) ==
          Strings{"remove lines (42, 1)", "update lines (42, 2): quantity",
                  "insert lines (42, 3): quantity"});
  }
  SUBCASE("a child with another key is another child") {
    Snapshot after = order(captured({{number(1), number(5)}, {number(3), number(6)}}));
    CHECK(changes(orders(keyed_lines()), before, after) ==
          Strings{"remove lines (42, 2)", "insert lines (42, 3): quantity"});
  }
}

TEST_CASE("grandchildren go and come with their owner, and change alone") {
  Snapshot before = order(captured({{number(1), number(5)}, {number(2), number(6)}}));
  for (Snapshot& line : before.children[0]) line.children = {captured({{text("a")}})};
  Snapshot after = before;
  const Shape shape = orders(lines_with_notes());

  SUBCASE("changed") {
    after.children[0][1].children[0][0].row[0] = text("b");
    CHECK(changes(shape, before, after) == Strings{"update notes (42, 2, 0): text"});
  }
  SUBCASE("gone with their owner") {
    after.children[0].erase(after.children[0].begin());
    CHECK(changes(shape, before, after) ==
          Strings{"remove lines (42, 1)", "remove notes (42, 1, 0)"});
  }
}

TEST_CASE("an order that counts is written where it changed") {
  const Snapshot before = order(captured({{number(1), number(5)}, {number(2), number(6)}}));
  Snapshot after = order(captured({{number(2), number(6)}, {number(1), number(8)}}));

  CHECK(changes(orders(ordered_lines()), before, after) ==
        Strings{"update lines (42, 1): quantity; place 1", "update lines (42, 2); place 0"});
}

TEST_CASE("stored places with gaps stand as long as the order does") {
  Snapshot before = order(captured({{number(1), number(5)}, {number(2), number(6)}}));
  before.children[0][0].position = 10;
  before.children[0][1].position = 20;
  Snapshot after = order(captured({{number(1), number(5)}, {number(2), number(7)}}));

  CHECK(changes(orders(ordered_lines()), before, after) ==
        Strings{"update lines (42, 2): quantity"});
  CHECK(after.children[0][1].position == 20);
}

TEST_CASE("children without keys are matched by their place") {
  Snapshot before = order(captured({{number(5)}, {number(6)}}));
  before.children[0][1].position = 4;
  const Shape shape = orders(placed_lines());

  SUBCASE("changed") {
    Snapshot after = order(captured({{number(5)}, {number(7)}}));
    CHECK(changes(shape, before, after) == Strings{"update lines (42, 4): quantity"});
  }
  SUBCASE("the last removed") {
    Snapshot after = order(captured({{number(5)}}));
    CHECK(changes(shape, before, after) == Strings{"remove lines (42, 4)"});
  }
  SUBCASE("added behind the last place that is taken") {
    Snapshot after = order(captured({{number(5)}, {number(6)}, {number(7)}}));
    CHECK(changes(shape, before, after) == Strings{"insert lines (42, 5): quantity"});
    CHECK(after.children[0][2].position == 5);
  }
}

TEST_CASE("a child in a std::optional is one row under the key of its owner") {
  Shape note = placed_lines();
  note.position.reset();
  const Shape shape = orders(note);
  Snapshot none = order({});
  Snapshot five = order(captured({{number(5)}}));
  Snapshot six = order(captured({{number(6)}}));

  CHECK(changes(shape, none, five) == Strings{"insert lines 42: quantity"});
  CHECK(changes(shape, five, six) == Strings{"update lines 42: quantity"});
  CHECK(changes(shape, five, none) == Strings{"remove lines 42"});
}

TEST_CASE("a child's own version moves with the child only") {
  Shape lines = keyed_lines();
  lines.version = VersionColumn{"version", 1000, VersionColumn::Assigned::counted};
  Snapshot before = order(captured({{number(1), number(5)}, {number(2), number(6)}}));
  for (Snapshot& line : before.children[0]) line.version = 3;
  Snapshot after =
      order(captured({{number(1), number(5)}, {number(2), number(9)}, {number(3), number(1)}}));

  CHECK(changes(orders(lines), before, after) ==
        Strings{"update lines (42, 2): quantity", "insert lines (42, 3): quantity"});
  CHECK(after.children[0][0].version == 3);
  CHECK(after.children[0][1].version == 4);
  CHECK(after.children[0][2].version == 1);
}

TEST_CASE("two children with one key are an error that names it") {
  const Shape shape = orders(keyed_lines());
  const Snapshot before = order(captured({{number(1), number(5)}}));
  Snapshot after = order(captured({{number(1), number(5)}, {number(1), number(6)}}));

  CHECK_THROWS_WITH_AS((void)changes(shape, before, after),
                       "lines (42, 1): two children have this key", DataError);
  CHECK_THROWS_AS((void)diff(shape, {number(42)}, nullptr, &after), DataError);
}
