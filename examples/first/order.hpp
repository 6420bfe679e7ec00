#pragma once
/// An order with lines, and what everybody else sees of its mapping.

#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include <rowan/fwd.hpp>

namespace shop {

struct OrderId {
  std::int64_t value = 0;
};

struct Line {
  int number = 0;
  std::string product;
  int quantity = 1;
};

// [domain]
class Order {
 public:
  Order(OrderId id, std::string customer);
  void add_line(std::string product, int quantity);
  void change_quantity(int line, int quantity);  // keeps the rules of an order
  [[nodiscard]] const std::vector<Line>& lines() const { return lines_; }

 private:
  friend struct OrderMapping;
  Order() = default;

  OrderId id_;
  std::int64_t version_ = 0;
  std::string customer_;
  std::vector<Line> lines_;
};

rowan::Mapping<Order, OrderId> mapping_of(std::type_identity<Order>);
// [/domain]

}  // namespace shop
