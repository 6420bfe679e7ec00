/// A unit that has failed refuses everything but rollback, and says why; swallowing the error does
/// not help.

#include <functional>
#include <string>
#include <vector>

#include "orders.hpp"
#include "ways.hpp"

using namespace contract;
using rowan::ConstraintViolation;
using rowan::Expect;
using rowan::UnitFailed;
using rowan::UnitOfWork;

namespace {

using Use = std::function<void(UnitOfWork&, const rowan::Ref<Order>&)>;

/// All that can be asked of a unit, besides rollback.
std::vector<Use> uses() {
  using Ref = rowan::Ref<Order>;
  const rowan::Assignments note = rowan::set("remark = 'x'");
  return {
      [](UnitOfWork& unit, const Ref&) { unit.commit(); },
      [](UnitOfWork& unit, const Ref&) { (void)unit.try_commit(); },
      [](UnitOfWork& unit, const Ref&) { unit.flush(); },
      [](UnitOfWork& unit, const Ref&) { unit.savepoint([] {}); },
      [](UnitOfWork& unit, const Ref&) { (void)unit.get<Order>({1}); },
      [](UnitOfWork& unit, const Ref&) { (void)unit.get<Order>({1}, Expect{1}); },
      [](UnitOfWork& unit, const Ref&) { (void)unit.find<Order>({1}); },
      [](UnitOfWork& unit, const Ref&) { (void)unit.get_all<Order>({{1}}); },
      [](UnitOfWork& unit, const Ref&) { (void)unit.find_all<Order>(); },
      [](UnitOfWork& unit, const Ref&) { unit.for_each<Order>({}, [](auto) {}); },
      [](UnitOfWork& unit, const Ref&) { (void)unit.count<Order>(); },
      [](UnitOfWork& unit, const Ref&) { unit.add(order(9)); },
      [](UnitOfWork& unit, const Ref& ref) { unit.remove(ref); },
      [](UnitOfWork& unit, const Ref& ref) { unit.remove(ref, Expect{1}); },
      [](UnitOfWork& unit, const Ref&) { unit.remove<Order>({1}); },
      [](UnitOfWork& unit, const Ref&) { unit.remove<Order>({1}, Expect{1}); },
      [](UnitOfWork& unit, const Ref& ref) { unit.touch(ref); },
      [](UnitOfWork& unit, const Ref& ref) { unit.expect(ref, 1); },
      [](UnitOfWork& unit, const Ref& ref) { unit.expect_unchanged(ref); },
      [](UnitOfWork& unit, const Ref& ref) { unit.refresh(ref); },
      [](UnitOfWork& unit, const Ref& ref) { unit.discard(ref); },
      [note](UnitOfWork& unit, const Ref&) { unit.update_all<Order>(note, rowan::Query()); },
      [note](UnitOfWork& unit, const Ref&) {
        (void)unit.update_all<Order>(note, {{OrderId{1}, 1}});
      },
      [](UnitOfWork& unit, const Ref&) { unit.remove_all<Order>(rowan::Query()); },
      [](UnitOfWork& unit, const Ref&) {
        (void)unit.remove_all<Order>({{OrderId{1}, 1}});
      },
  };
}

}  // namespace

TEST_CASE_TEMPLATE("a unit that has failed refuses all but rollback, with the cause", B, Sqlite,
                   Postgres) {
  for (const Way& way : ways<B>()) {
    CAPTURE(way.name);
    Database<B> db;
    rowan::Store store = db.template open<Order>(way.store());
    store_all(store, order(1), order(2));
    UnitOfWork work = store.begin(way.work());
    rowan::Ref<Order> one = work.get<Order>({1});
    one->customer = "mine";
    rowan::Ref<Order> twice = work.add(order(2));
    // The root's UPDATE is sent before the INSERT that fails.
    const auto cause = thrown<ConstraintViolation>([&] { work.flush(); });
    const auto all = uses();
    for (std::size_t i = 0; i < all.size(); ++i) {
      CAPTURE(i);
      const auto error = thrown<UnitFailed>([&] { all[i](work, one); });
      CHECK(has(error.what(), cause.what()));
    }
    CHECK(db.number("SELECT sum(version) FROM orders") == 2);
    CHECK(one->customer == "mine");
    CHECK(one.version() == 1);
    CHECK(twice.version() == 0);
    work.rollback();
    work.discard(twice);
    work.commit();
    CHECK(db.text("SELECT customer FROM orders WHERE id = 1") == "mine");
    CHECK(one.version() == 2);
  }
}

TEST_CASE_TEMPLATE("an error that is swallowed is not committed over", B, Sqlite, Postgres) {
  for (const Way& way : ways<B>()) {
    CAPTURE(way.name);
    Database<B> db;
    rowan::Store store = db.template open<Order>(way.store());
    store_all(store, order(1), order(2));
    CHECK_THROWS_AS(store.transact(
                        [&](UnitOfWork& work) {
                          work.get<Order>({1})->customer = "mine";
                          work.add(order(2));
                          try {
                            work.flush();
                          } catch (const rowan::Error&) {
                            CHECK(db.number("SELECT sum(version) FROM orders") == 2);
                          }
                        },
                        way.work()),
                    UnitFailed);
    CHECK(db.number("SELECT count(*) FROM orders WHERE customer = 'Ann' AND version = 1") == 2);
  }
}
