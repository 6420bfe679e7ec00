/// merge: what holds of it whatever the three states are, and that it is what a plain merge makes.

#include <cstdlib>
#include <functional>
#include <memory>
#include <random>

#include <doctest/doctest.h>

#include "change/diff.hpp"
#include "naive_merge.hpp"

using namespace merge_trees;
using rowan::change::diff;
using rowan::change::merge;
using rowan::change::Merged;
using rowan::change::Side;

namespace {

/// The same for a seed on every machine.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}

  std::size_t below(std::size_t end) { return engine_() % end; }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <class T>
  T& one_of(std::vector<T>& values) {
    return values[below(values.size())];
  }

 private:
  std::mt19937 engine_;
};

/// ROWAN_SEED tries others.
std::uint32_t first_seed() {
  const char* told = std::getenv("ROWAN_SEED");
  return told ? static_cast<std::uint32_t>(std::strtoul(told, nullptr, 10)) : 1;
}

/// Two columns beside the key are one field.
Shape with_wide_field(Shape shape) {
  shape.fields.back() = {shape.columns.size() - 1, 2};
  shape.columns.push_back({"more", ColumnType::integer, true, {}});
  return shape;
}

std::vector<Shape> roots() {
  const auto root = [](std::vector<Shape> lists) {
    return with_wide_field(table("roots", {"id", "a", "b"}, 1, std::move(lists)));
  };
  const auto keyed = [](std::vector<Shape> lists = {}) {
    return with_wide_field(table("keyed", {"key", "a", "b"}, 1, std::move(lists)));
  };
  const auto ordered = [](std::vector<Shape> lists = {}) {
    return with_position(table("ordered", {"key", "a"}, 1, std::move(lists)));
  };
  const auto placed = [](std::vector<Shape> lists = {}) {
    return with_position(table("placed", {"a"}, 0, std::move(lists)));
  };
  const auto single = [](std::vector<Shape> lists = {}) {
    return table("single", {"a", "b"}, 0, std::move(lists));
  };
  const Shape pairs = table("pairs", {"key", "part", "a"}, 2);
  const Shape sequence = with_position(table("sequence", {"key"}, 1));
  return {root({keyed()}),
          root({ordered()}),
          root({placed(), pairs}),
          root({single()}),
          root({keyed({ordered({placed()}), single()})}),
          root({ordered({keyed({single({placed()})})}), placed({keyed(), single({ordered()})})}),
          root({single({keyed({ordered()})}), pairs}),
          root({sequence})};
}

/// Random trees of one shape, small enough to meet each other often.
class Trees {
 public:
  Trees(const Shape& shape, Dice& dice) : shape_(shape), dice_(dice) {}

  Snapshot any() {
    Snapshot out = any(shape_);
    out.row[0] = number(42);
    return out;
  }

  /// `from` with some edits, with none, or another tree altogether.
  Snapshot edited(Snapshot from) {
    if (dice_.one_in(4)) return any();
    for (std::size_t edits = dice_.below(5); edits > 0; --edits) edit(shape_, from);
    return from;
  }

 private:
  Value cell() { return dice_.one_in(8) ? Value(rowan::Null{}) : number(digit()); }
  std::int64_t digit() { return static_cast<std::int64_t>(dice_.below(3)); }
  /// Of rows that are nothing but keys there are many: it is their order that is tried.
  static bool is_mere_key(const Shape& list) { return list.columns.size() == list.key_width; }
  Value key_cell(const Shape& shape) {
    return number(static_cast<std::int64_t>(dice_.below(is_mere_key(shape) ? 10 : 5)));
  }

  Snapshot any(const Shape& shape) {
    Snapshot out;
    out.version = digit() + 1;
    for (std::size_t c = 0; c < shape.columns.size(); ++c)
      out.row.push_back(c < shape.key_width ? key_cell(shape) : cell());
    for (const Shape& list : shape.children) {
      Rows& rows = out.children.emplace_back();
      for (std::size_t tries = dice_.below(is_mere_key(list) ? 20 : 5); tries > 0; --tries)
        add(list, rows);
    }
    return out;
  }

  static bool is_taken(const Shape& list, const Rows& rows, const Snapshot& wanted) {
    if (list.key_width == 0) return !list.position && !rows.empty();
    return std::any_of(rows.begin(), rows.end(), [&](const Snapshot& row) {
      return std::equal(row.row.begin(),
                        row.row.begin() + static_cast<std::ptrdiff_t>(list.key_width),
                        wanted.row.begin());
    });
  }
  void add(const Shape& list, Rows& rows) {
    Snapshot row = any(list);
    if (is_taken(list, rows, row)) return;
    rows.insert(rows.begin() + static_cast<std::ptrdiff_t>(dice_.below(rows.size() + 1)),
                std::move(row));
  }

