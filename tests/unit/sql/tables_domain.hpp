#pragma once
/// An aggregate with a column of every type and a table of every form, for the tests of tables.

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <rowan/rowan.hpp>

namespace depot {

struct Tag {
  std::string text;
};
struct Discount {
  std::string reason;
  double percent = 0;
};
struct Line {
  int number = 0;
  rowan::Uuid product;
  std::vector<Discount> discounts;
};
struct Parcel {
  rowan::Uuid id;
  std::int64_t version = 0;
  std::vector<Tag> tags;
};
struct Note {
  std::string text;
};
struct Order {
  std::int64_t id = 0;
  rowan::Uuid customer;
  std::optional<bool> paid;
  double weight = 0;
  std::string remark;
  rowan::Bytes picture;
  rowan::Timestamp made_at{};
  rowan::Date due{};
  rowan::Uuid token;
  rowan::Decimal total;
  std::vector<Line> lines;
  std::vector<Parcel> parcels;
  std::optional<Note> note;
};
struct Stock {
  std::string warehouse;
  rowan::Date day{};
  std::vector<Tag> tags;
};

inline rowan::Mapping<Order, std::int64_t> orders() {
  using namespace rowan;
  return aggregate("orders", key("id", &Order::id, generated), version("version"))
      .column("customer_id", &Order::customer, references("customers"))
      .column("paid", &Order::paid)
      .column("weight", &Order::weight)
      .column("remark", &Order::remark)
      .column("picture", &Order::picture)
      .column("made_at", &Order::made_at)
      .column("due", &Order::due)
      .column("token", &Order::token)
      .column("total", &Order::total)
      .children(
          &Order::lines,
          child("order_lines", parent("order_id"), key("line_no", &Line::number), position("place"))
              .column("product_id", &Line::product, references("products"))
              .children(
                  &Line::discounts,
                  child<Discount>("discounts", parent("order_id", "line_no"), position("place"))
                      .column("reason", &Discount::reason)
                      .column("percent", &Discount::percent)))
      .children(&Order::parcels,
                child("parcels", parent("order_id"), key("id", &Parcel::id, unique_in_table),
                      version("version", &Parcel::version))
                    .children(&Parcel::tags, child("parcel_tags", parent("order_id", "parcel_id"),
                                                   key("text", &Tag::text))))
      .children(&Order::note, child<Note>("notes", parent("order_id")).column("text", &Note::text));
}

inline rowan::Mapping<Stock, std::tuple<std::string, rowan::Date>> stock() {
  using namespace rowan;
  return aggregate("Stock Of Day", key("warehouse", &Stock::warehouse, "day", &Stock::day),
                   unversioned)
      .children(&Stock::tags,
                child<Tag>("stock_tags", parent("warehouse", "day"), position("order"))
                    .column("text", &Tag::text));
}

inline rowan::Schema schema() {
  return rowan::Schema::of(orders(), stock());
}

}  // namespace depot
