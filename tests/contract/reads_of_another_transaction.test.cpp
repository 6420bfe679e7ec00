/// A unit from its first read on answers from one transaction, also after it has ended one.

#include <optional>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::Isolation;
using rowan::Transaction;

TEST_CASE_TEMPLATE("what was read before a commit is read again after it", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto a = store.begin({.isolation = Isolation::serializable});
  auto one = a.template get<Order>({1});
  auto two = a.template get<Order>({2});
  a.commit();
  store.transact([](rowan::UnitOfWork& b) { b.get<Order>({2})->customer = "Bob"; });
  CHECK(two->customer == "Ann");  // nobody has asked yet
  CHECK(a.template get<Order>({2}) == two);
  CHECK(two->customer == "Bob");
  CHECK(two.version() == 2);
  one->customer = "Cid";
  two->customer = "Cid";
  a.commit();
  CHECK(two.version() == 3);
}

TEST_CASE_TEMPLATE("and so is what was read before a rollback, unless it was edited", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2, 3});
  auto a = store.begin({.transaction = Transaction::from_first_read});
  auto edited = a.template get<Order>({1});
  auto read = a.template get<Order>({2});
  auto gone = a.template get<Order>({3});
  edited->customer = "mine";
  a.rollback();
  store.transact([](rowan::UnitOfWork& b) {
    b.get<Order>({1})->customer = "Bob";
    b.get<Order>({2})->lines.clear();
    b.remove(b.get<Order>({3}));
  });
  CHECK(a.template get<Order>({2}) == read);
  CHECK(read->lines.empty());
  CHECK_FALSE(a.template find<Order>({3}).has_value());
  CHECK(gone->customer == "Ann");  // still held, for who has a Ref to it
  CHECK(a.template get<Order>({1})->customer == "mine");
  CHECK_THROWS_AS(a.commit(), rowan::StaleDataError);
}

TEST_CASE_TEMPLATE("a unit whose reads are each their own keeps what it has", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto a = store.begin();
  auto one = a.template get<Order>({1});
  a.commit();
  store.transact([](rowan::UnitOfWork& b) { b.get<Order>({1})->customer = "Bob"; });
  CHECK(a.template get<Order>({1})->customer == "Ann");
  one->customer = "Cid";
  CHECK_THROWS_AS(a.commit(), rowan::StaleDataError);
}
