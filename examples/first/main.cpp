/// Everything that README.md shows, run in order on a database in memory.

#include <iostream>

#include <rowan/rowan.hpp>

#include "order.hpp"

using namespace shop;

namespace {

void run() {
  // [store]
  rowan::Store store("sqlite3://:memory:", rowan::Schema::of<Order>());
  store.create_tables();  // those that are not there yet
  store.check_tables();   // one SchemaMismatch with every difference
  // [/store]

  store.transact([](rowan::UnitOfWork& work) {
    Order order(OrderId{42}, "Ada");
    order.add_line("pens", 2);
    work.add(std::move(order));
  });

  // [edit]
  auto work = store.begin();
  auto order = work.get<Order>(OrderId{42});  // rowan::Ref<Order>: the one object with this id
  order->change_quantity(1, 3);
  work.commit();
  // [/edit]

  store.transact(
      [](rowan::UnitOfWork& other) { other.get<Order>(OrderId{42})->change_quantity(1, 4); });
  order->change_quantity(1, 5);
  // [stale]
  try {
    work.commit();
  } catch (const rowan::StaleDataError& stale) {
    for (const auto& c : stale.conflicts())  // all of them
      if (c.is<Order>())
        std::cout << "order " << c.key_as<OrderId>().value << ": expected version " << c.expected
                  << ", found " << c.found.value_or(0) << "\n";
    work.rollback();
    if (stale.concerns(order)) work.refresh(order);
    order->change_quantity(1, 5);
    work.commit();
  }
  // [/stale]
  const Line& line = order->lines().front();
  std::cout << line.quantity << " " << line.product << ", version " << order.version() << "\n";
}

}  // namespace

int main() {
  try {
    run();
  } catch (const std::exception& error) {
    std::cerr << "first: " << error.what() << "\n";
    return 1;
  }
}