  void edit(const Shape& shape, Snapshot& row) {
    const bool has_fields = shape.columns.size() > shape.key_width;
    const std::size_t lists = shape.children.size();
    if (!has_fields && lists == 0) return;
    if (has_fields && (lists == 0 || dice_.one_in(4))) {
      row.version = digit() + 1;
      row.row[shape.key_width + dice_.below(shape.columns.size() - shape.key_width)] = cell();
      return;
    }
    const std::size_t i = dice_.below(lists);
    Rows& rows = row.children[i];
    switch (rows.empty() ? 0 : dice_.below(6)) {
      case 0: return add(shape.children[i], rows);
      case 1:
        rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(dice_.below(rows.size())));
        return;
      case 2: return std::swap(dice_.one_of(rows), dice_.one_of(rows));
      default: return edit(shape.children[i], dice_.one_of(rows));
    }
  }

  const Shape& shape_;
  Dice& dice_;
};

struct Triple {
  Snapshot base, mine, theirs;
};
Triple any_triple(const Shape& shape, Dice& dice) {
  Trees trees(shape, dice);
  Snapshot base = trees.any();
  Snapshot mine = trees.edited(base);
  Snapshot theirs = dice.one_in(6) ? trees.edited(mine) : trees.edited(base);
  return {std::move(base), std::move(mine), std::move(theirs)};
}

void greater(rowan::ConstCells, rowan::ConstCells mine, rowan::ConstCells theirs,
             rowan::Cells merged) {
  const rowan::ConstCells out =
      std::lexicographical_compare(mine.begin(), mine.end(), theirs.begin(), theirs.end()) ? theirs
                                                                                           : mine;
  std::copy(out.begin(), out.end(), merged.begin());
}

/// Gives every field and list one of the rules that it may have.
void give_rules(Shape& shape, Dice& dice) {
  using enum MergeRule;
  for (FieldRun& field : shape.fields) {
    std::vector<MergeRule> rules{clash, clash, mine, theirs, always_clash, custom};
    if (field.count == 1) rules.push_back(sum_of_deltas);
    field.merge = dice.one_of(rules);
    if (field.merge == custom)
      field.merge_cells = std::make_shared<const rowan::MergeCells>(greater);
  }
  for (Shape& list : shape.children) {
    std::vector<MergeRule> rules{clash, clash, mine, theirs, always_clash, set_union};
    list.merge = dice.one_of(rules);
    give_rules(list, dice);
  }
}

void each_rule(Shape& shape, const std::function<void(MergeRule&)>& f) {
  for (FieldRun& field : shape.fields) f(field.merge);
  for (Shape& list : shape.children) {
    f(list.merge);
    each_rule(list, f);
  }
}
/// The rules as they are for who has mine and theirs the other way round.
Shape mirrored(Shape shape) {
  each_rule(shape, [](MergeRule& rule) {
    if (rule == MergeRule::mine)
      rule = MergeRule::theirs;
    else if (rule == MergeRule::theirs)
      rule = MergeRule::mine;
  });
  return shape;
}
/// Without the rules by which what both changed alike is not that.
Shape agreeable(Shape shape) {
  each_rule(shape, [](MergeRule& rule) {
    if (rule == MergeRule::sum_of_deltas || rule == MergeRule::always_clash)
      rule = MergeRule::clash;
  });
  return shape;
}

Merged merged(const Shape& shape, const Snapshot& base, const Snapshot& mine,
              const Snapshot& theirs) {
  return merge(shape, {base, mine, theirs});
}

/// What is state of it.
std::string content(const Shape& shape, Snapshot tree) {
  const std::function<void(Snapshot&)> strip = [&](Snapshot& row) {
    row.version = 0;
    for (Rows& rows : row.children)
      for (Snapshot& child : rows) strip(child);
  };
  strip(tree);
  return spelled(shape, tree);
}

bool has_places_as_positions(const Snapshot& row) {
  for (const Rows& rows : row.children)
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (rows[i].position != static_cast<std::int64_t>(i) || !has_places_as_positions(rows[i]))
        return false;
  return true;
}

constexpr std::uint32_t triples = 10'000;

