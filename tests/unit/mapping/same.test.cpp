/// same: which change of an object is one.

#include <chrono>
#include <cmath>
#include <limits>
#include <variant>

#include <doctest/doctest.h>

#include "mapping/capture.hpp"
#include "unit/mapping/full_order.hpp"

using namespace rowan;
using namespace shop;
using mapping::capture;
using mapping::restore;

TEST_CASE("an object that was changed anywhere is not the same") {
  const Order before = full_order();
  const Snapshot s = capture(order_map(), &before);
  Order order = before;
  REQUIRE(same(order, s));

  SUBCASE("an integer") {
    order.small = 6;
  }
  SUBCASE("text") {
    order.text = "other";
  }
  SUBCASE("an optional to none") {
    order.comment.reset();
  }
  SUBCASE("an optional id") {
    order.introduced_by.reset();
  }
  SUBCASE("an enum by name") {
    order.status = Status::draft;
  }
  SUBCASE("an enum that has no name") {
    order.status = Status::lost;
  }
  SUBCASE("a custom type") {
    order.email = Email("z@y");
  }
  SUBCASE("a value object") {
    order.window = Range(3, 5);
  }
  SUBCASE("an optional value object to none") {
    order.second.reset();
  }
  SUBCASE("a variant's alternative") {
    order.payment = std::monostate{};
  }
  SUBCASE("a variant's contents") {
    order.payment = Card{"1235"};
  }
  SUBCASE("an optional variant to none") {
    order.refund.reset();
  }
  SUBCASE("a part of an optional child") {
    order.note->stars = 4;
  }
  SUBCASE("an optional child to none") {
    order.note.reset();
  }
  SUBCASE("a child's nested value") {
    order.lines[1].price->deposit->currency = "EUR";
  }
  SUBCASE("a child's nested value to none") {
    order.lines[1].price->deposit.reset();
  }
  SUBCASE("a grandchild") {
    order.lines[0].discounts[1].percent = 3;
  }
  SUBCASE("a grandchild removed") {
    order.lines[0].discounts.pop_back();
  }
  SUBCASE("a child added") {
    order.lines.push_back({9, {}, 0, {}});
  }
  SUBCASE("children in another order") {
    std::swap(order.lines[0], order.lines[1]);
  }
  SUBCASE("a list of texts") {
    order.tags[0] = "c";
  }
  SUBCASE("a list of variants") {
    order.attempts[0] = Card{"2"};
  }
  SUBCASE("a list of value objects") {
    order.ranges.pop_back();
  }

  CHECK_FALSE(same(order, s));
}

TEST_CASE("a version member is no part of what an object holds") {
  Order order = full_order();
  const Snapshot s = capture(order_map(), &order);

  order.version = 8;
  order.lines[0].version = 5;

  CHECK(same(order, s));
}

TEST_CASE("NaN is the same as NaN, so that it is no change for ever") {
  Order order;
  order.real = std::numeric_limits<double>::quiet_NaN();
  const Snapshot s = capture(order_map(), &order);

  Order again;
  restore(order_map(), s, &again);

  CHECK(std::isnan(again.real));
  CHECK(same(again, s));
}

TEST_CASE("an instant finer than a microsecond is rounded down, and that is no change") {
  Order order;
  order.made_at += std::chrono::nanoseconds(1999);
  const Snapshot s = capture(order_map(), &order);

  Order again;
  restore(order_map(), s, &again);

  CHECK(again.made_at.time_since_epoch() == std::chrono::microseconds(1));
  CHECK(same(order, s));
}
