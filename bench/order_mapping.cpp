/// Where orders and their lines are kept.

#include <rowan/mapping.hpp>

#include "order.hpp"

namespace bench {

rowan::Mapping<Order, std::int64_t> mapping_of(std::type_identity<Order>) {
  using rowan::child, rowan::key, rowan::parent, rowan::version;
  return rowan::aggregate("bench_orders", key("id", &Order::id),
                          version("version", &Order::version))
      .column("customer", &Order::customer)
      .column("status", &Order::status)
      .column("note", &Order::note)
      .children(&Order::lines,
                child("bench_order_lines", parent("order_id"), key("line_no", &Line::number))
                    .column("sku", &Line::sku)
                    .column("qty", &Line::quantity)
                    .column("price", &Line::price));
}

}  // namespace bench
