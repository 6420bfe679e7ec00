/// merge: children that come, go, change and move, in lists of each kind.

#include <cmath>
#include <optional>

#include <doctest/doctest.h>

#include <rowan/errors.hpp>

#include "change/diff.hpp"
#include "change/merge.hpp"
#include "merge_trees.hpp"

using namespace merge_trees;
using rowan::change::merge;
using rowan::change::Merged;
using rowan::change::Side;

namespace {

using Numbers = std::vector<std::int64_t>;

Shape orders(Shape list) {
  return table("orders", {"id"}, 1, {std::move(list)});
}
Snapshot order(Rows rows) {
  return row({number(42)}, {std::move(rows)});
}

/// Told apart by `no`, without an order.
const Shape lines = table("lines", {"no", "quantity"}, 1);
Snapshot line(std::int64_t no, std::int64_t quantity) {
  return row({number(no), number(quantity)});
}

/// As spelled() spells the list.
std::string spelled_list(const Shape& list, const Rows& rows) {
  return spelled(orders(list), order(rows)).substr(3);
}

struct Lists {
  Rows base, mine, theirs;
};
Merged merged(const Shape& list, const Lists& of, const rowan::change::Answers& answers = {}) {
  const Shape shape = orders(list);
  return merge(shape, {order(of.base), order(of.mine), order(of.theirs)}, answers);
}
/// Of what does not clash.
std::string together(const Shape& list, const Lists& of) {
  const Merged out = merged(list, of);
  CHECK(told(orders(list), out.clashes) == Strings{});
  return spelled(orders(list), out.state).substr(3);
}
Strings clashes(const Shape& list, const Lists& of) {
  const Merged out = merged(list, of);
  return told(orders(list), out.clashes);
}

const auto always = [](Side side) {
  return [side](const Clash&) -> std::optional<Side> { return side; };
};

}  // namespace

TEST_CASE("children meet by their keys, in whatever order") {
  CHECK(together(lines, {{line(1, 0), line(2, 0), line(3, 0)},
                         {line(3, 0), line(2, 5), line(1, 0)},
                         {line(2, 0), line(3, 7), line(1, 0)}}) == "[(1, 0), (2, 5), (3, 7)]");
}

TEST_CASE("a child comes that one side added, and goes that one side removed") {
  CHECK(together(lines, {{line(1, 0), line(2, 0), line(3, 0)},
                         {line(1, 0), line(3, 0), line(4, 0)},
                         {line(5, 0), line(2, 0), line(3, 0)}}) == "[(3, 0), (4, 0), (5, 0)]");
  CHECK(together(lines, {{line(1, 0)}, {}, {}}) == "[]");
}

TEST_CASE("a child that both added is one where they are alike, else the whole row clashes") {
  CHECK(together(lines, {{}, {line(1, 5)}, {line(1, 5)}}) == "[(1, 5)]");

  const Merged out = merged(lines, {{}, {line(1, 5)}, {line(0, 1), line(1, 6)}});
  REQUIRE(told(orders(lines), out.clashes) == Strings{"row lines 1"});
  CHECK(spelled_list(lines, out.state.children[0]) == "[(0, 1), (1, 6)]");
  const Clash& clash = out.clashes[0];
  CHECK(!std::get<1>(clash.held.base));
  CHECK(std::get<1>(clash.held.mine)->row[1] == number(5));
  CHECK(std::get<1>(clash.held.theirs)->row[1] == number(6));
  CHECK(clash.path.back().list == 0);
  CHECK(clash.path.back().places.base == std::nullopt);
  CHECK(clash.path.back().places.mine == 0U);
  CHECK(clash.path.back().places.theirs == 1U);
}

TEST_CASE("a child that one side edited and the other removed clashes as a whole row") {
  const Lists edited_here{{line(1, 0)}, {line(1, 5)}, {}};
  const Lists edited_there{{line(1, 0)}, {}, {line(1, 5)}};

  CHECK(clashes(lines, edited_here) == Strings{"row lines 1"});
  CHECK(clashes(lines, edited_there) == Strings{"row lines 1"});
  CHECK(merged(lines, edited_here).state.children[0].empty());
  CHECK(merged(lines, edited_here, always(Side::mine)).state.children[0].size() == 1);
  CHECK(merged(lines, edited_there).state.children[0].size() == 1);
  CHECK(merged(lines, edited_there, always(Side::mine)).state.children[0].empty());
}

