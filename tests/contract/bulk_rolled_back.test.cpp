/// What a unit has read of its own bulk statement, and what it expects beside one.

#include <functional>

#include <rowan/soci.hpp>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::set;
using rowan::StaleDataError;

TEST_CASE_TEMPLATE(
    "what was read of a write that was rolled back is never written on top of "
    "somebody else's",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"});
  rowan::WorkOptions options;
  bool held = false;
  std::function<void(rowan::UnitOfWork&)> write = [](rowan::UnitOfWork& work) {
    CHECK(work.update_all<Product>(set("name = 'never committed'"), rowan::Query()) == 1);
  };
  SUBCASE("loaded behind a bulk statement") {}
  SUBCASE("held before and refreshed behind it") {
    held = true;
  }
  SUBCASE("from the first read") {
    options.transaction = rowan::Transaction::from_first_read;
  }
  SUBCASE("loaded behind SQL of one's own") {
    write = [](rowan::UnitOfWork& work) {
      rowan::session(work) << "UPDATE products SET name = 'never committed', version = version + 1";
    };
  }
  auto work = store.begin(options);
  if (held) (void)work.get<Product>(1);
  write(work);
  auto ref = work.get<Product>(1);
  if (held) work.refresh(ref);
  CHECK(ref->name == "never committed");
  ref->name += ", edited";
  work.rollback();
  store.transact([](rowan::UnitOfWork& other) { other.get<Product>(1)->name = "theirs"; });
  CHECK_THROWS_AS(work.commit(), StaleDataError);
  CHECK(db.text("SELECT name FROM products") == "theirs");
}

TEST_CASE_TEMPLATE(
    "what was read of a write that a savepoint took back is never written on top of "
    "somebody else's",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"});
  auto work = store.begin();
  CHECK_THROWS_AS(work.savepoint([&] {
    work.update_all<Product>(set("name = 'never committed'"), rowan::Query());
    (void)work.get<Product>(1);
    throw std::runtime_error("mine");
  }),
                  std::runtime_error);
  auto ref = work.get<Product>(1);
  work.commit();
  store.transact([](rowan::UnitOfWork& other) { other.get<Product>(1)->name = "theirs"; });
  ref->name += ", edited";
  CHECK_THROWS_AS(work.commit(), StaleDataError);
  CHECK(db.text("SELECT name FROM products") == "theirs");
}

TEST_CASE_TEMPLATE("after a rollback a version is that of the database", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"});
  auto work = store.begin();
  auto ref = work.get<Product>(1);
  work.update_all<Product>(set("name = 'ink'"), rowan::Query());
  work.refresh(ref);
  work.rollback();
  CHECK(ref.version() == 1);
}

TEST_CASE_TEMPLATE("what is written in bulk by the unit that holds it is no conflict with itself",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto work = store.begin();
  auto one = work.get<Order>({1});
  std::size_t left = 2;
  SUBCASE("expect_unchanged and update_all") {
    work.expect_unchanged(one);
    work.update_all<Order>(set("customer = 'Bob'"), rowan::Query());
  }
  SUBCASE("expect and update_all") {
    work.expect(one, 1);
    work.update_all<Order>(set("customer = 'Bob'"), rowan::Query());
  }
  SUBCASE("expect_unchanged and remove_all") {
    work.expect_unchanged(one);
    work.remove_all<Order>(rowan::where("id = 1"));
    left = 1;
  }
  CHECK_NOTHROW(work.commit());
  CHECK(db.number("SELECT count(*) FROM orders") == static_cast<std::int64_t>(left));
  CHECK(db.number("SELECT sum(version) FROM orders") == (left == 2 ? 4 : 1));
}

TEST_CASE_TEMPLATE(
    "a version that was never committed is not what is compared with an expected one", B, Sqlite,
    Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"});
  auto work = store.begin();
  work.update_all<Product>(set("name = 'never committed'"), rowan::Query());
  auto ref = work.get<Product>(1);
  work.rollback();
  ref->name += ", edited";
  for (const std::int64_t version : {1, 2}) {
    const auto error = thrown<StaleDataError>([&] { work.expect(ref, version); });
    REQUIRE(error.conflicts().size() == 1);
    CHECK(error.conflicts().front().found == 1);
    CHECK(error.conflicts().front().expected == version);
  }
  work.refresh(ref);
  work.expect(ref, 1);
}

TEST_CASE_TEMPLATE("a unit that meets what was never committed has failed, and tells of all else",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"}, Product{2, "ink"}, Product{3, "cap"});
  auto work = store.begin();
  auto stale = work.get<Product>(1);
  auto guarded = work.get<Product>(3);
  work.update_all<Product>(set("name = 'never committed'"), rowan::where("id = 2"));
  auto doubtful = work.get<Product>(2);
  work.rollback();
  doubtful->name += ", edited";
  stale->name = "mine";
  work.expect_unchanged(guarded);
  store.transact([](rowan::UnitOfWork& other) {
    for (const auto& ref : other.find_all<Product>()) ref->name = "theirs";
  });
  const auto error = thrown<StaleDataError>([&] { work.commit(); });
  CHECK(error.complete());
  CHECK(error.conflicts().size() == 3);
  CHECK_THROWS_AS(work.commit(), rowan::UnitFailed);
  work.rollback();
  for (const auto& ref : {stale, doubtful, guarded}) work.refresh(ref);
  doubtful->name = "mine";
  work.commit();
  CHECK(db.text("SELECT name FROM products WHERE id = 2") == "mine");
}
