#pragma once
/// What the orders hold, which of them are edited, and how: the same for all who are measured.

#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "order.hpp"

namespace bench {

constexpr int lines_per_order = 5;

/// As many digits as asked for.
inline std::string padded(std::int64_t number, std::size_t digits) {
  std::string text = std::to_string(number);
  return text.size() < digits ? std::string(digits - text.size(), '0') + text : text;
}

inline Order make_order(std::int64_t id) {
  Order order;
  order.id = id;
  order.customer = "customer-" + padded(id, 6);
  order.status = static_cast<int>(id % 5);
  if (id % 3 != 0) order.note = "note for order " + std::to_string(id) + ", deliver after six";
  order.lines.reserve(lines_per_order);
  for (int number = 0; number < lines_per_order; ++number)
    order.lines.push_back({number, "SKU-" + padded((id * 7 + number) % 99999, 5),
                           1 + static_cast<int>((id + number) % 9),
                           9.99 + static_cast<double>(id * number % 100) * 0.25});
  return order;
}

inline std::vector<std::int64_t> all_ids(std::int64_t n) {
  std::vector<std::int64_t> ids(static_cast<std::size_t>(n));
  std::iota(ids.begin(), ids.end(), 1);
  return ids;
}

/// The order that the k-th transaction edits.
inline std::int64_t picked_id(std::int64_t k, std::int64_t n) {
  return 1 + k * 7919 % n;
}

/// One line and the root.
inline void edit(Order& order) {
  ++order.status;
  ++order.lines[2].quantity;
}
/// One line.
inline void edit_line(Order& order) {
  ++order.lines[1].quantity;
}

}  // namespace bench
