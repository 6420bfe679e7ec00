/// refresh of an aggregate in each state it can be in, with the row as it was, newer, or gone; and
/// while somebody else commits.

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "passing_connection.hpp"
#include "ways.hpp"
#include "whole_order.hpp"

using namespace contract;
using rowan::Conflict;
using rowan::Isolation;
using rowan::StaleDataError;
using rowan::Transaction;
using rowan::UnitOfWork;
using rowan::UsageError;

namespace {

enum class Row { same, newer, gone };

struct Before {
  const char* name;
  std::function<void(UnitOfWork&, const rowan::Ref<Order>&)> edit;
};

/// Nothing of these is flushed.
std::vector<Before> befores() {
  return {
      {"unchanged", [](UnitOfWork&, const rowan::Ref<Order>&) {}},
      {"changed",
       [](UnitOfWork&, const rowan::Ref<Order>& ref) {
         ref->customer = "mine";
         ref->lines.clear();
         ref->notes = {{"mine"}};
       }},
      {"removed", [](UnitOfWork& unit, const rowan::Ref<Order>& ref) { unit.remove(ref); }},
      {"touched", [](UnitOfWork& unit, const rowan::Ref<Order>& ref) { unit.touch(ref); }},
      {"guarded",
       [](UnitOfWork& unit, const rowan::Ref<Order>& ref) { unit.expect_unchanged(ref); }},
      {"expected", [](UnitOfWork& unit, const rowan::Ref<Order>& ref) { unit.expect(ref, 1); }},
  };
}

void meanwhile(rowan::Store& others, Row row) {
  if (row == Row::newer) change_order(others);
  if (row == Row::gone) remove_order(others);
}

bool sees_one_state(const Way& way) {
  return way.level == Isolation::repeatable_read || way.level == Isolation::serializable;
}

}  // namespace

TEST_CASE_TEMPLATE("refresh takes the whole of what is there, whatever the unit had made of it", B,
                   Sqlite, Postgres) {
  for (const Way& way : open_ways<B>())
    for (const Before& before : befores())
      for (const Row row : {Row::same, Row::newer, Row::gone}) {
        if (sees_one_state(way) && row != Row::same) continue;  // below
        CAPTURE(way.name);
        CAPTURE(before.name);
        CAPTURE(static_cast<int>(row));
        Database<B> db;
        rowan::Store store = db.template open<Order>(way.store());
        store_all(store, order(1));
        UnitOfWork work = store.begin(way.work());
        rowan::Ref<Order> ref = work.get<Order>({1});
        before.edit(work, ref);
        meanwhile(store, row);
        if (row == Row::gone) {
          const auto error = thrown<StaleDataError>([&] { work.refresh(ref); });
          REQUIRE(error.conflicts().size() == 1);
          CHECK(error.conflicts().front().kind == Conflict::Kind::deleted);
          CHECK(error.conflicts().front().expected == 1);
          work.discard(ref);
          work.commit();
          continue;
        }
        work.refresh(ref);
        check_whole(*ref);
        CHECK(ref.version() == (row == Row::newer ? 2 : 1));
        CHECK(work.get<Order>({1}) == ref);
        ref->remark = "after it";
        work.commit();
        CHECK(ref.version() == (row == Row::newer ? 3 : 2));
        CHECK(db.text("SELECT remark FROM orders") == "after it");
      }
}

TEST_CASE_TEMPLATE("refresh is refused for what is not in the database", B, Sqlite, Postgres) {
  for (const Way& way : ways<B>()) {
    CAPTURE(way.name);
    Database<B> db;
    rowan::Store store = db.template open<Order>(way.store());
    store_all(store, order(1), order(2));
    UnitOfWork work = store.begin(way.work());
    rowan::Ref<Order> added = work.add(order(3));
    CHECK_THROWS_AS(work.refresh(added), UsageError);
    rowan::Ref<Order> removed = work.get<Order>({1});
    rowan::Ref<Order> discarded = work.get<Order>({2});
    work.discard(discarded);
    CHECK_THROWS_AS(work.refresh(discarded), UsageError);
    work.remove(removed);
    work.flush();
    CHECK_THROWS_AS(work.refresh(removed), UsageError);
    added->customer = "edited";
    work.refresh(added);  // the transaction has it
    CHECK(added->customer == "Ann");
    CHECK(added.version() == 0);
    work.commit();
    CHECK(added.version() == 1);
    CHECK_THROWS_AS(work.refresh(removed), UsageError);
  }
}

