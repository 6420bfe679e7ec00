#pragma once
/// What the units of work do that the fault loop lets fail. Each can be done again in the same
/// unit, whatever of it has been done, and comes to the same.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <rowan/mapping.hpp>

#include "orders.hpp"

namespace contract {

struct Guest {
  std::int64_t id = 0;
  int seat = 0;
};
/// With versions that no two writers give alike, and children that have a unique value.
struct Dinner {
  std::int64_t id = 0;
  std::vector<Guest> guests;
};
inline rowan::Mapping<Dinner, std::int64_t> mapping_of(std::type_identity<Dinner>) {
  return rowan::aggregate("dinners", rowan::key("id", &Dinner::id),
                          rowan::version("version", rowan::unique_versions))
      .children(&Dinner::guests,
                rowan::child("guests", rowan::parent("dinner_id"), rowan::key("id", &Guest::id))
                    .column("seat", &Guest::seat)
                    .unique(&Guest::seat));
}

/// A unit of work, and all that it has been asked for.
struct Hands {
  explicit Hands(rowan::UnitOfWork& work) : unit(work) {}

  /// Loads these at once.
  void load(const std::vector<OrderId>& ids) {
    for (const auto& ref : unit.get_all<Order>(ids)) orders.insert_or_assign(ref->id.value, ref);
  }
  Order& operator[](std::int64_t id) { return *orders.at(id); }
  void add(Order order) {
    const std::int64_t id = order.id.value;
    if (!orders.contains(id)) orders.emplace(id, unit.add(std::move(order)));
  }
  void load_dinners() {
    for (const auto& ref : unit.get_all<Dinner>({1, 2})) dinners.insert_or_assign(ref->id, ref);
  }
  /// The first it was asked for.
  void discard_one() {
    if (orders.empty())
      unit.discard(dinners.begin()->second);
    else
      unit.discard(orders.begin()->second);
  }
  /// The same, changed by somebody who knows nothing of Rowan.
  [[nodiscard]] std::string change_of_another() const {
    return std::string("UPDATE ") + (orders.empty() ? "dinners" : "orders") +
           " SET version = version + 1 WHERE id = 1";
  }
  void refresh_one() {
    if (orders.empty())
      unit.refresh(dinners.begin()->second);
    else
      unit.refresh(orders.begin()->second);
  }

  rowan::UnitOfWork& unit;
  std::map<std::int64_t, rowan::Ref<Order>> orders;
  std::map<std::int64_t, rowan::Ref<Dinner>> dinners;
};

struct Workload {
  std::string name;
  void (*edit)(Hands&);
  rowan::WorkOptions options{};
  bool with_every_fault = false;
};

namespace workloads {

inline void edit(Hands& hands) {
  hands.load({{1}});
  Order& order = hands[1];
  order.customer = "Cid";
  order.lines[0].quantity = 5;
  order.lines[1].discounts = {{"late", 10}};
  order.notes.resize(2);
  order.tags = {9, 11};
}

inline void move_add_and_remove(Hands& hands) {
  hands.load({{1}, {3}, {4}});
  hands[1].customer = "Cid";
  if (hands[3].lines.size() == 2) {
    hands[4].lines.push_back(hands[3].lines.back());
    hands[4].lines.back().number = 3;
    hands[3].lines.pop_back();
  }
  if (!hands.orders.contains(2)) hands.orders.emplace(2, hands.unit.remove<Order>({2}));
  hands.add(order(9));
}

inline void guard(Hands& hands) {
  hands.load({{1}, {2}, {3}, {4}});
  hands[1].customer = "Cid";
  hands.unit.expect_unchanged(hands.orders.at(2));
  hands.unit.expect(hands.orders.at(3), 1);
  hands.unit.touch(hands.orders.at(4));
}

struct TakenBack {};  // not a std::exception

inline void savepoint(Hands& hands) {
  hands.load({{1}, {2}});
  hands[1].customer = "outside";
  hands.unit.savepoint([&] {
    hands[2].customer = "inside";
    try {
      hands.unit.savepoint([&] {
        hands[2].lines.clear();
        hands.unit.flush();
        throw TakenBack();
      });
    } catch (const TakenBack&) {
      // The rest goes on.
    }
    hands.unit.savepoint([&] { hands[2].lines = {order(2).lines[0]}; });
  });
}

inline void bulk(Hands& hands) {
  rowan::UnitOfWork& unit = hands.unit;
  hands.load({{1}, {2}});
  hands[1].customer = "Cid";
  unit.update_all<Order>(rowan::set("remark = ?", "all"), rowan::where("id IN (2, 3)"));
  unit.refresh(hands.orders.at(2));
  const auto not_updated =
      unit.update_all<Order>(rowan::set("remark = ?", "listed"), {{OrderId{4}, 1}});
  CHECK(not_updated.empty());
  const auto removed = unit.remove_all<Order>(rowan::where("id = ?", 5));
  CHECK(removed == 1);
  const auto not_removed = unit.remove_all<Order>({{OrderId{6}, 1}});
  CHECK(not_removed.empty());
}

inline void swap(Hands& hands) {
  hands.load_dinners();
  hands.dinners.at(1)->guests = {{1, 12}, {2, 11}, {3, 14}};
  hands.dinners.at(2)->guests = {{1, 12}, {4, 11}};
}

inline void query(Hands& hands) {
  hands.load({{1}, {2}});
  hands[1].customer = "Cid";
  for (const auto& ref : hands.unit.find_all<Order>(rowan::where("customer = ?", "Cid")))
    ref->remark = "found";
  const auto found = hands.unit.count<Order>(rowan::where("remark = ?", "found"));
  CHECK(found == 1);
  hands[2].remark = "late";
}

}  // namespace workloads

inline std::vector<Workload> all_workloads() {
  rowan::WorkOptions at_once;
  at_once.transaction = rowan::Transaction::from_first_read;
  rowan::WorkOptions hooked;
  hooked.hooks.before_flush = [](rowan::UnitOfWork& unit) {
    unit.get<Order>({2})->remark = "before a flush";
  };
  hooked.hooks.before_commit = [](rowan::UnitOfWork& unit) {
    unit.get<Order>({3})->remark = "before the commit";
  };
  return {{"root and children edited", workloads::edit},
          {"a child moved, an aggregate added, one removed", workloads::move_add_and_remove},
          {"guards and expectations", workloads::guard},
          {"savepoints, one of them taken back", workloads::savepoint, {}, true},
          {"bulk statements", workloads::bulk},
          {"unique values that change places", workloads::swap},
          {"everything from the first read on", workloads::query, at_once},
          {"edits by hooks", workloads::edit, hooked}};
}

}  // namespace contract
