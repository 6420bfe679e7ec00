/// Edits: what diff tells of rows that stay in their places, told from the object itself.

#include "change/edits.hpp"

#include <functional>
#include <vector>

#include <doctest/doctest.h>

#include "change/diff.hpp"
#include "mapping/capture.hpp"
#include "mapping/pack.hpp"
#include "unit/mapping/full_order.hpp"

using namespace rowan;
using change::Edits;
using change::RowChange;
using shop::full_order;
using shop::Order;

namespace {

const KeyValues key{std::int64_t{42}};

/// An order as it is stored: with gaps between its positions, and versions.
Snapshot stored_order(const ObjectMap& map) {
  const Order order = full_order();
  Snapshot out = mapping::capture(map, &order);
  out.version = 7;
  for (Snapshot& line : out.children[0]) {
    line.position *= 10;
    line.version = 3;
  }
  return out;
}

void check_same(const std::vector<RowChange>& found, const std::vector<RowChange>& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    CHECK(found[i].kind == expected[i].kind);
    CHECK(found[i].shape == expected[i].shape);
    CHECK(found[i].depth == expected[i].depth);
    CHECK(found[i].key == expected[i].key);
    CHECK(found[i].columns == expected[i].columns);
    CHECK(found[i].position == expected[i].position);
    CHECK(found[i].moves == expected[i].moves);
    CHECK(found[i].before->row == expected[i].before->row);
    CHECK(found[i].before->version == expected[i].before->version);
    CHECK(found[i].after->row == expected[i].after->row);
    CHECK(found[i].after->version == expected[i].after->version);
    CHECK(found[i].after->position == expected[i].after->position);
  }
}

/// Of an order after `edit`, which leaves its rows where they are.
void check_edit(const std::function<void(Order&)>& edit) {
  const ObjectMap& map = shop::order_map();
  const Snapshot before = stored_order(map);
  const auto stored = mapping::pack(map.shape, before);
  Order order = full_order();
  edit(order);
  Snapshot after = mapping::capture(map, &order);
  auto expected = change::diff(map.shape, key, &before, &after);
  if (expected.empty() || expected.front().depth > 0)
    expected.insert(expected.begin(),
                    change::update_of(map.shape, key, before, after, 0, Moves::version));

  Edits edits;
  const auto found = edits.find(map, map.shape, &order, key, stored);

  check_same(found, expected);
  CHECK_FALSE(edits.empty());
  Snapshot written = mapping::unpack(map.shape, edits.written());
  CHECK(change::diff(map.shape, key, &after, &written).empty());
  CHECK(mapping::same(map, &order, edits.written()));
}

bool tells(const std::function<void(Order&)>& edit) {
  const ObjectMap& map = shop::order_map();
  const auto stored = mapping::pack(map.shape, stored_order(map));
  Order order = full_order();
  edit(order);
  Edits edits;
  const auto found = edits.find(map, map.shape, &order, key, stored);
  CHECK(found.empty() == edits.empty());
  return !edits.empty();
}

}  // namespace

TEST_CASE("rows that stay in their places are compared as diff compares them") {
  check_edit([](Order&) {});
  check_edit([](Order& order) { order.text = "another"; });
  check_edit([](Order& order) { order.payment = shop::Transfer{"BE1", "B"}; });
  check_edit([](Order& order) { order.lines[1].price->percent = 9; });
  check_edit([](Order& order) { order.lines[0].discounts[1].percent = 3; });
  check_edit([](Order& order) { order.attempts[2] = shop::Card{"9"}; });
  check_edit([](Order& order) { order.note->stars = 1; });
  check_edit([](Order& order) {
    order.count = 1;
    order.lines[0].price.reset();
    order.lines[2].price = shop::Price{};
    order.ranges[1] = shop::Range(3, 4);
  });
}

TEST_CASE("rows that come, go or change places are left to diff") {
  CHECK_FALSE(tells([](Order& order) { order.lines.pop_back(); }));
  CHECK_FALSE(tells([](Order& order) { order.tags.emplace_back("c"); }));
  CHECK_FALSE(tells([](Order& order) { order.note.reset(); }));
  CHECK_FALSE(tells([](Order& order) { std::swap(order.lines[0], order.lines[1]); }));
  CHECK_FALSE(tells([](Order& order) { order.lines[0].number = 5; }));
  CHECK_FALSE(tells([](Order& order) { order.lines[0].discounts.clear(); }));
}