TEST_CASE("a child that is edited beneath is edited") {
  const Shape deep = table("lines", {"no"}, 1, {table("notes", {"no"}, 1)});
  const auto with_notes = [](const Numbers& notes) {
    Snapshot out = row({number(1)}, {{}});
    for (const std::int64_t no : notes) out.children[0].push_back(row({number(no)}));
    return out;
  };
  CHECK(clashes(deep, {{with_notes({1})}, {with_notes({1, 2})}, {}}) == Strings{"row lines 1"});
  CHECK(together(deep, {{with_notes({1, 2})}, {with_notes({2, 1})}, {}}) == "[]");
}

TEST_CASE("a child whose cell became NaN is edited, and one whose cell was NaN is not") {
  const auto with = [](double cell) { return row({number(1), cell}); };
  const double nan = std::nan("");
  CHECK(clashes(lines, {{with(1.5)}, {with(nan)}, {}}) == Strings{"row lines 1"});
  CHECK(clashes(lines, {{}, {with(nan)}, {with(1.5)}}) == Strings{"row lines 1"});
  CHECK(together(lines, {{with(nan)}, {with(nan)}, {}}) == "[]");
}

TEST_CASE("mine and theirs decide whole rows of their list, and no field in them") {
  const Lists lists{{line(1, 0), line(2, 0), line(4, 0)},
                    {line(1, 5), line(3, 5), line(4, 5)},
                    {line(2, 6), line(3, 6), line(4, 6)}};
  CHECK(clashes(lines, lists) ==
        Strings{"row lines 1", "row lines 2", "row lines 3", "field lines 4: quantity"});

  const Merged mine = merged(merging(MergeRule::mine, lines), lists);
  CHECK(told(orders(lines), mine.clashes) == Strings{"field lines 4: quantity"});
  CHECK(spelled_list(lines, mine.state.children[0]) == "[(1, 5), (3, 5), (4, 6)]");

  const Merged theirs = merged(merging(MergeRule::theirs, lines), lists);
  CHECK(told(orders(lines), theirs.clashes) == Strings{"field lines 4: quantity"});
  CHECK(spelled_list(lines, theirs.state.children[0]) == "[(2, 6), (3, 6), (4, 6)]");
}

TEST_CASE("set_union of children with keys keeps what was edited, and still clashes in one key") {
  const Shape set = merging(MergeRule::set_union, lines);
  CHECK(together(set, {{line(1, 0), line(2, 0)}, {line(1, 5)}, {line(2, 6)}}) ==
        "[(1, 5), (2, 6)]");
  CHECK(together(set, {{line(1, 0), line(2, 0)}, {line(1, 0)}, {line(2, 0)}}) == "[]");
  CHECK(clashes(set, {{}, {line(1, 5)}, {line(1, 6)}}) == Strings{"row lines 1"});
}

TEST_CASE("always_clash of a list: what both changed clashes as one, whatever it was") {
  const Shape strict = merging(MergeRule::always_clash, lines);
  const Rows base{line(1, 0), line(2, 0)};
  const Rows mine{line(1, 5), line(2, 0)};
  const Rows theirs{line(1, 0)};

  CHECK(together(strict, {base, mine, base}) == "[(1, 5), (2, 0)]");
  CHECK(together(strict, {base, base, theirs}) == "[(1, 0)]");
  CHECK(clashes(strict, {base, mine, mine}) == Strings{"list: lines"});
  const Merged out = merged(strict, {base, mine, theirs});
  REQUIRE(told(orders(strict), out.clashes) == Strings{"list: lines"});
  CHECK(spelled_list(strict, out.state.children[0]) == "[(1, 0)]");
  CHECK(out.clashes[0].index == 0);
  CHECK(spelled_list(strict, std::get<2>(out.clashes[0].held.base)) == "[(1, 0), (2, 0)]");
  CHECK(spelled_list(strict, std::get<2>(out.clashes[0].held.mine)) == "[(1, 5), (2, 0)]");
  CHECK(spelled_list(strict, std::get<2>(out.clashes[0].held.theirs)) == "[(1, 0)]");
}

TEST_CASE("a child in a std::optional meets as the one that there is") {
  const Shape label = table("label", {"a", "b"}, 0);
  const Rows none;
  const Rows base{row({number(0), number(0)})};
  const Rows a{row({number(1), number(0)})};
  const Rows b{row({number(0), number(1)})};

  CHECK(together(label, {base, a, b}) == "[(1, 1)]");
  CHECK(together(label, {base, base, none}) == "[]");
  CHECK(together(label, {none, a, none}) == "[(1, 0)]");
  CHECK(clashes(label, {base, a, none}) == Strings{"row label"});
  CHECK(clashes(label, {none, a, b}) == Strings{"row label"});
}

