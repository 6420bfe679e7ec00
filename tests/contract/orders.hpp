#pragma once
/// The aggregate that most contract tests are about: three levels, a value object, a child list of
/// each kind.

#include <array>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <rowan/mapping.hpp>

#include "database.hpp"

namespace contract {

struct OrderId {
  std::int64_t value = 0;
};

struct Price {
  std::int64_t cents = 0;
  std::string currency = "EUR";
};

struct Discount {
  std::string reason;
  int percent = 0;
};

struct Line {
  int number = 0;
  int quantity = 1;
  Price price;
  std::vector<Discount> discounts;
};

struct Note {
  std::string text;
};

struct Order {
  OrderId id;
  std::int64_t version = 0;
  std::string customer;
  std::optional<std::string> remark;
  std::vector<Line> lines;         // by key; their order is not state
  std::vector<Note> notes;         // by position
  std::vector<std::int64_t> tags;  // plain values, each its own key

  void check() const {
    if (customer == "nobody") throw std::logic_error("an order has a customer");
  }
};

inline rowan::ValueObject<Price> value_of(std::type_identity<Price>) {
  using rowan::part;
  return rowan::value_object(part("amount", &Price::cents), part("currency", &Price::currency));
}

inline rowan::Mapping<Order, OrderId> mapping_of(std::type_identity<Order>) {
  using rowan::child, rowan::key, rowan::parent, rowan::position;
  return rowan::aggregate("orders", key("id", &Order::id),
                          rowan::version("version", &Order::version))
      .column("customer", &Order::customer)
      .column("remark", &Order::remark)
      .children(
          &Order::lines,
          child("order_lines", parent("order_id"), key("line_no", &Line::number))
              .column("quantity", &Line::quantity)
              .value("price_", &Line::price)
              .children(&Line::discounts,
                        child<Discount>("discounts", parent("order_id", "line_no"), position("pos"))
                            .column("reason", &Discount::reason)
                            .column("percent", &Discount::percent)))
      .children(
          &Order::notes,
          child<Note>("notes", parent("order_id"), position("pos")).column("text", &Note::text))
      .children(&Order::tags,
                child<std::int64_t>("tags", parent("order_id"), key("tag", rowan::self)))
      .invariant<&Order::check>();
}

inline Order order(std::int64_t id, std::string customer = "Ann") {
  Order out;
  out.id = {id};
  out.customer = std::move(customer);
  out.lines = {{1, 2, {995, "EUR"}, {{"loyal", 5}}}, {2, 1, {2000, "EUR"}, {}}};
  out.notes = {{"first"}, {"second"}, {"third"}};
  out.tags = {7, 9};
  return out;
}

/// A root without children and without the version in the class.
struct Product {
  std::int64_t id = 0;
  std::string name;
};
inline rowan::Mapping<Product, std::int64_t> mapping_of(std::type_identity<Product>) {
  return rowan::aggregate("products", rowan::key("id", &Product::id), rowan::version("version"))
      .column("name", &Product::name);
}

/// Stores these and commits.
template <class... T>
void store_all(rowan::Store& store, T... aggregates) {
  auto work = store.begin();
  (work.add(std::move(aggregates)), ...);
  work.commit();
}

/// A store that holds an order of each of these ids.
template <class B>
rowan::Store open_orders(Database<B>& db, std::initializer_list<std::int64_t> ids,
                         rowan::StoreOptions options = {}) {
  rowan::Store store = db.template open<Order>(std::move(options));
  auto work = store.begin();
  for (const std::int64_t id : ids) work.add(order(id));
  work.commit();
  return store;
}

/// The ids of these, in their order.
template <class T>
std::vector<std::int64_t> ids(const std::vector<rowan::Ref<T>>& refs) {
  std::vector<std::int64_t> out;
  for (const auto& ref : refs) {
    if constexpr (std::same_as<T, Order>)
      out.push_back(ref->id.value);
    else
      out.push_back(ref->id);
  }
  return out;
}
using Ids = std::vector<std::int64_t>;

}  // namespace contract
