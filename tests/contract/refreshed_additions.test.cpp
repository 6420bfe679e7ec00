/// What a unit has added and flushed is back at being added once that is rolled back.

#include "database.hpp"
#include "orders.hpp"

using namespace contract;

TEST_CASE_TEMPLATE("added, flushed, refreshed and rolled back it is added again", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Order>();
  rowan::UnitOfWork work = store.begin();
  rowan::Ref<Order> added = work.add(order(1));
  work.flush();
  work.refresh(added);
  work.rollback();
  added->customer = "Bob";
  work.commit();
  CHECK(added.version() == 1);
  CHECK(db.text("SELECT customer FROM orders") == "Bob");
  added->customer = "Cid";
  work.commit();
  CHECK(added.version() == 2);
}
