#include "content.hpp"

#include <algorithm>
#include <cmath>

namespace rowan::change {
namespace {

std::vector<const Snapshot*> by_key(const Shape& shape, const Rows& rows) {
  std::vector<const Snapshot*> out;
  out.reserve(rows.size());
  for (const Snapshot& row : rows) out.push_back(&row);
  std::sort(out.begin(), out.end(), KeyLess(shape));
  return out;
}

}  // namespace

std::weak_ordering compare(const Value& a, const Value& b) {
  if (a < b) return std::weak_ordering::less;
  if (b < a) return std::weak_ordering::greater;
  const auto* x = std::get_if<double>(&a);
  const auto* y = std::get_if<double>(&b);
  if (x && y) return std::isnan(*x) <=> std::isnan(*y);  // behind all numbers
  return std::weak_ordering::equivalent;
}

std::weak_ordering compare(const Shape& shape, const Snapshot& a, const Snapshot& b) {
  auto order = std::lexicographical_compare_three_way(
      a.row.begin(), a.row.end(), b.row.begin(), b.row.end(),
      [](const Value& x, const Value& y) { return compare(x, y); });
  for (std::size_t i = 0; i < shape.children.size() && std::is_eq(order); ++i)
    order = compare(shape.children[i], a.children[i], b.children[i]);
  return order;
}

std::weak_ordering compare(const Shape& shape, const Rows& a, const Rows& b) {
  if (shape.position)
    return std::lexicographical_compare_three_way(
        a.begin(), a.end(), b.begin(), b.end(),
        [&](const Snapshot& x, const Snapshot& y) { return compare(shape, x, y); });
  const auto left = by_key(shape, a);
  const auto right = by_key(shape, b);
  return std::lexicographical_compare_three_way(
      left.begin(), left.end(), right.begin(), right.end(),
      [&](const Snapshot* x, const Snapshot* y) { return compare(shape, *x, *y); });
}

}  // namespace rowan::change
