/// merge: the fields of rows, by each rule, and what becomes of clashes.

#include "change/merge.hpp"

#include <cmath>
#include <limits>
#include <memory>
#include <stdexcept>

#include <doctest/doctest.h>

#include <rowan/errors.hpp>
#include <rowan/mapping.hpp>

#include "merge_trees.hpp"

using namespace merge_trees;
using rowan::Decimal, rowan::Null;
using rowan::change::merge;
using rowan::change::Merged;
using rowan::change::Side;

namespace {

constexpr auto most = std::numeric_limits<std::int64_t>::max();
constexpr auto least = std::numeric_limits<std::int64_t>::min();

/// orders(id, note, street, city), street and city one field.
Shape orders(MergeRule rule = MergeRule::clash) {
  Shape out = table("orders", {"id", "note", "street", "city"}, 1);
  out.fields = {{0, 1}, {1, 1}, {2, 2}};
  for (std::size_t f = 1; f < out.fields.size(); ++f) out.fields[f].merge = rule;
  return out;
}
Snapshot order(Value note, const char* street = "Main St", const char* city = "Ghent") {
  return row({number(42), std::move(note), text(street), text(city)});
}

/// Of the note alone.
Merged notes(MergeRule rule, const Value& base, const Value& mine, const Value& theirs) {
  return merge(orders(rule), {order(base), order(mine), order(theirs)});
}
bool clashes(MergeRule rule, const Value& base, const Value& mine, const Value& theirs) {
  const Merged out = notes(rule, base, mine, theirs);
  if (out.clashes.empty()) return false;
  CHECK(told(orders(), out.clashes) == Strings{"field: note"});
  CHECK(rowan::same_cell(out.state.row[1], theirs));
  return true;
}
/// The note, of what does not clash.
Value merged(MergeRule rule, const Value& base, const Value& mine, const Value& theirs) {
  const Merged out = notes(rule, base, mine, theirs);
  CHECK(out.clashes.empty());
  return out.state.row[1];
}

Value decimal(const char* digits) {
  return Decimal(digits);
}

}  // namespace

TEST_CASE("a field that one side changed is that side's, and changed alike it is that") {
  for (const MergeRule rule : {MergeRule::clash, MergeRule::mine, MergeRule::theirs}) {
    CHECK(merged(rule, text("a"), text("a"), text("a")) == text("a"));
    CHECK(merged(rule, text("a"), text("b"), text("a")) == text("b"));
    CHECK(merged(rule, text("a"), text("a"), text("b")) == text("b"));
    CHECK(merged(rule, text("a"), text("b"), text("b")) == text("b"));
    CHECK(merged(rule, text("a"), Null{}, text("a")) == Value(Null{}));
  }
}

TEST_CASE("a field that both changed differently clashes") {
  CHECK(clashes(MergeRule::clash, text("a"), text("b"), text("c")));
  CHECK(clashes(MergeRule::clash, text("a"), Null{}, text("c")));
  CHECK(clashes(MergeRule::clash, Null{}, text("b"), text("c")));
}

TEST_CASE("mine and theirs decide what both changed differently") {
  CHECK(merged(MergeRule::mine, text("a"), text("b"), text("c")) == text("b"));
  CHECK(merged(MergeRule::theirs, text("a"), text("b"), text("c")) == text("c"));
}

TEST_CASE("always_clash: what both changed clashes, alike or not") {
  CHECK(clashes(MergeRule::always_clash, text("a"), text("b"), text("c")));
  CHECK(clashes(MergeRule::always_clash, text("a"), text("b"), text("b")));
  CHECK(merged(MergeRule::always_clash, text("a"), text("b"), text("a")) == text("b"));
  CHECK(merged(MergeRule::always_clash, text("a"), text("a"), text("b")) == text("b"));
}

TEST_CASE("cells that are spelled differently and are the same are no change") {
  const Value nan = std::nan("");
  CHECK(merged(MergeRule::clash, nan, nan, 1.5) == Value(1.5));
  CHECK(merged(MergeRule::always_clash, decimal("1.5"), decimal("1.50"), decimal("2")) ==
        decimal("2"));
  CHECK(merged(MergeRule::clash, decimal("1"), decimal("2.0"), decimal("2.00")) == decimal("2"));
}

