/// Everything that the pages under docs/ show, run in order on a database in memory.

#include <iostream>

#include <rowan/rowan.hpp>
#include <rowan/soci.hpp>

#include "mappings.hpp"
#include "tour.hpp"

using namespace desk;

namespace {

rowan::Store open_store() {
  rowan::Store store("sqlite3://:memory:", rowan::Schema::of<Order>());
  store.create_tables();  // those that are not there yet
  store.check_tables();   // one SchemaMismatch with every difference
  return store;
}

void add(rowan::Store& store) {
  // [add]
  auto work = store.begin();
  Order order(OrderId{42}, CustomerId{7}, {"1 Main Street", "Ghent"});
  order.add_line(ProductId{1}, 2, Money(995, "EUR"));
  auto ref = work.add(std::move(order));
  work.commit();  // ref.version() == 1
  // [/add]
  if (ref.version() != 1) throw std::logic_error("a new order is at version 1");
}

void read(rowan::Store& store) {
  // [read]
  auto work = store.begin();
  auto order = work.get<Order>(OrderId{42});          // throws NotFound
  auto maybe = work.find<Order>(OrderId{43});         // std::optional<rowan::Ref<Order>>
  auto several = work.get_all<Order>({OrderId{42}});  // one SELECT a table
  auto placed =
      work.find_all<Order>(rowan::where("status = ? AND ship_city = ?", Status::placed, "Ghent")
                               .order_by("id")
                               .limit(50));
  auto count = work.count<Order>(rowan::where("customer_id = ?", CustomerId{7}));
  work.for_each<Order>({}, [](rowan::Ref<Order> each) { each->ship_to({"2 Side St", "Bruges"}); });
  // [/read]
  if (maybe || several.front() != order || !placed.empty() || count != 1)
    throw std::logic_error("what was read is not what is there");
}

void remove_and_rollback(rowan::Store& store) {
  auto work = store.begin();
  auto order = work.get<Order>(OrderId{42});
  // [change]
  work.touch(order);    // move the version on, changed or not
  work.remove(order);   // with everything beneath it
  work.flush();         // write now; the transaction stays open
  work.rollback();      // nothing happened; the edits are still pending
  work.refresh(order);  // as the database has it, edits dropped
  work.discard(order);  // forget it
  // [/change]
}

void stale(rowan::Store& store) {
  auto work = store.begin();
  auto order = work.get<Order>(OrderId{42});
  store.transact(
      [](rowan::UnitOfWork& other) { other.get<Order>(OrderId{42})->change_quantity(1, 3); });
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
}

void try_commit(rowan::Store& store) {
  auto work = store.begin();
  auto order = work.get<Order>(OrderId{42});
  store.transact(
      [](rowan::UnitOfWork& other) { other.get<Order>(OrderId{42})->change_quantity(1, 3); });
  order->change_quantity(1, 6);
  // [try_commit]
  while (const auto stale = work.try_commit()) {  // std::optional<rowan::StaleDataError>
    if (!stale->concerns(order)) throw *stale;
    work.refresh(order);  // the unit is rolled back already
    order->change_quantity(1, 6);
  }
  // [/try_commit]
  tour::require(order->line(1).quantity == 6, "after a conflict the unit goes on");
}

void options(rowan::Store& store) {
  // [transact]
  const auto lines = store.transact(
      [](rowan::UnitOfWork& work) {
        auto order = work.get<Order>(OrderId{42});
        order->add_line(ProductId{3}, 1, Money(500, "EUR"));
        return order->lines().size();
      },
      {.isolation = rowan::Isolation::serializable, .retry = rowan::Retry{.attempts = 5}});
  // [/transact]
  if (lines != 2) throw std::logic_error("transact gives what its function gives");

  // [ignore]
  auto last_wins = store.begin({.versions = rowan::Versions::ignore});
  // [/ignore]
  // [timeouts]
  auto impatient = store.begin({.lock_timeout = std::chrono::milliseconds(200),
                                .statement_timeout = std::chrono::seconds(2)});
  // [/timeouts]
}

void own_sql(rowan::Store& store) {
  // [soci]
  auto work = store.begin();
  soci::session& sql = rowan::session(work);  // in the unit's own transaction
  int big_orders = 0;
  sql << "SELECT count(*) FROM order_lines WHERE quantity > 100", soci::into(big_orders);
  work.commit();
  // [/soci]
  if (big_orders != 0) throw std::logic_error("there are no big orders");
}

void by_way_of_soci() {
  // [driver]
  rowan::StoreOptions options;
  options.driver = rowan::Driver::soci;
  rowan::Store store("sqlite3://:memory:", rowan::Schema::of<Order>(), options);
  // [/driver]
  store.create_tables();
  if (store.begin().count<Order>() != 0) throw std::logic_error("there is nothing yet");
}

void progress() {
  rowan::Store store("sqlite3://:memory:", rowan::Schema::of<Order>());
  store.create_tables();
  // [progress]
  auto work = store.begin({.progress = [](const rowan::Progress& now) {
    std::cout << now.sent << " of " << now.rows << " rows\n";
  }});
  // [/progress]
  work.commit();
}

void mappings() {
  rowan::Store store("sqlite3://:memory:",
                     rowan::Schema::of<tour::Person, tour::Stock, tour::Ticket, tour::Board>());
  store.create_tables();
  auto work = store.begin();
  // [uuid]
  tour::Person person;
  person.id = rowan::Uuid::v7();  // made here, in order of time
  // [/uuid]
  person.nicknames = {"Bo"};
  const auto id = person.id;
  work.add(std::move(person));
  work.add(tour::Stock{"Ghent", "pen", 0, rowan::Decimal("19.90")});
  auto ticket = work.add(tour::Ticket{0, "first"});
  work.add(tour::Board{1, {{10, "a card"}}});
  work.commit();
  // [tuple_id]
  auto stock = work.get<tour::Stock>({"Ghent", "pen"});
  // [/tuple_id]
  if (ticket->number == 0 || stock->price != rowan::Decimal("19.9") ||
      work.get<tour::Person>(id)->nicknames.size() != 1)
    throw std::logic_error("what was stored is not what is there");
}

}  // namespace

int main() {
  try {
    rowan::Store store = open_store();
    add(store);
    read(store);
    remove_and_rollback(store);
    stale(store);
    try_commit(store);
    options(store);
    own_sql(store);
    by_way_of_soci();
    progress();
    mappings();
    tour::expect_versions();
    tour::write_in_bulk();
    tour::call_hooks();
    tour::take_back_a_part();
    tour::find_out_about_a_lost_commit();
    tour::hand_values_on();
    tour::look_into_the_past();
    std::cout << "the tour is over\n";
  } catch (const std::exception& error) {
    std::cerr << "tour: " << error.what() << "\n";
    return 1;
  }
}
