/// merge: the order of children that have keys and an order.

#include <optional>

#include <doctest/doctest.h>

#include "change/merge.hpp"
#include "merge_trees.hpp"

using namespace merge_trees;
using rowan::change::Answers;
using rowan::change::merge;
using rowan::change::Merged;
using rowan::change::Side;

namespace {

using Keys = std::vector<std::int64_t>;

Shape lists(MergeRule rule) {
  return table("lists", {"id"}, 1, {merging(rule, with_position(table("rows", {"key"}, 1)))});
}
Snapshot list(const Keys& keys) {
  Snapshot out = row({number(42)}, {{}});
  for (const std::int64_t key : keys) out.children[0].push_back(row({number(key)}));
  return out;
}
Keys keys(const Merged& merged) {
  Keys out;
  for (const Snapshot& row : merged.state.children[0])
    out.push_back(std::get<std::int64_t>(row.row[0]));
  return out;
}

/// Of what does not clash, whoever has which side.
Keys together(const Keys& base, const Keys& mine, const Keys& theirs) {
  const Shape shape = lists(MergeRule::clash);
  const Merged out = merge(shape, {list(base), list(mine), list(theirs)});
  const Merged other = merge(shape, {list(base), list(theirs), list(mine)});
  CHECK(out.clashes.empty());
  CHECK(other.clashes.empty());
  CHECK(keys(out) == keys(other));
  return keys(out);
}

}  // namespace

TEST_CASE("an order that one side changed is that side's, and changed alike it is that") {
  CHECK(together({1, 2, 3}, {3, 1, 2}, {1, 2, 3}) == Keys{3, 1, 2});
  CHECK(together({1, 2, 3}, {3, 1, 2}, {3, 1, 2}) == Keys{3, 1, 2});
}

TEST_CASE("what goes is no matter of order") {
  CHECK(together({1, 2, 3}, {3, 1}, {1, 2, 3}) == Keys{3, 1});
  CHECK(together({1, 2, 3}, {3, 1, 2}, {1, 3}) == Keys{3, 1});
  CHECK(together({1, 2, 3}, {2, 1, 3}, {1, 3}) == Keys{1, 3});
}

TEST_CASE("an order that both changed differently is one clash of the list") {
  const Keys base{1, 2, 3};
  const Keys mine{3, 1, 2};
  const Keys theirs{2, 1, 3};
  const auto merged = [&](MergeRule rule, const Answers& answers = {}) {
    return merge(lists(rule), {list(base), list(mine), list(theirs)}, answers);
  };

  const Merged out = merged(MergeRule::clash);
  REQUIRE(told(lists(MergeRule::clash), out.clashes) == Strings{"order: rows"});
  CHECK(keys(out) == theirs);
  CHECK(std::get<2>(out.clashes[0].held.mine).size() == 3);
  CHECK(merged(MergeRule::set_union).clashes.size() == 1);

  CHECK(keys(merged(MergeRule::mine)) == mine);
  CHECK(merged(MergeRule::mine).clashes.empty());
  CHECK(keys(merged(MergeRule::theirs)) == theirs);
  CHECK(merged(MergeRule::theirs).clashes.empty());
  const Merged answered = merged(MergeRule::clash, [](const Clash&) { return Side::mine; });
  CHECK(keys(answered) == mine);
  CHECK(answered.clashes.empty());
}

TEST_CASE("always_clash takes an order for a change of the list") {
  const Shape shape = lists(MergeRule::always_clash);
  const Merged out = merge(shape, {list({1, 2}), list({2, 1}), list({2, 1})});
  CHECK(told(shape, out.clashes) == Strings{"list: rows"});
}

TEST_CASE("what is added comes after what it follows on its side") {
  CHECK(together({1, 2, 3}, {1, 7, 2, 3}, {1, 2, 8, 3}) == Keys{1, 7, 2, 8, 3});
  CHECK(together({1, 2, 3}, {7, 1, 2, 3}, {1, 2, 3, 8}) == Keys{7, 1, 2, 3, 8});
  CHECK(together({1, 2, 3}, {1, 2, 3}, {9, 8, 1, 2, 3}) == Keys{9, 8, 1, 2, 3});
  CHECK(together({}, {2, 1}, {}) == Keys{2, 1});
}

TEST_CASE("what is added moves along with what it follows, and stays where that is gone") {
  CHECK(together({1, 2, 3}, {1, 7, 2, 3}, {2, 3, 1}) == Keys{2, 3, 1, 7});
  CHECK(together({1, 2, 3}, {1, 2, 7, 3}, {1, 3}) == Keys{1, 7, 3});
}

TEST_CASE("what both add in one place comes in the order of keys, side by side") {
  CHECK(together({1}, {1, 7, 4}, {1, 5, 9}) == Keys{1, 5, 9, 7, 4});
  CHECK(together({1}, {5, 6, 1}, {5, 1}) == Keys{5, 6, 1});
  CHECK(together({}, {2, 1}, {3, 4}) == Keys{2, 1, 3, 4});
}

TEST_CASE("what both added alike comes once, in the first of its places") {
  CHECK(together({1, 2}, {1, 7, 2}, {1, 7, 2}) == Keys{1, 7, 2});
  CHECK(together({1, 2}, {1, 7, 2}, {1, 2, 7}) == Keys{1, 7, 2});
  CHECK(together({1, 2}, {1, 2, 3, 9}, {1, 3, 2, 5}) == Keys{1, 3, 2, 5, 9});
  CHECK(together({}, {3, 5, 4}, {3, 4, 6}) == Keys{3, 4, 6, 5});
}

TEST_CASE("what is kept though one side removed it comes after what it follows on the other") {
  const Shape shape =
      table("lists", {"id"}, 1,
            {merging(MergeRule::set_union, with_position(table("rows", {"key", "value"}, 1)))});
  const auto tree = [](std::vector<std::pair<std::int64_t, std::int64_t>> rows) {
    Snapshot out = row({number(42)}, {{}});
    for (const auto& [key, value] : rows)
      out.children[0].push_back(row({number(key), number(value)}));
    return out;
  };
  const Merged out = merge(shape, {tree({{1, 0}, {2, 0}, {3, 0}}), tree({{1, 0}, {2, 5}, {3, 0}}),
                                   tree({{3, 0}, {1, 0}})});
  CHECK(out.clashes.empty());
  CHECK(keys(out) == Keys{3, 1, 2});
}
