/// What docs/bulk.md shows: one statement for many aggregates.

#include <iostream>
#include <utility>
#include <vector>

#include "tour.hpp"

using namespace desk;

namespace tour {
namespace {

void by_condition() {
  rowan::Store store = store_with({42, 43, 44});
  {
    // [where]
    auto work = store.begin();
    const std::size_t moved = work.update_all<Order>(
        rowan::set("ship_street = ?, ship_city = ?", "2 Side St", "Bruges"),
        rowan::where("status = ? AND ship_city = ?", Status::draft, "Ghent"));
    const std::size_t removed = work.remove_all<Order>(rowan::where("id > ?", OrderId{43}));
    work.commit();
    // [/where]
    require(moved == 3 && removed == 1, "bulk statements tell how many there were");
  }
  // [refresh]
  auto work = store.begin();
  auto order = work.get<Order>(OrderId{42});
  work.update_all<Order>(rowan::set("ship_city = ?", "Ghent"), rowan::Query());  // all there are
  work.refresh(order);  // without this commit would refuse the change below
  order->change_quantity(1, 3);
  work.commit();
  // [/refresh]
  require(order->ship_to().city == "Ghent", "refresh shows what the statement wrote");
}

void by_version() {
  rowan::Store store = store_with({42, 43});
  store.transact(
      [](rowan::UnitOfWork& other) { other.get<Order>(OrderId{43})->change_quantity(1, 9); });
  // [list]
  const std::vector<std::pair<OrderId, std::int64_t>> chosen{{OrderId{42}, 1}, {OrderId{43}, 1}};
  auto work = store.begin();
  const auto losers = work.update_all<Order>(rowan::set("ship_city = ?", "Bruges"), chosen);
  for (const rowan::Conflict& loser : losers)
    std::cout << "order " << loser.key_as<OrderId>().value << " has been " << to_string(loser.kind)
              << ", and stays as it is\n";
  work.commit();  // the others
  // [/list]
  require(losers.size() == 1, "one of two was changed by somebody else");
}

}  // namespace

void write_in_bulk() {
  by_condition();
  by_version();
}

}  // namespace tour
