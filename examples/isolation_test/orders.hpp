#pragma once
/// An order with lines, and how the ready-made scenarios handle one.

#include <cstdint>
#include <type_traits>
#include <vector>

#include <rowan/mapping.hpp>
#include <rowan/rowan.hpp>
#include <rowan/testing/suite.hpp>

namespace shop {

struct Line {
  int number = 0;
  int quantity = 0;
};

struct Order {
  std::int64_t id = 0;
  std::int64_t version = 0;
  int discount = 0;
  std::vector<Line> lines;
};

inline rowan::Mapping<Order, std::int64_t> mapping_of(std::type_identity<Order>) {
  return rowan::aggregate("orders", rowan::key("id", &Order::id),
                          rowan::version("version", &Order::version))
      .column("discount", &Order::discount)
      .children(&Order::lines, rowan::child("order_lines", rowan::parent("order_id"),
                                            rowan::key("line_no", &Line::number))
                                   .column("quantity", &Line::quantity));
}

// [suite]
inline std::vector<rowan::testing::Scenario> scenarios_of_orders() {
  return rowan::testing::suite<Order>({
      .id = [](int n) { return std::int64_t{n}; },
      .make =
          [](int n) {
            return Order{.id = n, .lines = {{1, 5}}};
          },
      .value = [](const Order& order) { return order.discount; },
      .set_value = [](Order& order, int value) { order.discount = value; },
      .value_column = "discount",
      .children = {{
          .count = [](const Order& order) { return static_cast<int>(order.lines.size()); },
          .add =
              [](Order& order, int number) {
                order.lines.push_back({number, 1});
              },
          .value = [](const Order& order) { return order.lines.at(0).quantity; },
          .set_value = [](Order& order, int value) { order.lines.at(0).quantity = value; },
      }},
  });
}
// [/suite]

}  // namespace shop
