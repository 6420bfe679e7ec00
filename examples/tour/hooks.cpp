/// What docs/hooks.md shows.

#include <string>
#include <vector>

#include <rowan/mapping.hpp>

#include "tour.hpp"

using namespace desk;

namespace tour {
namespace {

struct Visit {
  rowan::Uuid id;
  std::string what;
};
rowan::Mapping<Visit, rowan::Uuid> mapping_of(std::type_identity<Visit>) {
  using namespace rowan;
  return aggregate("visits", key("id", &Visit::id), version("version"))
      .column("what", &Visit::what);
}

void of_a_unit() {
  rowan::Store store("sqlite3://:memory:", rowan::Schema::of<Order, Visit>());
  store.create_tables();
  std::vector<std::string> sent;
  // [unit]
  std::vector<std::string> letters;
  rowan::Hooks hooks;
  hooks.before_commit = [](rowan::UnitOfWork& work) {  // written with the rest, or not at all
    work.add(Visit{rowan::Uuid::v7(), "an order was taken"});
  };
  hooks.after_commit = [&](rowan::UnitOfWork&) {  // nothing can be taken back any more
    sent.insert(sent.end(), letters.begin(), letters.end());
  };
  hooks.after_rollback = [&](rowan::UnitOfWork&) { letters.clear(); };
  auto work = store.begin({.hooks = hooks});
  // [/unit]
  work.add(Order(OrderId{42}, CustomerId{7}, {"1 Main Street", "Ghent"}));
  letters = {"thank you"};
  work.commit();
  require(sent.size() == 1 && work.count<Visit>() == 1, "hooks are called around a commit");
}

void of_a_store() {
  const auto refuse_on_sundays = [](rowan::UnitOfWork&) {};
  // [store]
  rowan::StoreOptions options;
  options.work.hooks.before_flush = refuse_on_sundays;  // of every unit of this store
  rowan::Store store("sqlite3://:memory:", rowan::Schema::of<Order>(), options);
  // [/store]
}

void after_commit_throws() {
  rowan::Store store = store_with({42});
  rowan::Hooks hooks;
  hooks.after_commit = [](rowan::UnitOfWork&) { throw std::runtime_error("no post today"); };
  auto work = store.begin({.hooks = hooks});
  auto order = work.get<Order>(OrderId{42});
  order->change_quantity(1, 5);
  std::string complaint;
  // [after_commit_error]
  try {
    work.commit();
  } catch (const rowan::AfterCommitError& error) {  // everything is committed
    complaint = error.what();                       // error.cause() is what the hook threw
  }
  // [/after_commit_error]
  require(order.version() == 2 && !complaint.empty(), "what after_commit throws undoes nothing");
}

}  // namespace

void call_hooks() {
  of_a_unit();
  of_a_store();
  after_commit_throws();
}

}  // namespace tour
