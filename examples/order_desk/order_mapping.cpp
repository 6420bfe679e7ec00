/// How an order lies in tables; compiled once.

#include "order_mapping.hpp"

#include <rowan/mapping.hpp>

namespace desk {

// [using]
using rowan::as_text, rowan::key, rowan::parent, rowan::part, rowan::position, rowan::references,
    rowan::value_object, rowan::version, rowan::when;
// [/using]

// [value_objects]
rowan::ValueObject<Money> value_of(std::type_identity<Money>) {
  return value_object(part("amount", &Money::cents), part("currency", &Money::currency));
}
rowan::ValueObject<Address> value_of(std::type_identity<Address>) {
  return value_object(part("street", &Address::street), part("city", &Address::city));
}
// [/value_objects]

// [mapping]
struct OrderMapping {
  static rowan::Mapping<Order, OrderId> orders() {
    return rowan::aggregate("orders", key("id", &Order::id_), version("version", &Order::version_))
        .column("customer_id", &Order::customer_, references("customers"))
        .column("status", &Order::status_, as_text)
        .column("placed_at", &Order::placed_at_)
        .value("ship_", &Order::ship_to_)  // ship_street, ship_city
        .one_of("paid_by", &Order::payment_,
                when("card", value_object(part("card_last4", &Card::last4))),
                when("transfer", value_object(part("iban", &Transfer::iban),
                                              part("received", &Transfer::received))))
        .children(&Order::lines_, lines())
        .made_by([] { return Order{}; })
        .invariant<&Order::check>();  // after load, before write
  }
  static rowan::Mapping<Line> lines() {
    return rowan::child("order_lines", parent("order_id"), key("line_no", &Line::number))
        .column("product_id", &Line::product, references("products"))
        .column("quantity", &Line::quantity)
        .value("price_", &Line::unit_price)
        .children(&Line::discounts, discounts());
  }
  static rowan::Mapping<Discount> discounts() {
    return rowan::child<Discount>("line_discounts", parent("order_id", "line_no"), position("pos"))
        .column("reason", &Discount::reason)
        .column("percent", &Discount::percent);
  }
};

rowan::Mapping<Order, OrderId> mapping_of(std::type_identity<Order>) {
  return OrderMapping::orders();
}
// [/mapping]

}  // namespace desk
