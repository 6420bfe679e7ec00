/// capture, restore and same: what an object of every kind of member looks like as rows, and which
/// table, column and key an error names.

#include "mapping/capture.hpp"

#include <array>
#include <chrono>
#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include <rowan/rowan.hpp>

using namespace rowan;
using mapping::capture;
using mapping::restore;
using mapping::same;

namespace shop {
namespace {

enum class Status { draft, placed, lost };
constexpr auto enum_names(std::type_identity<Status>) {
  return std::array{std::pair{Status::draft, "draft"}, std::pair{Status::placed, "placed"}};
}
enum class Weight : std::int16_t { light = 1, heavy = 2 };

struct OrderId {
  std::int64_t value = 0;
  bool operator==(const OrderId&) const = default;
};
struct CustomerId {
  Uuid value;
  bool operator==(const CustomerId&) const = default;
};

/// Kept as text by to_column and from_column, which refuses what is no address.
class Email {
 public:
  explicit Email(std::string text) : text_(std::move(text)) {
    if (text_.find('@') == std::string::npos) throw std::invalid_argument("no @ in " + text_);
  }
  const std::string& text() const { return text_; }
  bool operator==(const Email&) const = default;

 private:
  std::string text_;
};
std::string to_column(const Email& email) {
  return email.text();
}
Email from_column(std::type_identity<Email>, std::string text) {
  return Email(std::move(text));
}

/// Made by its constructor only, which keeps it in order.
class Range {
 public:
  Range(int from, int to) : from_(from), to_(to) {
    if (to < from) throw std::invalid_argument("a range ends before it begins");
  }
  int from() const { return from_; }
  int to() const { return to_; }
  bool operator==(const Range&) const = default;

 private:
  int from_;
  int to_;
};
ValueObject<Range> value_of(std::type_identity<Range>) {
  return value_object(part("from", &Range::from), part("to", &Range::to));
}

struct Money {
  Decimal amount;
  std::string currency;
  bool operator==(const Money&) const = default;
};
ValueObject<Money> value_of(std::type_identity<Money>) {
  return value_object(part("amount", &Money::amount), part("currency", &Money::currency));
}
struct Price {  // a value object in a value object
  Money net;
  std::optional<Money> deposit;
  std::optional<int> percent;
  bool operator==(const Price&) const = default;
};
ValueObject<Price> value_of(std::type_identity<Price>) {
  return value_object(part("net_", &Price::net), part("deposit_", &Price::deposit),
                      part("percent", &Price::percent));
}

struct Card {
  std::string last4;
  bool operator==(const Card&) const = default;
};
struct Transfer {
  std::string iban;
  std::optional<std::string> bic;
  bool operator==(const Transfer&) const = default;
};
using Payment = std::variant<std::monostate, Card, Transfer>;

struct Discount {
  std::string reason;
  double percent = 0;
  bool operator==(const Discount&) const = default;
};
struct Line {
  int number = 0;
  std::optional<Price> price;
  std::int64_t version = 0;
  std::vector<Discount> discounts;
  bool operator==(const Line&) const = default;
};
struct Note {
  std::string text;
  int stars = 0;
  bool operator==(const Note&) const = default;
};

class Order {
 public:
  Order() = default;
  bool operator==(const Order&) const = default;
  void check() const {
    if (small == 99) throw std::logic_error("an order of 99 is refused");
  }

