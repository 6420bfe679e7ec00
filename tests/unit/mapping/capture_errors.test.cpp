/// What does not fit, in an object or in a row: errors that name table, key and column, and no
/// value.

#include <chrono>
#include <exception>
#include <limits>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

#include "mapping/capture.hpp"
#include "unit/mapping/full_order.hpp"

using namespace rowan;
using namespace shop;
using namespace std::string_literals;
using mapping::capture;
using mapping::restore;

namespace {

std::string error_of_capture(const Order& order) {
  try {
    (void)capture(order_map(), &order);
  } catch (const DataError& error) {
    return error.what();
  }
  return "no error";
}
std::string error_of_restore(const Snapshot& snapshot) {
  try {
    Order order;
    restore(order_map(), snapshot, &order);
  } catch (const DataError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("what no column takes is an error that names table, key and column") {
  Order order = full_order();

  SUBCASE("an integer beyond 64 bits") {
    order.wide = std::numeric_limits<std::uint64_t>::max();
    CHECK(error_of_capture(order) == "orders 42, column wide: an integer beyond 64 bits signed");
  }
  SUBCASE("a date that does not exist") {
    order.due = std::chrono::year{2023} / 2 / 29;
    CHECK(error_of_capture(order) == "orders 42, column due: a date that is not in the calendar");
  }
  SUBCASE("an enumerator without a name") {
    order.status = Status::lost;
    CHECK(error_of_capture(order) ==
          "orders 42, column status: an enumerator that enum_names does not list");
  }
}

TEST_CASE("a cell that does not fit its member is an error that names table, key and column") {
  const Order order = full_order();
  Snapshot s = capture(order_map(), &order);
  REQUIRE(error_of_restore(s) == "no error");

  SUBCASE("NULL in a member that is not optional") {
    cell(s, "text") = Null{};
    CHECK(error_of_restore(s) ==
          "orders 42, column text: it is NULL, but the member is not optional");
  }
  SUBCASE("an integer beyond the member") {
    cell(s, "small") = std::int64_t{40000};
    CHECK(error_of_restore(s) == "orders 42, column small: an integer beyond the member's range");
  }
  SUBCASE("a negative integer in an unsigned member") {
    cell(s, "count") = std::int64_t{-1};
    CHECK(error_of_restore(s) == "orders 42, column count: an integer beyond the member's range");
  }
  SUBCASE("a number beyond the member") {
    cell(s, "single") = 1e300;
    CHECK(error_of_restore(s) == "orders 42, column single: a number beyond the member's range");
  }
  SUBCASE("text in an integer") {
    cell(s, "count") = "secret"s;
    CHECK(error_of_restore(s) ==
          "orders 42, column count: it holds text where the member takes an integer");
  }
  SUBCASE("a name that no enumerator has") {
    cell(s, "earlier") = "secret"s;
    CHECK(error_of_restore(s) == "orders 42, column earlier: a name that enum_names does not list");
  }
  SUBCASE("an alternative that is not mapped") {
    cell(s, "paid_by") = "secret"s;
    CHECK(error_of_restore(s) == "orders 42, column paid_by: none of the mapped alternatives");
  }
  SUBCASE("half a value object") {
    cell(s, "second_to") = Null{};
    CHECK(error_of_restore(s) ==
          "orders 42, column second_to: it is NULL, but the member is not optional");
  }
  SUBCASE("in a child") {
    s.children[0][1].row[2] = Null{};
    CHECK(error_of_restore(s) ==
          "order_lines (42, 1), column net_currency: it is NULL, but the member is not optional");
  }
  SUBCASE("in a grandchild, whose place is its key") {
    s.children[0][0].children[0][1].row[1] = "secret"s;
    CHECK(error_of_restore(s) ==
          "discounts (42, 2, 1), column percent: it holds text where the member takes a number");
  }
  SUBCASE("a key") {
    cell(s, "id") = Null{};
    CHECK(error_of_restore(s) ==
          "orders NULL, column id: it is NULL, but the member is not optional");
  }
}

TEST_CASE("a value that its class refuses is an error without the value, with the cause in it") {
  const Order order = full_order();
  Snapshot s = capture(order_map(), &order);
  std::string column;
  SUBCASE("a value object's constructor") {
    cell(s, "window_to") = std::int64_t{-1};
    column = "window_from";
  }
  SUBCASE("from_column") {
    cell(s, "email") = "secret"s;
    column = "email";
  }

  try {
    Order again;
    restore(order_map(), s, &again);
    FAIL("no error");
  } catch (const DataError& error) {
    CHECK(error.what() ==
          "orders 42, column " + column + ": the stored value is refused by its class");
    CHECK_THROWS_AS(std::rethrow_if_nested(error), std::invalid_argument);
  }
}

TEST_CASE("an invariant that is broken by what is stored names table and key") {
  Order order = full_order();
  CHECK_NOTHROW(mapping::check_loaded(order_map(), &order, row(std::int64_t{42})));

  order.small = 99;

  CHECK_THROWS_WITH_AS(mapping::check_loaded(order_map(), &order, row(std::int64_t{42})),
                       "orders 42: what is stored breaks the invariant of its class", DataError);
}
