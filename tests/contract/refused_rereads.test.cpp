/// What a unit holds and reads again, when its class refuses what is stored by now.

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::DataError;
using rowan::Transaction;

TEST_CASE_TEMPLATE("an object that could not be read again is what it was, and is not written", B,
                   Sqlite, Postgres) {
  const std::vector<void (*)(rowan::UnitOfWork&)> reads{
      [](rowan::UnitOfWork& work) { (void)work.get<Order>({1}); },
      [](rowan::UnitOfWork& work) { (void)work.find_all<Order>(); }};
  for (const auto& read : reads) {
    Database<B> db;
    rowan::Store store = open_orders(db, {1, 2});
    rowan::UnitOfWork work = store.begin({.transaction = Transaction::from_first_read});
    auto one = work.get<Order>({1});
    auto two = work.get<Order>({2});
    work.commit();
    db.execute("UPDATE order_lines SET quantity = 9 WHERE order_id = 1");
    db.execute("UPDATE orders SET customer = 'nobody' WHERE id = 1");
    CHECK_THROWS_AS(read(work), DataError);
    CHECK(one->customer == "Ann");
    CHECK(one->lines.front().quantity == 2);
    two->customer = "Bob";
    work.commit();
    CHECK(db.number("SELECT version FROM orders WHERE id = 1") == 1);
    CHECK(db.number("SELECT sum(quantity) FROM order_lines WHERE order_id = 1") == 18);
    CHECK(db.text("SELECT customer FROM orders WHERE id = 2") == "Bob");
  }
}