  OrderId id;
  int version = 0;
  CustomerId customer;
  std::optional<CustomerId> introduced_by;
  bool paid = false;
  std::int16_t small = 0;
  unsigned count = 0;
  std::uint64_t wide = 0;
  double real = 0;
  float single = 0;
  std::string text;
  std::optional<std::string> comment;
  Bytes picture;
  std::chrono::sys_time<std::chrono::nanoseconds> made_at{};
  std::optional<std::chrono::sys_seconds> placed_at;
  Date due{std::chrono::year{2024} / 2 / 29};
  std::chrono::sys_days day{};
  Decimal total;
  Status status = Status::draft;
  std::optional<Status> earlier;
  Weight weight = Weight::light;
  Email email{"a@b"};
  Range window{0, 0};
  std::optional<Range> second;
  Payment payment;
  std::optional<Payment> refund;
  std::vector<Line> lines;
  std::optional<Note> note;
  std::vector<std::string> tags;
  std::vector<Payment> attempts;
  std::vector<Range> ranges;
};

Mapping<Order, OrderId> mapping_of(std::type_identity<Order>) {
  const auto card = value_object(part("last4", &Card::last4));
  const auto transfer = value_object(part("iban", &Transfer::iban), part("bic", &Transfer::bic));
  const auto refund_card = value_object(part("refund_last4", &Card::last4));
  const auto refund_transfer =
      value_object(part("refund_iban", &Transfer::iban), part("refund_bic", &Transfer::bic));
  return aggregate("orders", key("id", &Order::id), version("version", &Order::version))
      .column("customer_id", &Order::customer, references("customers"))
      .column("introduced_by", &Order::introduced_by, references("customers"))
      .column("paid", &Order::paid)
      .column("small", &Order::small)
      .column("count", &Order::count)
      .column("wide", &Order::wide)
      .column("real", &Order::real)
      .column("single", &Order::single)
      .column("text", &Order::text)
      .column("comment", &Order::comment)
      .column("picture", &Order::picture)
      .column("made_at", &Order::made_at)
      .column("placed_at", &Order::placed_at)
      .column("due", &Order::due)
      .column("day", &Order::day)
      .column("total", &Order::total)
      .column("status", &Order::status, as_text)
      .column("earlier", &Order::earlier, as_text)
      .column("weight", &Order::weight)
      .column("email", &Order::email)
      .value("window_", &Order::window)
      .value("second_", &Order::second)
      .one_of("paid_by", &Order::payment, when<std::monostate>("none"), when("card", card),
              when("transfer", transfer))
      .one_of("refunded_by", &Order::refund, when<std::monostate>("none"),
              when("card", refund_card), when("transfer", refund_transfer))
      .children(&Order::lines,
                child("order_lines", parent("order_id"), key("line_no", &Line::number),
                      position("place"), version("version", &Line::version))
                    .value("", &Line::price)
                    .children(&Line::discounts,
                              child<Discount>("discounts", parent("order_id", "line_no"),
                                              position("place"))
                                  .column("reason", &Discount::reason)
                                  .column("percent", &Discount::percent)))
      .children(&Order::note, child<Note>("notes", parent("order_id"))
                                  .column("text", &Note::text)
                                  .column("stars", &Note::stars))
      .children(&Order::tags, child<std::string>("tags", parent("order_id"), key("tag", self)))
      .children(&Order::attempts, child<Payment>("attempts", parent("order_id"), position("place"))
                                      .one_of("kind", self, when<std::monostate>("none"),
                                              when("card", card), when("transfer", transfer)))
      .children(
          &Order::ranges,
          child<Range>("ranges", parent("order_id"), position("place")).value("", self).made_by([] {
            return Range{0, 0};
          }))
      .invariant<&Order::check>();
}

Order full_order() {
  using namespace std::chrono;
  Order o;
  o.id = {42};
  o.version = 7;
  o.customer = {*Uuid::parse("00000000-0000-7000-8000-000000000001")};
  o.introduced_by = CustomerId{*Uuid::parse("00000000-0000-7000-8000-000000000002")};
  o.paid = true;
  o.small = -5;
  o.count = 4000000000U;
  o.wide = 9000000000000000000U;
  o.real = -0.1;
  o.single = 1.5F;
  o.text = "it's \"text\"";
  o.comment = "";
  o.picture = {std::byte{0}, std::byte{255}};
  o.made_at = sys_days{2021y / 1 / 31} + 10h + 1us;
  o.placed_at = sys_days{2021y / 2 / 1};
  o.day = sys_days{2021y / 2 / 2};
  o.total = Decimal("19.90");
  o.status = Status::placed;
  o.earlier = Status::draft;
  o.weight = Weight::heavy;
  o.email = Email("x@y");
  o.window = Range(3, 4);
  o.second = Range(5, 6);
  o.payment = Card{"1234"};
  o.refund = Transfer{"BE00", std::nullopt};
  o.lines = {{2, Price{{Decimal("1.50"), "EUR"}, {}, 5}, 1, {{"loyal", 1.5}, {"late", 2}}},
             {1, Price{{Decimal("2"), "EUR"}, Money{Decimal("3"), "USD"}, {}}, 3, {}},
             {7, {}, 1, {}}};
  o.note = Note{"careful", 5};
  o.tags = {"b", "a"};
  o.attempts = {Card{"1"}, Transfer{"2", "3"}, std::monostate{}};
  o.ranges = {Range(1, 2), Range(1, 2)};
  return o;
}

const ObjectMap& order_map() {
  static const auto mapping = mapping_of(std::type_identity<Order>{});
  return mapping.map();
}

std::size_t column(const Shape& shape, const std::string& name) {
  for (std::size_t i = 0; i < shape.columns.size(); ++i)
    if (shape.columns[i].name == name) return i;
  throw std::out_of_range(name);
}

Value& cell(Snapshot& snapshot, const std::string& name) {
  return snapshot.row[column(order_map().shape, name)];
}

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

/// A row of values that stand for themselves; std::vector<Value> takes no braces with mixed types.
template <class... V>
std::vector<Value> row(const V&... values) {
  return {Value(values)...};
}

}  // namespace
}  // namespace shop

