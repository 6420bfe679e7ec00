#pragma once
/// An order that has a member of every kind, its mapping, and how to look at its rows.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <rowan/rowan.hpp>

#include "mapping/capture.hpp"
#include "mapping/pack.hpp"

namespace shop {

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
  rowan::Uuid value;
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
inline std::string to_column(const Email& email) {
  return email.text();
}
inline Email from_column(std::type_identity<Email>, std::string text) {
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
inline rowan::ValueObject<Range> value_of(std::type_identity<Range>) {
  using rowan::part, rowan::value_object;
  return value_object(part("from", &Range::from), part("to", &Range::to));
}

struct Money {
  rowan::Decimal amount;
  std::string currency;
  bool operator==(const Money&) const = default;
};
inline rowan::ValueObject<Money> value_of(std::type_identity<Money>) {
  using rowan::part, rowan::value_object;
  return value_object(part("amount", &Money::amount), part("currency", &Money::currency));
}
struct Price {  // a value object in a value object
  Money net;
  std::optional<Money> deposit;
  std::optional<int> percent;
  bool operator==(const Price&) const = default;
};
inline rowan::ValueObject<Price> value_of(std::type_identity<Price>) {
  using rowan::part, rowan::value_object;
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
  rowan::Bytes picture;
  std::chrono::sys_time<std::chrono::nanoseconds> made_at{};
  std::optional<std::chrono::sys_seconds> placed_at;
  rowan::Date due{std::chrono::year{2024} / 2 / 29};
  std::chrono::sys_days day{};
  rowan::Decimal total;
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

inline rowan::Mapping<Order, OrderId> mapping_of(std::type_identity<Order>) {
  using namespace rowan;
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

inline Order full_order() {
  using namespace std::chrono;
  using rowan::Decimal, rowan::Uuid;
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

inline const rowan::ObjectMap& order_map() {
  static const auto mapping = mapping_of(std::type_identity<Order>{});
  return mapping.map();
}

/// Whether the order is what these rows say.
inline bool same(const Order& order, const rowan::Snapshot& as) {
  const auto& map = order_map();
  return rowan::mapping::same(map, &order, rowan::mapping::pack(map.shape, as));
}

inline std::size_t column(const rowan::Shape& shape, const std::string& name) {
  for (std::size_t i = 0; i < shape.columns.size(); ++i)
    if (shape.columns[i].name == name) return i;
  throw std::out_of_range(name);
}

inline rowan::Value& cell(rowan::Snapshot& snapshot, const std::string& name) {
  return snapshot.row[column(order_map().shape, name)];
}

/// A row of values that stand for themselves; std::vector<Value> takes no braces with mixed types.
template <class... V>
std::vector<rowan::Value> row(const V&... values) {
  return {rowan::Value(values)...};
}

}  // namespace shop
