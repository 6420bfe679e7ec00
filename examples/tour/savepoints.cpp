/// What docs/unit_of_work.md shows of savepoints.

#include <iostream>
#include <vector>

#include "tour.hpp"

using namespace desk;

namespace tour {

void take_back_a_part() {
  rowan::Store store = store_with({42});
  std::vector<Order> received;
  for (const std::int64_t id : {41, 42, 43})
    received.emplace_back(OrderId{id}, CustomerId{7}, Address{"1 Main Street", "Ghent"});
  // [savepoint]
  auto work = store.begin();
  for (Order& order : received) {
    try {
      work.savepoint([&] { work.add(std::move(order)); });
    } catch (const rowan::ConstraintViolation& taken) {
      std::cout << "left out: " << taken.what() << "\n";  // the ones before it stay
    }
  }
  work.commit();
  // [/savepoint]
  require(work.count<Order>() == 3, "a savepoint takes back what is in it, and no more");
}

}  // namespace tour
