/// A foreign key that keeps rows beneath a root that is removed by its id.

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::ConstraintViolation;

TEST_CASE_TEMPLATE("a removal by id that a foreign key refuses is a ConstraintViolation", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  db.execute(
      "CREATE TABLE complaints (id integer PRIMARY KEY, order_id bigint, line_no integer, "
      "FOREIGN KEY (order_id, line_no) REFERENCES order_lines (order_id, line_no))");
  auto work = store.begin();
  work.template remove<Order>({1});
  db.execute(
      "INSERT INTO order_lines SELECT 1, 3, quantity, price_amount, price_currency FROM "
      "order_lines WHERE line_no = 1");
  db.execute("INSERT INTO complaints VALUES (1, 1, 3)");
  const auto error = thrown<ConstraintViolation>([&] { work.commit(); });
  CHECK(error.kind() == ConstraintViolation::Kind::foreign_key);
  CHECK(has(error.what(), "orders 1"));
  CHECK_FALSE(error.retryable());
  CHECK(db.number("SELECT version FROM orders") == 1);
  CHECK(db.number("SELECT count(*) FROM order_lines") == 3);
  CHECK(db.number("SELECT count(*) FROM notes") == 3);
  CHECK(db.number("SELECT count(*) FROM complaints") == 1);
  CHECK_THROWS_AS(work.commit(), rowan::UnitFailed);

  work.rollback();
  db.execute("DELETE FROM complaints");
  work.commit();  // the removal is still to be done
  CHECK(db.number("SELECT count(*) FROM orders") == 0);
  CHECK(db.number("SELECT count(*) FROM order_lines") == 0);
}
