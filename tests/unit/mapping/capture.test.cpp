/// capture, restore, and the key: what an object of every kind of member looks like as rows.

#include "mapping/capture.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "unit/mapping/full_order.hpp"

using namespace rowan;
using namespace shop;
using namespace std::string_literals;
using mapping::capture;
using mapping::restore;

TEST_CASE("an object as rows holds each member in its column") {
  Snapshot s = capture(order_map(), std::vector{full_order()}.data());

  CHECK(cell(s, "id") == Value(std::int64_t{42}));
  CHECK(cell(s, "customer_id") == Value(*Uuid::parse("00000000-0000-7000-8000-000000000001")));
  CHECK(cell(s, "paid") == Value(true));
  CHECK(cell(s, "small") == Value(std::int64_t{-5}));
  CHECK(cell(s, "count") == Value(std::int64_t{4000000000}));
  CHECK(cell(s, "wide") == Value(std::int64_t{9000000000000000000}));
  CHECK(cell(s, "single") == Value(1.5));
  CHECK(cell(s, "comment") == Value(""s));
  CHECK(cell(s, "picture") == Value(Bytes{std::byte{0}, std::byte{255}}));
  CHECK(cell(s, "due") == Value(Date{std::chrono::year{2024} / 2 / 29}));
  CHECK(cell(s, "total") == Value(Decimal("19.90")));
  CHECK(cell(s, "status") == Value("placed"s));
  CHECK(cell(s, "earlier") == Value("draft"s));
  CHECK(cell(s, "weight") == Value(std::int64_t{2}));
  CHECK(cell(s, "email") == Value("x@y"s));
  CHECK(cell(s, "window_from") == Value(std::int64_t{3}));
  CHECK(cell(s, "second_to") == Value(std::int64_t{6}));
  CHECK(cell(s, "paid_by") == Value("card"s));
  CHECK(cell(s, "last4") == Value("1234"s));
  CHECK(cell(s, "iban") == Value(Null{}));
  CHECK(cell(s, "refunded_by") == Value("transfer"s));
  CHECK(cell(s, "refund_iban") == Value("BE00"s));
}

TEST_CASE("children follow in the order of their list, with their places") {
  const Order order = full_order();

  const Snapshot s = capture(order_map(), &order);

  REQUIRE(s.children.size() == 5);
  const auto& lines = s.children[0];
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].row ==
        row(std::int64_t{2}, Decimal("1.50"), "EUR"s, Null{}, Null{}, std::int64_t{5}));
  CHECK(lines[2].row == row(std::int64_t{7}, Null{}, Null{}, Null{}, Null{}, Null{}));
  CHECK(lines[2].position == 2);
  REQUIRE(lines[0].children[0].size() == 2);
  CHECK(lines[0].children[0][1].row == row("late"s, 2.0));
  CHECK(s.children[1][0].row == row("careful"s, std::int64_t{5}));
  CHECK(s.children[2][0].row == row("b"s));
  CHECK(s.children[3][1].row == row("transfer"s, Null{}, "2"s, "3"s));
  CHECK(s.children[4][1].row == row(std::int64_t{1}, std::int64_t{2}));
}

TEST_CASE("an object restored from its rows is the same object but for its versions") {
  Order full = full_order();
  Order empty;
  for (Order* order : {&full, &empty}) {
    const Snapshot s = capture(order_map(), order);

    Order again = full_order();
    again.version = order->version;
    restore(order_map(), s, &again);
    for (std::size_t i = 0; i < again.lines.size(); ++i) {
      CHECK(again.lines[i].version == 0);
      again.lines[i].version = order->lines[i].version;
    }

    CHECK(again == *order);
    CHECK(same(again, s));
  }
}

TEST_CASE("versions are shown in the members that have one") {
  Order order = full_order();
  Snapshot s = capture(order_map(), &order);
  s.version = 11;
  s.children[0][1].version = 12;

  mapping::show_versions(order_map(), mapping::pack(order_map().shape, s), &order);

  CHECK(order.version == 11);
  CHECK(order.lines[0].version == 0);
  CHECK(order.lines[1].version == 12);
}

TEST_CASE("the key is read from its members and written to them") {
  Order order = full_order();

  CHECK(mapping::key_in(order_map(), &order) == row(std::int64_t{42}));
  mapping::set_key(order_map(), &order, row(std::int64_t{43}));

  CHECK(order.id == OrderId{43});
}
