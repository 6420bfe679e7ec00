#include "order.hpp"

namespace desk {
namespace {

/// The line of this number, const where the lines are.
auto& find_line(auto& lines, int number) {
  const auto found = std::find_if(lines.begin(), lines.end(),
                                  [&](const Line& line) { return line.number == number; });
  if (found == lines.end()) throw std::out_of_range("the order has no such line");
  return *found;
}

}  // namespace

Order::Order(OrderId id, CustomerId customer, Address ship_to)
    : id_(id), customer_(customer), ship_to_(std::move(ship_to)) {}

void Order::add_line(ProductId product, int quantity, Money unit_price) {
  const int number = lines_.empty() ? 1 : lines_.back().number + 1;
  lines_.push_back({number, product, quantity, std::move(unit_price), {}});
  check();
}

void Order::change_quantity(int line, int quantity) {
  find_line(lines_, line).quantity = quantity;
  check();
}

void Order::discount(int line, std::string reason, int percent) {
  find_line(lines_, line).discounts.push_back({std::move(reason), percent});
}

void Order::drop_line(int line) {
  std::erase_if(lines_, [&](const Line& l) { return l.number == line; });
}

void Order::place(Instant now) {
  if (lines_.empty()) throw std::logic_error("an empty order cannot be placed");
  status_ = Status::placed;
  placed_at_ = now;
}

const Line& Order::line(int number) const {
  return find_line(lines_, number);
}

void Order::check() const {
  for (const Line& line : lines_)
    if (line.quantity < 1) throw std::logic_error("a line has a quantity of at least 1");
}

}  // namespace desk
