/// Flushes of more rows than are in memory at once as statements: how far they have come, and what
/// is left of those that are called off.

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "orders.hpp"
#include "ways.hpp"

using namespace contract;
using rowan::Progress;
using rowan::UnitOfWork;

namespace {

constexpr int many = 35000;

struct CalledOff : std::runtime_error {
  using runtime_error::runtime_error;
};

/// Orders with nothing beneath them.
void add_many(UnitOfWork& work) {
  for (int id = 1; id <= many; ++id) {
    Order each = order(id);
    each.lines.clear();
    each.notes.clear();
    each.tags.clear();
    work.add(std::move(each));
  }
}

}  // namespace

TEST_CASE_TEMPLATE("a commit of very many tells how far it has come, and is one transaction", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Order>();
  std::vector<Progress> told;
  UnitOfWork work =
      store.begin({.progress = [&](const Progress& progress) { told.push_back(progress); }});
  add_many(work);
  work.commit();
  REQUIRE(told.size() == 1);
  CHECK(told[0].rows == many);
  CHECK(told[0].sent > 0);
  CHECK(told[0].sent < many);
  CHECK(db.number("SELECT count(*) FROM orders WHERE version = 1") == many);

  auto all = work.get_all<Order>([] {
    std::vector<OrderId> ids;
    for (int id = 1; id <= many; ++id) ids.push_back({id});
    return ids;
  }());
  told.clear();
  for (const auto& each : all) each->customer = "new";
  store.transact([](UnitOfWork& other) { other.get<Order>({many})->customer = "theirs"; });
  const auto stale = thrown<rowan::StaleDataError>([&] { work.commit(); });
  REQUIRE(stale.conflicts().size() == 1);
  CHECK(rowan::to_string(stale.conflicts()[0].root_key) == std::to_string(many));
  CHECK(told.size() == 1);
  CHECK(db.number("SELECT count(*) FROM orders WHERE customer = 'new'") == 0);
}

TEST_CASE_TEMPLATE("a commit that is called off writes nothing, and can be made again", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Order>();
  bool patient = false;
  UnitOfWork work = store.begin({.progress = [&](const Progress&) {
    if (!patient) throw CalledOff("enough");
  }});
  add_many(work);
  CHECK_THROWS_AS(work.commit(), CalledOff);
  CHECK(db.number("SELECT count(*) FROM orders") == 0);
  CHECK_THROWS_AS(work.commit(), rowan::UnitFailed);
  work.rollback();
  patient = true;
  work.commit();
  CHECK(db.number("SELECT count(*) FROM orders") == many);
}

TEST_CASE_TEMPLATE("who rolls a unit back while it is written has it fail, with nothing written", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Order>();
  UnitOfWork* self = nullptr;
  UnitOfWork work = store.begin({.progress = [&](const Progress&) {
    CHECK_THROWS_AS(self->commit(), rowan::UsageError);
    CHECK_THROWS_AS(self->add(order(many + 1)), rowan::UsageError);
    self->rollback();
  }});
  self = &work;
  add_many(work);
  CHECK_THROWS_AS(work.commit(), rowan::UnitFailed);
  CHECK(db.number("SELECT count(*) FROM orders") == 0);
}

TEST_CASE_TEMPLATE("a savepoint that is called off takes nothing back but itself", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Order>();
  UnitOfWork work = store.begin({.progress = [](const Progress&) { throw CalledOff("enough"); }});
  work.add(order(many + 1, "before"));
  CHECK_THROWS_AS(work.savepoint([&] {
    add_many(work);
    work.flush();
  }),
                  CalledOff);
  work.commit();
  CHECK(db.number("SELECT count(*) FROM orders") == 1);
}
