/// Where orders and their lines are kept.

#include <rowan/mapping.hpp>

#include "order.hpp"

namespace bench {

namespace {

template <class Version>
rowan::Mapping<Order, std::int64_t> orders(const Version& version) {
  using rowan::child, rowan::key, rowan::parent;
  return rowan::aggregate("bench_orders", key("id", &Order::id), version)
      .column("customer", &Order::customer)
      .column("status", &Order::status)
      .column("note", &Order::note)
      .children(&Order::lines,
                child("bench_order_lines", parent("order_id"), key("line_no", &Line::number))
                    .column("sku", &Line::sku)
                    .column("qty", &Line::quantity)
                    .column("price", &Line::price));
}

}  // namespace

rowan::Mapping<Order, std::int64_t> mapping_of(std::type_identity<Order>) {
  return orders(rowan::version("version", &Order::version));
}
rowan::Mapping<Order, std::int64_t> orders_of_unique_versions() {
  return orders(rowan::version("version", &Order::version, rowan::unique_versions));
}

}  // namespace bench