TEST_CASE_TEMPLATE("refresh of what was flushed gives what was flushed, and one bump", B, Sqlite,
                   Postgres) {
  for (const Way& way : ways<B>()) {
    CAPTURE(way.name);
    Database<B> db;
    rowan::Store store = db.template open<Order>(way.store());
    store_all(store, order(1));
    UnitOfWork work = store.begin(way.work());
    rowan::Ref<Order> ref = work.get<Order>({1});
    ref->customer = "flushed";
    work.flush();
    ref->customer = "edited";
    ref->lines.clear();
    work.refresh(ref);
    CHECK(ref->customer == "flushed");
    CHECK(ref->lines.size() == 2);
    CHECK(ref.version() == 1);
    ref->remark = "more";
    work.commit();
    CHECK(ref.version() == 2);
    CHECK(db.number("SELECT version FROM orders") == 2);
  }
}

TEST_CASE("within one state refresh gives that state, and its end the next: Postgres only") {
  for (const Way& way : ways<Postgres>())
    for (const Row row : {Row::newer, Row::gone}) {
      if (!sees_one_state(way)) continue;
      CAPTURE(way.name);
      Database<Postgres> db;
      rowan::Store store = open_orders(db, {1});
      UnitOfWork work = store.begin(way.work());
      rowan::Ref<Order> ref = work.get<Order>({1});
      meanwhile(store, row);
      ref->customer = "mine";
      work.refresh(ref);
      CHECK(ref.version() == 1);
      check_whole(*ref);
      ref->customer = "mine";
      CHECK_THROWS_AS(work.commit(), StaleDataError);
      work.rollback();
      if (row == Row::gone) {
        CHECK_THROWS_AS(work.refresh(ref), StaleDataError);
        continue;
      }
      work.refresh(ref);
      CHECK(ref.version() == 2);
      check_whole(*ref);
    }
}

namespace {

/// Somebody comes in once, before a statement that contains some text.
struct Meeting {
  std::string part;
  std::function<void()> action;
};
class Interrupted final : public PassingConnection {
 public:
  Interrupted(std::unique_ptr<rowan::Connection> inner, std::shared_ptr<Meeting> meeting)
      : PassingConnection(std::move(inner)), meeting_(std::move(meeting)) {}
  [[nodiscard]] rowan::PlanResult run(const rowan::Plan& plan) override {
    const auto& all = plan.statements;
    auto at = all.begin();
    while (at != all.end() && !(meeting_->action && has(at->sql, meeting_->part))) ++at;
    if (at == all.end()) return PassingConnection::run(plan);
    auto first = PassingConnection::run({plan.begin, {all.begin(), at}, {}});
    if (!first.complete) return first;
    std::exchange(meeting_->action, nullptr)();
    auto rest = PassingConnection::run({{}, {at, all.end()}, plan.finish});
    rest.outcomes.insert(rest.outcomes.begin(), first.outcomes.begin(), first.outcomes.end());
    return rest;
  }

 private:
  std::shared_ptr<Meeting> meeting_;
};

}  // namespace

TEST_CASE_TEMPLATE("what is refreshed is never torn, whatever is committed while it is read", B,
                   Sqlite, Postgres) {
  for (const Way& way : open_ways<B>())
    for (const char* moment : {"FROM order_lines", "FROM discounts", "FROM notes", "FROM tags"}) {
      CAPTURE(way.name);
      CAPTURE(moment);
      Database<B> db;
      rowan::Store others = db.template open<Order>(way.store());
      store_all(others, order(1));
      const auto meeting = std::make_shared<Meeting>();
      rowan::StoreOptions options = way.store();
      options.wrap = [&](std::unique_ptr<rowan::Connection> inner) {
        return std::make_unique<Interrupted>(std::move(inner), meeting);
      };
      rowan::Store store = db.open(rowan::Schema::of<Order>(), options);
      UnitOfWork work = store.begin(way.work());
      rowan::Ref<Order> ref = work.get<Order>({1});
      ref->customer = "mine";
      *meeting = {moment, [&] {
                    try {
                      change_order(others);
                    } catch (const rowan::LockTimeout&) {
                      // With a rollback journal a reader keeps the commit waiting.
                      CHECK(way.journal == rowan::Journal::rollback);
                    }
                  }};
      work.refresh(ref);
      CHECK(!meeting->action);
      check_whole(*ref);
      CHECK(ref.version() == ref->version);
      const bool newest = ref.version() == db.number("SELECT version FROM orders");
      ref->remark = "mine";
      if (newest)
        work.commit();
      else
        CHECK_THROWS_AS(work.commit(), StaleDataError);
    }
}