TEST_CASE("a field of several columns is merged as one") {
  const Shape shape = orders();
  const Snapshot base = order(Null{}, "Main St", "Ghent");

  SUBCASE("never half mine and half theirs") {
    const Merged out =
        merge(shape, {base, order(Null{}, "Side St", "Ghent"), order(Null{}, "Main St", "Bruges")});
    REQUIRE(told(shape, out.clashes) == Strings{"field: street"});
    const auto& held = out.clashes[0].held;
    CHECK(std::get<0>(held.base) == std::vector<Value>{text("Main St"), text("Ghent")});
    CHECK(std::get<0>(held.mine) == std::vector<Value>{text("Side St"), text("Ghent")});
    CHECK(std::get<0>(held.theirs) == std::vector<Value>{text("Main St"), text("Bruges")});
    CHECK(out.state.row[2] == text("Main St"));
    CHECK(out.state.row[3] == text("Bruges"));
  }
  SUBCASE("beside another that the other side changed") {
    const Merged out =
        merge(shape, {base, order(Null{}, "Side St", "Bruges"), order(text("quick"))});
    CHECK(out.clashes.empty());
    CHECK(spelled(shape, out.state) == spelled(shape, order(text("quick"), "Side St", "Bruges")));
  }
}

TEST_CASE("sum_of_deltas adds what both added, alike or not") {
  const auto sum = [](std::int64_t base, std::int64_t mine, std::int64_t theirs) {
    return merged(MergeRule::sum_of_deltas, number(base), number(mine), number(theirs));
  };
  CHECK(sum(10, 12, 7) == number(9));
  CHECK(sum(10, 12, 12) == number(14));
  CHECK(sum(10, 10, 7) == number(7));
  CHECK(sum(10, 12, 10) == number(12));
  CHECK(sum(0, -5, 5) == number(0));
}

TEST_CASE("sum_of_deltas of whole numbers clashes where the sum does not fit, and there alone") {
  const MergeRule rule = MergeRule::sum_of_deltas;
  CHECK(clashes(rule, number(0), number(most), number(1)));
  CHECK(clashes(rule, number(0), number(least), number(-1)));
  CHECK(clashes(rule, number(-1), number(most), number(0)));
  CHECK(merged(rule, number(1), number(most), number(0)) == number(most - 1));
  CHECK(merged(rule, number(most), number(most - 5), number(most - 7)) == number(most - 12));
}

TEST_CASE("sum_of_deltas of decimals is exact, or a clash") {
  const MergeRule rule = MergeRule::sum_of_deltas;
  const char* nines = "99999999999999999999999999999999999999";
  CHECK(merged(rule, decimal("1.50"), decimal("2"), decimal("1.25")) == decimal("1.75"));
  CHECK(clashes(rule, decimal("0"), decimal(nines), decimal("1")));
  CHECK(clashes(rule, decimal("0"), decimal(nines), decimal("0.1")));
}

TEST_CASE("sum_of_deltas of what is NULL on any side clashes where both changed it") {
  const MergeRule rule = MergeRule::sum_of_deltas;
  CHECK(clashes(rule, Null{}, number(1), number(2)));
  CHECK(clashes(rule, Null{}, number(1), number(1)));
  CHECK(clashes(rule, number(1), Null{}, number(2)));
  CHECK(clashes(rule, number(1), number(2), Null{}));
  CHECK(clashes(rule, number(1), Null{}, Null{}));
  CHECK(merged(rule, Null{}, number(1), Null{}) == number(1));
  CHECK(merged(rule, number(1), number(1), Null{}) == Value(Null{}));
}

TEST_CASE("a function is asked whenever both changed the field, and not else") {
  int asked = 0;
  const auto count = [&asked](rowan::ConstCells, rowan::ConstCells, rowan::ConstCells,
                              rowan::Cells out) { out[0] = number(++asked); };
  Shape shape = orders();
  shape.fields[1].merge = MergeRule::custom;
  shape.fields[1].merge_cells = std::make_shared<const rowan::MergeCells>(count);
  const auto merged = [&](const char* base, const char* mine, const char* theirs) {
    const Merged out = merge(shape, {order(text(base)), order(text(mine)), order(text(theirs))});
    CHECK(out.clashes.empty());
    return out.state.row[1];
  };

  CHECK(merged("a", "b", "a") == text("b"));
  CHECK(merged("a", "a", "b") == text("b"));
  CHECK(asked == 0);
  CHECK(merged("a", "b", "c") == number(1));
  CHECK(merged("a", "b", "b") == number(2));
}

