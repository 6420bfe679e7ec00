/// An aggregate is read as it was at one moment, whatever others commit meanwhile.

#include <functional>

#include "database.hpp"
#include "orders.hpp"
#include "whole_order.hpp"

using namespace contract;
using rowan::Isolation;
using rowan::Transaction;
using rowan::where;

namespace {

/// Somebody else comes in right before a statement is sent that contains some text.
class Meeting {
 public:
  void before(std::string part, std::function<void()> action, int times = 1) {
    part_ = std::move(part);
    action_ = std::move(action);
    times_ = times;
  }
  [[nodiscard]] bool due(const rowan::Statement& statement) const {
    return times_ > 0 && has(statement.sql, part_);
  }
  void happen() {
    --times_;
    action_();
  }
  [[nodiscard]] int left() const { return times_; }

 private:
  std::string part_;
  std::function<void()> action_;
  int times_ = 0;
};

class MeetingConnection final : public rowan::Connection {
 public:
  MeetingConnection(std::unique_ptr<rowan::Connection> inner, std::shared_ptr<Meeting> meeting)
      : inner_(std::move(inner)), meeting_(std::move(meeting)) {}

  [[nodiscard]] rowan::Backend backend() const noexcept override { return inner_->backend(); }
  [[nodiscard]] rowan::PlanResult run(const rowan::Plan& plan) override {
    for (std::size_t i = 0; i < plan.statements.size(); ++i) {
      if (!meeting_->due(plan.statements[i])) continue;
      const auto at = plan.statements.begin() + static_cast<std::ptrdiff_t>(i);
      auto result = inner_->run({plan.begin, {plan.statements.begin(), at}, {}});
      if (!result.complete) return result;
      meeting_->happen();
      auto rest = inner_->run({{}, {at, plan.statements.end()}, plan.finish});
      rest.outcomes.insert(rest.outcomes.begin(), result.outcomes.begin(), result.outcomes.end());
      return rest;
    }
    return inner_->run(plan);
  }
  void rollback() noexcept override { inner_->rollback(); }
  [[nodiscard]] bool clean() const noexcept override { return inner_->clean(); }
  [[nodiscard]] void* session() noexcept override { return inner_->session(); }

 private:
  std::unique_ptr<rowan::Connection> inner_;
  std::shared_ptr<Meeting> meeting_;
};

rowan::StoreOptions with(std::shared_ptr<Meeting> meeting) {
  rowan::StoreOptions options;
  options.wrap = [meeting = std::move(meeting)](std::unique_ptr<rowan::Connection> inner) {
    return std::make_unique<MeetingConnection>(std::move(inner), meeting);
  };
  return options;
}

using Load = void (*)(rowan::UnitOfWork&);
constexpr Load loads[] = {
    [](rowan::UnitOfWork& work) { check_whole(*work.get<Order>({1})); },
    [](rowan::UnitOfWork& work) {
      for (const auto& ref : work.get_all<Order>({{2}, {1}}))
        if (ref->id.value == 1) check_whole(*ref);
    },
    [](rowan::UnitOfWork& work) {
      const auto all = work.find_all<Order>(where("customer LIKE ?", "Ann%"));
      REQUIRE(all.size() == 2);
      check_whole(*all[0]);
    },
    [](rowan::UnitOfWork& work) {
      std::size_t visits = 0;
      work.for_each<Order>({}, [&](const rowan::Ref<Order>& ref) {
        ++visits;
        if (ref->id.value == 1) check_whole(*ref);
      });
      CHECK(visits == 2);
    },
};

}  // namespace

TEST_CASE_TEMPLATE("an aggregate is never torn, whatever is committed while it is read", B, Sqlite,
                   Postgres) {
  struct Way {
    Transaction transaction;
    std::optional<Isolation> isolation;
  };
  for (const Way way : {Way{Transaction::at_commit, {}},
                        Way{Transaction::from_first_read, Isolation::read_committed},
                        Way{Transaction::from_first_read, {}},
                        Way{Transaction::from_first_read, Isolation::repeatable_read}})
    for (const char* moment : {"FROM order_lines", "FROM discounts", "FROM notes", "FROM tags"})
      for (const Load load : loads) {
        CAPTURE(moment);
        Database<B> db;
        const auto meeting = std::make_shared<Meeting>();
        rowan::Store others = open_orders(db, {1, 2});
        rowan::Store store = db.open(rowan::Schema::of<Order>(), with(meeting));
        // On SQLite a unit that may write keeps all others out.
        rowan::UnitOfWork work = store.begin({.transaction = way.transaction,
                                              .isolation = way.isolation,
                                              .access = rowan::Access::read_only});
        meeting->before(moment, [&] { change_order(others); });
        load(work);
        CHECK(meeting->left() == 0);
        CHECK(db.number("SELECT version FROM orders WHERE id = 1") == 2);
      }
}

TEST_CASE("an aggregate that is removed while it is read is whole or gone: Postgres only") {
  for (const auto span : {Transaction::at_commit, Transaction::from_first_read}) {
    Database<Postgres> db;
    const auto meeting = std::make_shared<Meeting>();
    rowan::Store others = db.open<Order>();
    rowan::Store store = db.open(rowan::Schema::of<Order>(), with(meeting));
    const bool one_state = span == Transaction::at_commit;
    const auto again = [&] {
      db.execute("DELETE FROM orders");
      store_all(others, order(1), order(2));
      meeting->before("FROM order_lines", [&] { remove_order(others); });
    };
    again();
    rowan::UnitOfWork work = store.begin({.transaction = span});
    const auto found = work.find<Order>({1});
    CHECK(found.has_value() == one_state);
    if (found) check_whole(**found);
    again();
    rowan::UnitOfWork other = store.begin({.transaction = span});
    const auto all = other.find_all<Order>();
    CHECK(ids(all) == (one_state ? Ids{1, 2} : Ids{2}));
    for (const auto& ref : all) check_whole(*ref);
  }
}

TEST_CASE("what never stands still while it is read is a SerializationFailure: Postgres only") {
  Database<Postgres> db;
  const auto meeting = std::make_shared<Meeting>();
  rowan::Store others = open_orders(db, {1});
  rowan::Store store = db.open(rowan::Schema::of<Order>(), with(meeting));
  rowan::UnitOfWork work = store.begin({.transaction = Transaction::from_first_read});
  meeting->before(
      "FROM order_lines", [&] { change_order(others); }, 1000);
  CHECK_THROWS_WITH_AS((void)work.get<Order>({1}), "orders: kept changing while it was read",
                       rowan::SerializationFailure);
  meeting->before("", {}, 0);
  check_whole(*work.get<Order>({1}));
}
