/// A list whose last row is at the last position that there is.

#include <limits>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;

TEST_CASE_TEMPLATE("behind the last position there is no room, and everything else goes on", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  db.execute("UPDATE notes SET pos = " + std::to_string(std::numeric_limits<std::int64_t>::max()) +
             " WHERE pos = 2");
  rowan::UnitOfWork work = store.begin();
  rowan::Ref<Order> ref = work.get<Order>({1});
  ref->notes.back().text = "last";
  work.commit();
  ref->notes.push_back({"one more"});
  CHECK_THROWS_AS(work.commit(), rowan::DataError);
  ref->notes.pop_back();
  ref->notes.pop_back();
  work.commit();
  CHECK(db.number("SELECT count(*) FROM notes") == 2);
}
