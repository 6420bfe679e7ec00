/// The order desk: two clerks, one order. Prints the SQL that is sent, the conflict, and how it is
/// resolved.
///
///     order_desk [URL]      sqlite3://order_desk.db when none is given

#include <iostream>

#include <rowan/rowan.hpp>

#include "order_mapping.hpp"

using namespace desk;

namespace {

/// Shows each statement as it is sent.
class Narrator : public rowan::Observer {
 public:
  void statement(const rowan::StatementEvent& event) noexcept override {
    std::cout << "    " << event.sql << "\n";
  }
};

void say(const std::string& what) {
  std::cout << "\n" << what << "\n";
}

Order some_order() {
  Order order(OrderId{42}, CustomerId{7}, {"1 Main Street", "Ghent"});
  order.add_line(ProductId{1}, 2, Money(995, "EUR"));
  order.add_line(ProductId{2}, 1, Money(2000, "EUR"));
  order.discount(2, "loyal customer", 5);
  order.pay_by(Card{"4242"});
  return order;
}

void edit_a_line(rowan::Store& store) {
  auto work = store.begin();
  auto order = work.get<Order>(OrderId{42});  // rowan::Ref<Order>: the one object with this id
  order->change_quantity(1, 5);
  work.commit();
  std::cout << "  -> the order is now at version " << order.version() << "\n";
}

void two_clerks(rowan::Store& store) {
  auto work = store.begin();
  auto order = work.get<Order>(OrderId{42});
  order->ship_to({"2 Side Street", "Bruges"});

  say("Meanwhile another clerk drops a line of the same order, and commits first:");
  store.transact([](rowan::UnitOfWork& other) { other.get<Order>(OrderId{42})->drop_line(2); });

  say("The first clerk commits:");
  try {
    work.commit();
  } catch (const rowan::StaleDataError& stale) {
    for (const auto& conflict : stale.conflicts())
      std::cout << "  -> CONFLICT: order " << conflict.key_as<OrderId>().value
                << ": expected version " << conflict.expected << ", found version "
                << conflict.found.value_or(0) << "\n";

    say("Nothing was written. The clerk looks at the order as it is now, and decides again:");
    work.rollback();
    work.refresh(order);
    order->ship_to({"2 Side Street", "Bruges"});
    work.commit();
    std::cout << "  -> RESOLVED: " << order->lines().size() << " line, to be shipped to "
              << order->ship_to().city << ", version " << order.version() << "\n";
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::string url = argc > 1 ? argv[1] : "sqlite3://order_desk.db";
    rowan::StoreOptions options;
    options.observer = std::make_shared<Narrator>();
    std::cout << "The order desk, on " << (argc > 1 ? "the database given" : url) << "\n";

    say("Tables, where there are none yet:");
    rowan::Store store(url, rowan::Schema::of<Order>(), options);
    store.create_tables();

    say("A new order with two lines (an older one of this number makes way):");
    store.transact([](rowan::UnitOfWork& work) {
      if (const auto old = work.find<Order>(OrderId{42})) work.remove(*old);
      work.add(some_order());
    });

    say("A clerk changes the quantity of line 1. The root's version moves with it:");
    edit_a_line(store);

    say("Two clerks, one order. The first has it on screen:");
    two_clerks(store);
    std::cout << "\n";
  } catch (const std::exception& error) {
    std::cerr << "order_desk: " << error.what() << "\n";
    return 1;
  }
}