TEST_CASE("a list by position alone is one, like a field") {
  const Shape tags = with_position(table("tags", {"tag"}, 0));
  const auto list = [](const Numbers& numbers) {
    Rows out;
    for (const std::int64_t n : numbers) out.push_back(row({number(n)}));
    return out;
  };
  const auto of = [&](const Numbers& base, const Numbers& mine, const Numbers& theirs) {
    return Lists{list(base), list(mine), list(theirs)};
  };

  SUBCASE("changed by one side, or alike") {
    CHECK(together(tags, of({1, 2}, {2, 1}, {1, 2})) == "[2, 1]");
    CHECK(together(tags, of({1, 2}, {1, 2}, {1, 2, 3})) == "[1, 2, 3]");
    CHECK(together(tags, of({1, 2}, {3}, {3})) == "[3]");
  }
  SUBCASE("changed differently") {
    CHECK(clashes(tags, of({1, 2}, {2, 1}, {1})) == Strings{"list: tags"});
    CHECK(together(merging(MergeRule::mine, tags), of({1, 2}, {2, 1}, {1})) == "[2, 1]");
    CHECK(together(merging(MergeRule::theirs, tags), of({1, 2}, {2, 1}, {1})) == "[1]");
  }
  SUBCASE("always_clash") {
    CHECK(clashes(merging(MergeRule::always_clash, tags), of({1}, {2}, {2})) ==
          Strings{"list: tags"});
  }
  SUBCASE("set_union") {
    const Shape set = merging(MergeRule::set_union, tags);
    CHECK(together(set, of({3, 1, 2}, {3, 1, 7, 4}, {5, 3, 2, 1})) == "[3, 1, 4, 5, 7]");
    CHECK(together(set, of({3, 1, 2}, {5, 3, 2, 1}, {3, 1, 7, 4})) == "[3, 1, 4, 5, 7]");
    CHECK(together(set, of({}, {1, 2}, {2, 3})) == "[1, 2, 3]");
    CHECK(together(set, of({1, 1}, {1, 1, 2}, {1, 1, 3})) == "[1, 2, 3]");
    CHECK(together(set, of({2, 1}, {1, 2}, {2, 1})) == "[1, 2]");
  }
}

TEST_CASE("set_union compares elements with all that is beneath them") {
  const Shape groups =
      merging(MergeRule::set_union, with_position(table("groups", {"name"}, 0, {lines})));
  const auto group = [](std::int64_t name, Rows of) {
    return row({number(name)}, {std::move(of)});
  };
  const Rows base{group(1, {line(1, 0), line(2, 0)})};
  const Rows mine{group(1, {line(2, 0), line(1, 0)}), group(2, {})};
  const Rows theirs{group(1, {line(1, 0), line(2, 9)})};

  CHECK(together(groups, {base, mine, theirs}) == "[1 [(1, 0), (2, 9)], 2 []]");
}

TEST_CASE("clashes say where they are, three levels down") {
  Shape words = table("words", {"no", "text"}, 1);
  Shape notes = with_position(table("notes", {"no"}, 1, {words}));
  const Shape deep = table("lines", {"no"}, 1, {table("marks", {"no"}, 1), notes});
  const auto tree = [](std::int64_t word, const Numbers& notes_before, const Numbers& marks) {
    Rows list;
    for (const std::int64_t no : notes_before) list.push_back(row({number(no)}, {{}}));
    list.push_back(
        row({number(5)}, {{row({number(6), number(0)}), row({number(7), number(word)})}}));
    Rows marked;
    for (const std::int64_t no : marks) marked.push_back(row({number(no)}));
    return Rows{row({number(1)}, {{}, {}}), row({number(2)}, {marked, list})};
  };

  const Merged out = merged(deep, {tree(0, {}, {}), tree(1, {3}, {1}), tree(2, {3, 4}, {2})});

  REQUIRE(told(orders(deep), out.clashes) == Strings{"field lines 2, notes 5, words 7: text"});
  const Clash& clash = out.clashes[0];
  CHECK(clash.index == 1);
  REQUIRE(clash.path.size() == 3);
  CHECK(clash.path[0].list == 0);
  CHECK(clash.path[1].list == 1);
  CHECK(clash.path[2].list == 0);
  CHECK(clash.path[1].key == rowan::KeyValues{number(5)});
  CHECK(clash.path[1].places.base == 0U);
  CHECK(clash.path[1].places.mine == 1U);
  CHECK(clash.path[1].places.theirs == 2U);
  CHECK(spelled_list(deep, out.state.children[0]) ==
        "[1 [] [], 2 [1, 2] [3 [], 4 [], 5 [(6, 0), (7, 2)]]]");
}

