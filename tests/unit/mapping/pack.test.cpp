/// pack, unpack: what comes out of the bytes is what went in, to the last bit.

#include "mapping/pack.hpp"

#include <bit>
#include <chrono>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "mapping/capture.hpp"
#include "mapping/packed_reader.hpp"
#include "unit/mapping/full_order.hpp"

using namespace rowan;
using namespace std::string_literals;
using mapping::pack;
using mapping::Packed;
using mapping::unpack;

namespace {

/// A table of so many columns; what is in them is no matter.
Shape table(std::size_t columns) {
  Shape out;
  out.table = "things";
  out.columns.resize(columns);
  return out;
}

/// What becomes of a cell.
Value there_and_back(const Value& cell) {
  Snapshot rows;
  rows.row = {cell};
  const Snapshot again = unpack(table(1), pack(table(1), rows));
  REQUIRE(again.row.size() == 1);
  return again.row.front();
}

bool equal(const Snapshot& a, const Snapshot& b) {
  if (a.row != b.row || a.version != b.version || a.position != b.position) return false;
  if (a.children.size() != b.children.size()) return false;
  for (std::size_t l = 0; l < a.children.size(); ++l) {
    if (a.children[l].size() != b.children[l].size()) return false;
    for (std::size_t i = 0; i < a.children[l].size(); ++i)
      if (!equal(a.children[l][i], b.children[l][i])) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("a cell of any type comes out as it went in") {
  using std::chrono::year;
  std::vector<Value> cells{Null{}, true, false};
  for (const std::int64_t number :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{7}, std::int64_t{-8}, std::int64_t{63},
        std::int64_t{64}, std::int64_t{-65}, std::int64_t{1} << 32,
        std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(),
        std::numeric_limits<std::int64_t>::min() + 1})
    cells.emplace_back(number);
  for (const double number :
       {0.1, -1.0, std::numeric_limits<double>::infinity(),
        std::numeric_limits<double>::denorm_min(), std::numeric_limits<double>::lowest()})
    cells.emplace_back(number);
  for (const std::size_t size : {0U, 1U, 14U, 15U, 127U, 128U, 16384U, 3000000U}) {
    cells.emplace_back(std::string(size, 'x'));
    cells.emplace_back(Bytes(size, std::byte{0xFF}));
  }
  cells.emplace_back("a\0b"s);
  cells.emplace_back(Timestamp::min());
  cells.emplace_back(Timestamp::max());
  cells.emplace_back(Date{year{-1} / 2 / 28});
  cells.emplace_back(Date{year{9999} / 12 / 31});
  cells.emplace_back(Uuid::v4());
  cells.emplace_back(Decimal("-99999999999999999999999999999999999999"));

  for (const Value& cell : cells) CHECK(there_and_back(cell) == cell);
}

TEST_CASE("what is equal and not the same stays what it was") {
  const auto bits = [](const Value& cell) {
    return std::bit_cast<std::uint64_t>(std::get<double>(cell));
  };
  CHECK(std::signbit(std::get<double>(there_and_back(-0.0))));
  const Value nan = -std::numeric_limits<double>::quiet_NaN();
  CHECK(bits(there_and_back(nan)) == bits(nan));
  CHECK(std::get<Decimal>(there_and_back(Decimal("1.50"))).to_string() == "1.50");
}

TEST_CASE("nothing, an empty text and no bytes are three things") {
  CHECK(there_and_back(Null{}) == Value(Null{}));
  CHECK(there_and_back(""s) == Value(""s));
  CHECK(there_and_back(Bytes{}) == Value(Bytes{}));
}

TEST_CASE("an aggregate with all that is beneath it comes out as it went in") {
  const shop::Order order = shop::full_order();
  const ObjectMap& map = shop::order_map();
  Snapshot rows = mapping::capture(map, &order);
  rows.version = 7;
  rows.children[0][1].version = std::numeric_limits<std::int64_t>::max();
  rows.children[0][0].children[0][1].position = -3;

  Snapshot again = unpack(map.shape, pack(map.shape, rows));

  CHECK(again.version == 7);
  CHECK(again.children[0][1].version == rows.children[0][1].version);
  CHECK(again.children[0][0].children[0][1].position == -3);
  CHECK(again.row == rows.row);
  shop::Order restored;
  mapping::restore(map, again, &restored);
  CHECK(shop::same(restored, rows));
}

TEST_CASE("versions and positions are kept where there is a column for them") {
  Shape root = table(1);
  root.version = VersionColumn{};
  root.children = {table(0)};
  root.children[0].position = "pos";
  root.children[0].children = {table(2)};
  Snapshot leaf;
  leaf.row = {Value(Null{}), Value("leaf"s)};
  Snapshot middle;
  middle.position = std::numeric_limits<std::int64_t>::min();
  middle.children = {std::vector<Snapshot>(300, leaf)};
  Snapshot rows;
  rows.row = {Value(true)};
  rows.version = std::numeric_limits<std::int64_t>::max();
  rows.children = {{middle, middle}};
  rows.children[0][1].children[0].clear();

  CHECK(equal(unpack(root, pack(root, rows)), rows));
}

TEST_CASE("copies share what was packed") {
  Packed none;
  CHECK_FALSE(none);
  Snapshot rows;
  rows.row = {Value(std::string(100, 'x'))};
  Packed first = pack(table(1), rows);
  const Packed copy = first;
  CHECK(first.begin() == copy.begin());
  first = none;
  CHECK_FALSE(first);
  const Packed moved = std::move(copy);
  CHECK(unpack(table(1), moved).row == rows.row);
}

TEST_CASE("a field of very many columns is compared like any other") {
  // More cells than are compared without asking for memory.
  constexpr std::size_t width = 40;
  ObjectMap map;
  map.shape = table(width + 1);
  map.shape.fields = {{0, width}, {width, 1}};
  const FieldOps ops{nullptr, nullptr, [](const void*, const void* member, CellViews as) {
                       return as.size() == *static_cast<const std::size_t*>(member);
                     }};
  const FieldOps one{nullptr, nullptr, [](const void*, const void*, CellViews as) {
                       return std::get<std::int64_t>(as[0]) == 9;
                     }};
  map.fields = {Field{MemberAddress::self(), &ops, {}}, Field{MemberAddress::self(), &one, {}}};
  Snapshot rows;
  rows.row.assign(width, Value(""s));
  rows.row.emplace_back(std::int64_t{9});
  const std::size_t object = width;

  CHECK(mapping::same(map, &object, pack(map.shape, rows)));
}

TEST_CASE("for a removal the rows beneath are unpacked as far as it needs them") {
  Shape root = table(2);
  root.key_width = 1;
  root.children = {table(3)};
  Shape& child = root.children.front();
  child.key_width = 1;
  Snapshot rows;
  rows.row = {std::int64_t{1}, "a"};
  rows.children.resize(1);
  rows.children.front().push_back({{std::int64_t{7}, "b", "c"}, 0, 0, {}});
  const auto cells = [&] {
    const Snapshot out = mapping::unpack_to_remove(root, pack(root, rows));
    CHECK(out.row == rows.row);
    CHECK(out.children.front().front().row.front() == Value(std::int64_t{7}));
    return out.children.front().front().row.size();
  };
  CHECK(cells() == 1);
  SUBCASE("what moves is compared") {
    child.scope = KeyScope::table;
  }
  SUBCASE("what is unique is given up") {
    child.unique = {{1}};
  }
  SUBCASE("what refers to another is in an order") {
    child.columns[2].references = "others";
  }
  CHECK(cells() == 3);
}
