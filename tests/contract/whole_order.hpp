#pragma once
/// Changes of root and children at once, and whether both are seen.

#include <cstddef>
#include <string>

#include "orders.hpp"

namespace contract {

/// Somebody changes root and children of order 1 in one transaction.
inline void change_order(rowan::Store& store) {
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  ref->customer += "!";
  for (Line& line : ref->lines) line.quantity += 10;
  ref->notes.push_back({"more"});
  work.commit();
}
inline void remove_order(rowan::Store& store) {
  auto work = store.begin();
  work.remove(work.get<Order>({1}));
  work.commit();
}

/// Root and children are of one version.
inline void check_whole(const Order& o) {
  const auto changes = static_cast<std::size_t>(o.version - 1);
  CHECK(o.customer == "Ann" + std::string(changes, '!'));
  REQUIRE(o.lines.size() == 2);
  CHECK(o.lines[0].quantity == 2 + 10 * static_cast<int>(changes));
  CHECK(o.lines[1].quantity == 1 + 10 * static_cast<int>(changes));
  CHECK(o.notes.size() == 3 + changes);
}

}  // namespace contract