using namespace shop;
using namespace std::string_literals;

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
    CHECK(same(order_map(), &again, s));
  }
}

TEST_CASE("an object that was changed anywhere is not the same") {
  const Order before = full_order();
  const Snapshot s = capture(order_map(), &before);
  Order order = before;
  REQUIRE(same(order_map(), &order, s));

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

  CHECK_FALSE(same(order_map(), &order, s));
}

TEST_CASE("a version member is no part of what an object holds") {
  Order order = full_order();
  const Snapshot s = capture(order_map(), &order);

  order.version = 8;
  order.lines[0].version = 5;

  CHECK(same(order_map(), &order, s));
}

TEST_CASE("versions are shown in the members that have one") {
  Order order = full_order();
  Snapshot s = capture(order_map(), &order);
  s.version = 11;
  s.children[0][1].version = 12;

  mapping::show_versions(order_map(), s, &order);

  CHECK(order.version == 11);
  CHECK(order.lines[0].version == 0);
  CHECK(order.lines[1].version == 12);
}

TEST_CASE("NaN is the same as NaN, so that it is no change for ever") {
  Order order;
  order.real = std::numeric_limits<double>::quiet_NaN();
  const Snapshot s = capture(order_map(), &order);

  Order again;
  restore(order_map(), s, &again);

  CHECK(std::isnan(again.real));
  CHECK(same(order_map(), &again, s));
}

TEST_CASE("an instant finer than a microsecond is rounded down, and that is no change") {
  Order order;
  order.made_at += std::chrono::nanoseconds(1999);
  const Snapshot s = capture(order_map(), &order);

  Order again;
  restore(order_map(), s, &again);

  CHECK(again.made_at.time_since_epoch() == std::chrono::microseconds(1));
  CHECK(same(order_map(), &order, s));
}

TEST_CASE("the key is read from its members and written to them") {
  Order order = full_order();

  CHECK(mapping::key_in(order_map(), &order) == row(std::int64_t{42}));
  mapping::set_key(order_map(), &order, row(std::int64_t{43}));

  CHECK(order.id == OrderId{43});
}

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
