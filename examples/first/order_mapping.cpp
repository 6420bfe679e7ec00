/// How an order lies in tables; compiled once.

#include <rowan/mapping.hpp>

#include "order.hpp"

namespace shop {

// [mapping]
using rowan::child, rowan::key, rowan::parent, rowan::version;

struct OrderMapping {
  static rowan::Mapping<Order, OrderId> orders() {
    return rowan::aggregate("orders", key("id", &Order::id_), version("version", &Order::version_))
        .column("customer", &Order::customer_)
        .children(&Order::lines_,
                  child("order_lines", parent("order_id"), key("line_no", &Line::number))
                      .column("product", &Line::product)
                      .column("quantity", &Line::quantity))
        .made_by([] { return Order{}; });  // the private constructor
  }
};

rowan::Mapping<Order, OrderId> mapping_of(std::type_identity<Order>) {
  return OrderMapping::orders();
}
// [/mapping]

}  // namespace shop