namespace {

struct Line {
  int number = 0;
  std::uint64_t quantity = 0;
};
struct Basket {
  std::int64_t id = 0;
  std::vector<Line> lines;
};

/// Of baskets whose lines are merged by `merge`: line 1 with its quantity changed by both.
template <class F>
Merged with_lines_merged(F merge) {
  using rowan::key, rowan::parent;
  const auto mapping = rowan::aggregate("baskets", key("id", &Basket::id), rowan::unversioned)
                           .children(&Basket::lines, rowan::child("lines", parent("basket_id"),
                                                                  key("number", &Line::number))
                                                         .column("quantity", &Line::quantity)
                                                         .merging(&Line::quantity, merge));
  const auto basket = [](std::int64_t quantity) {
    return row({number(42)}, {{row({number(1), number(quantity)})}});
  };
  return rowan::change::merge(mapping.map().shape, {basket(1), basket(2), basket(3)});
}

}  // namespace

TEST_CASE("what a function makes is stored as its member would be, or refused as there") {
  const Merged out = with_lines_merged(
      [](std::uint64_t, std::uint64_t mine, std::uint64_t theirs) { return mine * theirs; });
  CHECK(out.state.children[0][0].row[1] == number(6));

  CHECK_THROWS_WITH_AS((void)with_lines_merged([](std::uint64_t, std::uint64_t, std::uint64_t) {
                         return std::numeric_limits<std::uint64_t>::max();
                       }),
                       "lines (42, 1), column quantity: an integer beyond 64 bits signed",
                       rowan::DataError);
}

TEST_CASE("what a function throws ends the merge") {
  const auto refuse = [](std::uint64_t, std::uint64_t, std::uint64_t) -> std::uint64_t {
    throw std::domain_error("no such quantity");
  };
  CHECK_THROWS_WITH_AS((void)with_lines_merged(refuse), "no such quantity", std::domain_error);
}

TEST_CASE("the root's version and key are theirs") {
  Snapshot base = order(text("a"));
  Snapshot mine = order(text("b"));
  Snapshot theirs = order(text("a"));
  base.version = mine.version = 3;
  theirs.version = 5;
  mine.row[0] = number(7);

  const Merged out = merge(orders(), {base, mine, theirs});

  CHECK(out.clashes.empty());
  CHECK(spelled(orders(), out.state) == "(42, 'b', 'Main St', 'Ghent')@5");
}

TEST_CASE("answers decide what would clash, and nothing else") {
  Shape shape = orders();
  shape.columns.push_back({"state", ColumnType::text, false, {}});
  shape.fields.push_back({4, 1});
  shape.fields.back().merge = MergeRule::mine;
  const auto with_state = [](Snapshot order, const char* state) {
    order.row.push_back(text(state));
    return order;
  };
  const Snapshot base = with_state(order(text("a"), "Main St"), "x");
  const Snapshot mine = with_state(order(text("b"), "Side St"), "y");
  const Snapshot theirs = with_state(order(text("c"), "Back St"), "z");
  Strings asked;
  const auto merged = [&](std::optional<Side> note, std::optional<Side> street) {
    asked.clear();
    return merge(shape, {base, mine, theirs}, [&, note, street](const Clash& clash) {
      asked.push_back(told(shape, clash));
      return clash.index == 1 ? note : street;
    });
  };

  const Merged open = merged(std::nullopt, std::nullopt);
  CHECK(asked == Strings{"field: note", "field: street"});
  CHECK(told(shape, open.clashes) == asked);
  CHECK(spelled(shape, open.state) == "(42, 'c', 'Back St', 'Ghent', 'y')");

  const Merged half = merged(Side::mine, std::nullopt);
  CHECK(told(shape, half.clashes) == Strings{"field: street"});
  CHECK(spelled(shape, half.state) == "(42, 'b', 'Back St', 'Ghent', 'y')");

  const Merged whole = merged(Side::theirs, Side::mine);
  CHECK(whole.clashes.empty());
  CHECK(spelled(shape, whole.state) == "(42, 'c', 'Side St', 'Ghent', 'y')");
}