TEST_CASE("clashes are told fields first, then lists, and of those the rows by key, then order") {
  Shape shape = table("orders", {"id", "note"}, 1, {with_position(lines), lines});
  const auto tree = [](std::int64_t value, Rows ordered) {
    return row({number(42), number(value)}, {std::move(ordered), {line(2, value), line(1, value)}});
  };
  const Merged out = merge(shape, {tree(0, {line(1, 0), line(2, 0), line(3, 0)}),
                                   tree(1, {line(3, 1), line(2, 1), line(1, 1)}),
                                   tree(2, {line(2, 2), line(1, 2), line(3, 2)})});

  CHECK(told(shape, out.clashes) == Strings{"field: note", "field lines 1: quantity",
                                            "field lines 2: quantity", "field lines 3: quantity",
                                            "order: lines", "field lines 1: quantity",
                                            "field lines 2: quantity"});
}

TEST_CASE("versions are theirs, and mine of what is mine alone") {
  const auto versioned = [](Snapshot of, std::int64_t version) {
    of.version = version;
    return of;
  };
  const Merged out = merged(
      lines, {{versioned(line(1, 0), 1), versioned(line(2, 0), 1)},
              {versioned(line(1, 5), 2), versioned(line(2, 0), 2), versioned(line(3, 0), 2)},
              {versioned(line(1, 0), 3), versioned(line(2, 6), 3), versioned(line(4, 0), 3)}});
  CHECK(spelled_list(lines, out.state.children[0]) == "[(1, 5)@3, (2, 6)@3, (3, 0)@2, (4, 0)@3]");
}

TEST_CASE("a list whose order is not state keeps theirs, so that little is written") {
  Merged out = merged(lines, {{line(1, 0), line(2, 0)},
                              {line(1, 0), line(2, 0), line(9, 0), line(4, 0)},
                              {line(5, 0), line(2, 0), line(1, 0)}});
  Numbers keys;
  for (const Snapshot& one : out.state.children[0])
    keys.push_back(std::get<std::int64_t>(one.row[0]));
  CHECK(keys == Numbers{5, 2, 1, 4, 9});

  const Snapshot theirs = order({line(5, 0), line(2, 0), line(1, 0)});
  CHECK(rowan::change::diff(orders(lines), {number(42)}, &theirs, &out.state).size() == 2);
}

TEST_CASE("two siblings with one key are an error that names it, on whichever side") {
  const Rows once{line(1, 0)};
  const Rows twice{line(1, 0), line(1, 5)};
  const auto* what = "lines (42, 1): two children have this key";

  CHECK_THROWS_WITH_AS((void)merged(lines, {twice, once, once}), what, rowan::DataError);
  CHECK_THROWS_WITH_AS((void)merged(lines, {once, twice, once}), what, rowan::DataError);
  CHECK_THROWS_WITH_AS((void)merged(lines, {once, once, twice}), what, rowan::DataError);

  Shape unique = lines;
  unique.scope = rowan::KeyScope::table;
  CHECK_THROWS_WITH_AS((void)merged(unique, {once, twice, once}), what, rowan::change::MetTwice);
}

TEST_CASE("very many children are merged in about as many steps") {  // else it takes minutes
  constexpr std::int64_t count = 30'000;
  for (const Shape& list : {lines, with_position(lines)}) {
    Lists of;
    for (std::int64_t no = 0; no < count; ++no) {
      of.base.push_back(line(no, 0));
      of.mine.push_back(line(no, no % 3 == 0 ? 1 : 0));
      of.theirs.push_back(line(no, no % 3 == 1 ? 1 : 0));
      if (no % 10 == 0) of.mine.push_back(line(count + no, 0));
      if (no % 10 == 0) of.theirs.push_back(line(2 * count + no, 0));
    }
    const Merged out = merged(list, of);
    CHECK(out.clashes.empty());
    CHECK(out.state.children[0].size() == count + count / 5);
  }
}
