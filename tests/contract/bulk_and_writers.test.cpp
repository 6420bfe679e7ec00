/// Statements for many aggregates while others write the same ones.

#include <functional>
#include <vector>

#include "orders.hpp"
#include "ways.hpp"

using namespace contract;
using rowan::Isolation;
using rowan::set;
using rowan::StaleDataError;
using rowan::UnitOfWork;
using rowan::where;

namespace {

void change(rowan::Store& others, std::int64_t id) {
  UnitOfWork unit = others.begin();
  unit.get<Order>({id})->customer = "theirs";
  unit.commit();
}

bool is_upper(const Way& way) {
  return way.level == Isolation::repeatable_read || way.level == Isolation::serializable;
}

struct Bulk {
  const char* name;
  std::function<std::size_t(UnitOfWork&)> run;  // how many it did not write, of a list
  std::int64_t rows;                            // with a remark, and gone
  bool listed;
};

/// Each is about orders 1 and 2, where 1 is no longer at version 1.
std::vector<Bulk> bulks() {
  const auto note = set("remark = 'bulk'");
  return {
      {"update_all",
       [note](UnitOfWork& unit) { return unit.update_all<Order>(note, where("id < 3")) - 2; }, 2,
       false},
      {"remove_all", [](UnitOfWork& unit) { return unit.remove_all<Order>(where("id < 3")) - 2; },
       2, false},
      {"update_all of a list",
       [note](UnitOfWork& unit) {
         return unit.update_all<Order>(note, {{OrderId{1}, 1}, {OrderId{2}, 1}}).size();
       },
       1, true},
      {"remove_all of a list",
       [](UnitOfWork& unit) {
         return unit.remove_all<Order>({{OrderId{1}, 1}, {OrderId{2}, 1}}).size();
       },
       1, true},
  };
}

}  // namespace

TEST_CASE_TEMPLATE("a bulk statement writes what is there, or is refused within an older state", B,
                   Sqlite, Postgres) {
  for (const Way& way : open_ways<B>())
    for (const Bulk& bulk : bulks()) {
      CAPTURE(way.name);
      CAPTURE(bulk.name);
      Database<B> db;
      rowan::Store store = db.template open<Order>(way.store());
      store_all(store, order(1), order(2), order(3));
      UnitOfWork work = store.begin(way.work());
      (void)work.get<Order>({3});  // from here on an upper level sees one state
      change(store, 1);
      const auto written = [&] {
        return db.number("SELECT count(*) FROM orders WHERE remark = 'bulk'") + 3 -
               db.number("SELECT count(*) FROM orders");
      };
      if (is_upper(way)) {
        // Of a list it is known which root is to blame.
        if (bulk.listed)
          CHECK_THROWS_AS(bulk.run(work), rowan::StaleDataError);
        else
          CHECK_THROWS_AS(bulk.run(work), rowan::SerializationFailure);
        CHECK(written() == 0);
        CHECK_THROWS_AS(work.commit(), rowan::UnitFailed);
        work.rollback();
      }
      CHECK(bulk.run(work) == (bulk.listed ? 1 : 0));
      work.commit();
      CHECK(written() == bulk.rows);
      CHECK(db.number("SELECT version FROM orders WHERE id = 3") == 1);
    }
}

TEST_CASE_TEMPLATE("what another has read is stale once a bulk statement has written it", B, Sqlite,
                   Postgres) {
  for (const Way& way : open_ways<B>()) {
    CAPTURE(way.name);
    Database<B> db;
    rowan::Store store = db.template open<Order>(way.store());
    store_all(store, order(1), order(2), order(3));
    UnitOfWork work = store.begin(way.work());
    const auto all = work.get_all<Order>({{1}, {2}, {3}});
    store.transact([](UnitOfWork& other) {
      CHECK(other.update_all<Order>(set("remark = 'bulk'"), where("id <> 2")) == 2);
    });
    for (const auto& ref : all) ref->lines[0].quantity = 9;
    const auto error = thrown<StaleDataError>([&] { work.commit(); });
    REQUIRE(error.conflicts().size() == 2);
    CHECK(error.concerns(all[0]));
    CHECK(error.concerns(all[2]));
    for (const auto& conflict : error.conflicts()) CHECK(conflict.found == 2);
  }
}

TEST_CASE_TEMPLATE("a guard that has moved fails a bulk statement of its class, at every level", B,
                   Sqlite, Postgres) {
  for (const Way& way : open_ways<B>()) {
    CAPTURE(way.name);
    Database<B> db;
    rowan::Store store = db.template open<Order>(way.store());
    store_all(store, order(1), order(2));
    UnitOfWork work = store.begin(way.work());
    rowan::Ref<Order> one = work.get<Order>({1});
    work.expect_unchanged(one);
    change(store, 1);
    const auto error = thrown<StaleDataError>(
        [&] { work.update_all<Order>(set("remark = 'bulk'"), where("id = 2")); });
    CHECK(error.concerns(one));
    CHECK(error.conflicts().front().operation == rowan::Conflict::Operation::verify);
    CHECK(db.number("SELECT count(*) FROM orders WHERE remark = 'bulk'") == 0);
  }
}

TEST_CASE_TEMPLATE("versions are ignored by the unit that says so, and by no other", B, Sqlite,
                   Postgres) {
  for (const bool by_store : {false, true}) {
    CAPTURE(by_store);
    Database<B> db;
    rowan::StoreOptions options;
    if (by_store) options.work.versions = rowan::Versions::ignore;
    rowan::Store store = open_orders(db, {1}, options);
    const auto late = [&](const rowan::WorkOptions& work, const std::string& customer) {
      UnitOfWork unit = store.begin(work);
      auto ref = unit.get<Order>({1});
      db.execute("UPDATE orders SET version = version + 1");
      ref->customer = customer;
      unit.commit();
    };
    late({.versions = rowan::Versions::ignore}, "ignored");
    CHECK(db.text("SELECT customer FROM orders") == "ignored");
    CHECK_THROWS_AS(late({.versions = rowan::Versions::check}, "checked"), StaleDataError);
    if (by_store)
      late({}, "by default");
    else
      CHECK_THROWS_AS(late({}, "by default"), StaleDataError);
    CHECK(db.text("SELECT customer FROM orders") == (by_store ? "by default" : "ignored"));
  }
}
