/// Edits dropped: by loading the aggregate again, and by letting go of it.

#include "database.hpp"
#include "orders.hpp"
#include "whole_order.hpp"

using namespace contract;
using rowan::DataError;
using rowan::StaleDataError;
using rowan::UnitFailed;
using rowan::UsageError;

TEST_CASE_TEMPLATE("refresh loads the whole aggregate again and drops edits, and the Ref stays", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  const Order* const object = &*ref;
  ref->customer = "edited";
  ref->lines.clear();
  ref->notes.push_back({"edited"});
  ref->remark = "edited";
  change_order(store);
  work.refresh(ref);
  CHECK(&*ref == object);
  CHECK(ref.version() == 2);
  check_whole(*ref);
  CHECK(!ref->remark);
  db.log->clear();
  work.commit();
  CHECK(db.log->sql().empty());
  ref->customer = "Bob";
  work.commit();
  CHECK(ref->version == 3);
}

TEST_CASE_TEMPLATE(
    "refresh of what is gone is a StaleDataError that says deleted, and keeps the edits", B, Sqlite,
    Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  auto other = work.get<Order>({2});
  ref->customer = "edited";
  remove_order(store);
  const auto error = thrown<StaleDataError>([&] { work.refresh(ref); });
  REQUIRE(error.conflicts().size() == 1);
  const auto& conflict = error.conflicts().front();
  CHECK(conflict.kind == rowan::Conflict::Kind::deleted);
  CHECK(conflict.expected == 1);
  CHECK(!conflict.found);
  CHECK(error.concerns(ref));
  CHECK(std::string(error.what()) == "orders 1 was deleted, expected version 1");
  CHECK(store.counters().conflicts == 1);
  CHECK(ref->customer == "edited");
  work.discard(ref);
  other->customer = "Bob";
  work.commit();
  CHECK(other->version == 2);
}

TEST_CASE_TEMPLATE("refresh of what was never stored is refused", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Order>();
  auto work = store.begin();
  auto ref = work.add(order(1));
  CHECK_THROWS_WITH_AS(work.refresh(ref),
                       "orders 1: not in the database, so it cannot be refreshed", UsageError);
  work.commit();
  work.refresh(ref);
  CHECK(ref->version == 1);
}

TEST_CASE_TEMPLATE("what refresh cannot load leaves the object as it was", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  ref->remark = "edited";
  db.execute("UPDATE orders SET customer = 'nobody', version = 2");
  CHECK_THROWS_AS(work.refresh(ref), DataError);
  CHECK(ref->customer == "Ann");
  CHECK(ref->remark == "edited");
  CHECK(ref->lines.size() == 2);
  CHECK(ref->version == 1);
  CHECK_THROWS_AS(work.commit(), StaleDataError);
}

TEST_CASE_TEMPLATE("discard forgets edits, and the Ref is dead", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  auto copy = ref;
  ref->customer = "edited";
  work.discard(ref);
  CHECK_THROWS_AS((void)ref->customer, UsageError);
  CHECK_THROWS_AS((void)*copy, UsageError);
  CHECK_THROWS_AS((void)ref.id(), UsageError);
  CHECK_THROWS_AS(work.refresh(ref), UsageError);
  CHECK_THROWS_AS(work.remove(ref), UsageError);
  CHECK_THROWS_AS(work.touch(ref), UsageError);
  CHECK_THROWS_AS(work.discard(ref), UsageError);
  db.log->clear();
  work.commit();
  CHECK(db.log->sql().empty());
  CHECK(work.get<Order>({1})->customer == "Ann");
}

TEST_CASE_TEMPLATE("what was flushed cannot be discarded before the transaction ends", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  ref->customer = "Bob";
  work.flush();
  CHECK_THROWS_AS(work.discard(ref), UsageError);
  work.commit();
  work.discard(ref);
  CHECK(work.get<Order>({1})->customer == "Bob");
}

TEST_CASE_TEMPLATE("discard is refused for what the open transaction has written", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  ref->customer = "Bob";
  work.flush();
  CHECK_THROWS_AS(work.discard(ref), rowan::UsageError);
  CHECK(ref->customer == "Bob");
  work.commit();
  work.discard(ref);
  CHECK_THROWS_AS((void)ref->customer, rowan::UsageError);
}

TEST_CASE_TEMPLATE("with the stale root discarded the others can be committed", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto work = store.begin();
  auto one = work.get<Order>({1});
  auto two = work.get<Order>({2});
  auto added = work.add(order(3));
  one->customer = "Cid";
  two->customer = "Cid";
  store.transact([](rowan::UnitOfWork& b) { b.get<Order>({1})->customer = "Bob"; });
  CHECK_THROWS_AS(work.commit(), StaleDataError);
  CHECK_THROWS_AS(work.discard(one), UnitFailed);
  work.rollback();
  work.discard(one);
  CHECK_THROWS_AS((void)one->customer, rowan::UsageError);
  work.commit();
  CHECK(db.text("SELECT customer FROM orders WHERE id = 1") == "Bob");
  CHECK(db.text("SELECT customer FROM orders WHERE id = 2") == "Cid");
  CHECK(two.version() == 2);
  CHECK(added.version() == 1);
  CHECK(work.get<Order>({1})->customer == "Bob");  // it can be had anew
}