/// Calls check(shape, triple) for generated ones, by turns under rules at random and under none.
template <class Check>
void for_triples(Check check) {
  const std::uint32_t first = first_seed();
  MESSAGE("ROWAN_SEED=" << first);
  const std::vector<Shape> shapes = roots();
  for (std::uint32_t i = 0; i < triples; ++i) {
    const std::uint32_t seed = first + i;
    CAPTURE(seed);
    Dice dice(seed);
    Shape shape = shapes[i % shapes.size()];
    if (dice.one_in(2)) give_rules(shape, dice);
    const Triple triple = any_triple(shape, dice);
    CAPTURE(spelled(shape, triple.base));
    CAPTURE(spelled(shape, triple.mine));
    CAPTURE(spelled(shape, triple.theirs));
    check(shape, triple);
  }
}

}  // namespace

TEST_CASE("merge is what a plain merge makes, with the same clashes in the same order") {
  std::size_t clashing = 0;
  for_triples([&clashing](const Shape& shape, const Triple& t) {
    const Merged out = merged(shape, t.base, t.mine, t.theirs);
    naive::Merge plain;
    const Snapshot state = plain.row(shape, "", t.base, t.mine, t.theirs);

    REQUIRE(spelled(shape, out.state) == spelled(shape, state));
    REQUIRE(told(shape, out.clashes) == plain.clashes);
    REQUIRE(has_places_as_positions(out.state));
    clashing += out.clashes.empty() ? 0 : 1;
  });
  CHECK(clashing > triples / 10);  // else they meet too seldom to try much
  CHECK(clashing < triples * 9 / 10);
}

namespace {

void check_one_side_alone(const Shape& shape, const Triple& t) {
  const Merged by_mine = merged(shape, t.base, t.mine, t.base);
  REQUIRE(by_mine.clashes.empty());
  REQUIRE(content(shape, by_mine.state) == content(shape, t.mine));
  const Merged by_theirs = merged(shape, t.base, t.base, t.theirs);
  REQUIRE(by_theirs.clashes.empty());
  REQUIRE(content(shape, by_theirs.state) == content(shape, t.theirs));
}

void check_both_alike(const Shape& any, const Triple& t) {
  const Shape shape = agreeable(any);
  const Merged out = merged(shape, t.base, t.mine, t.mine);
  REQUIRE(out.clashes.empty());
  REQUIRE(content(shape, out.state) == content(shape, t.mine));
}

void check_symmetry(const Shape& shape, const Triple& t) {
  const Merged out = merged(shape, t.base, t.mine, t.theirs);
  const Merged other = merged(mirrored(shape), t.base, t.theirs, t.mine);
  REQUIRE(told(shape, out.clashes) == told(shape, other.clashes));
  if (out.clashes.empty()) REQUIRE(content(shape, out.state) == content(shape, other.state));
}

void check_idempotence(Shape shape, const Triple& t) {
  each_rule(shape, [](MergeRule& rule) { rule = MergeRule::clash; });
  const Merged once = merged(shape, t.base, t.mine, t.theirs);
  if (!once.clashes.empty()) return;
  const Merged twice = merged(shape, t.base, once.state, t.theirs);
  REQUIRE(twice.clashes.empty());
  REQUIRE(content(shape, twice.state) == content(shape, once.state));
}

void check_answers(const Shape& shape, const Triple& t) {
  const Merged open = merged(shape, t.base, t.mine, t.theirs);
  std::size_t asked = 0;
  const auto all = [&](Side side) {
    return merge(shape, {t.base, t.mine, t.theirs},
                 [&asked, side](const Clash&) -> std::optional<Side> {
                   ++asked;
                   return side;
                 });
  };

  const Merged theirs = all(Side::theirs);
  REQUIRE(theirs.clashes.empty());
  REQUIRE(asked == open.clashes.size());
  REQUIRE(spelled(shape, theirs.state) == spelled(shape, open.state));

  const Merged mine = all(Side::mine);
  const Merged other = merged(mirrored(shape), t.base, t.theirs, t.mine);
  REQUIRE(mine.clashes.empty());
  REQUIRE(asked == 2 * open.clashes.size());
  REQUIRE(content(shape, mine.state) == content(shape, other.state));
}

void check_difference(const Shape& shape, const Triple& t) {
  Merged out = merged(shape, t.base, t.mine, t.theirs);
  const bool is_theirs = content(shape, out.state) == content(shape, t.theirs);
  REQUIRE(diff(shape, {number(42)}, &t.theirs, &out.state).empty() == is_theirs);
}

}  // namespace

TEST_CASE("the laws of merge hold") {
  for_triples([](const Shape& shape, const Triple& t) {
    check_one_side_alone(shape, t);
    check_both_alike(shape, t);
    check_symmetry(shape, t);
    check_idempotence(shape, t);
    check_answers(shape, t);
    check_difference(shape, t);
  });
}
