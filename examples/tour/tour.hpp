#pragma once
/// What the subjects of the tour share.

#include <initializer_list>
#include <stdexcept>

#include <rowan/rowan.hpp>

#include "order_desk/order_mapping.hpp"

namespace tour {

/// One subject each, on a database of its own.
void expect_versions();
void write_in_bulk();
void call_hooks();
void take_back_a_part();
void find_out_about_a_lost_commit();
void hand_values_on();
void look_into_the_past();

/// A database in memory with these orders, each with a line of two pieces.
inline rowan::Store store_with(std::initializer_list<std::int64_t> orders) {
  rowan::Store store("sqlite3://:memory:", rowan::Schema::of<desk::Order>());
  store.create_tables();
  store.transact([&](rowan::UnitOfWork& work) {
    for (const std::int64_t id : orders) {
      desk::Order order(desk::OrderId{id}, desk::CustomerId{7}, {"1 Main Street", "Ghent"});
      order.add_line(desk::ProductId{1}, 2, desk::Money(995, "EUR"));
      work.add(std::move(order));
    }
  });
  return store;
}

/// The tour is wrong where `kept` is not so.
inline void require(bool kept, const char* promise) {
  if (!kept) throw std::logic_error(promise);
}

}  // namespace tour
