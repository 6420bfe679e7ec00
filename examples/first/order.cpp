#include "order.hpp"

#include <stdexcept>
#include <utility>

namespace shop {
namespace {

void check(int quantity) {
  if (quantity < 1) throw std::invalid_argument("a line has a quantity of at least 1");
}

}  // namespace

Order::Order(OrderId id, std::string customer) : id_(id), customer_(std::move(customer)) {}

void Order::add_line(std::string product, int quantity) {
  check(quantity);
  const int number = lines_.empty() ? 1 : lines_.back().number + 1;
  lines_.push_back({number, std::move(product), quantity});
}

void Order::change_quantity(int line, int quantity) {
  check(quantity);
  for (Line& each : lines_)
    if (each.number == line) each.quantity = quantity;
}

}  // namespace shop
