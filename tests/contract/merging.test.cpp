/// Copies that come back to an aggregate that has moved on, merged field by field.

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::Clash;
using rowan::Detached;
using rowan::MergeConflict;
using rowan::Merging;
using rowan::Side;
using rowan::StaleDataError;
using rowan::UsageError;

namespace {

/// A copy that was taken before somebody else wrote.
template <class B>
struct Apart {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  Detached<Order> mine = [this] {
    auto work = store.begin();
    return work.detach(work.get<Order>({1}));
  }();

  template <class F>
  void theirs(F&& edit) {
    store.transact([&](rowan::UnitOfWork& work) { edit(*work.get<Order>({1})); });
  }
  /// Merged and committed; as it is stored then.
  Order merged() {
    auto work = store.begin();
    auto ref = work.template merge(mine, Merging::by_field);
    const std::int64_t before = ref.version();
    work.commit();
    CHECK(ref.version() == before + 1);
    auto other = store.begin();
    return *other.template get<Order>({1});
  }
  std::vector<Clash> clashes() {
    auto work = store.begin();
    const auto error = thrown<MergeConflict>([&] { work.merge(mine, Merging::by_field); });
    CHECK_FALSE(error.retryable());
    work.commit();  // it has not failed, and has nothing to write
    CHECK(error.found() == db.number("SELECT version FROM orders"));
    return error.clashes();
  }
};

}  // namespace

TEST_CASE_TEMPLATE("what one side alone has changed is taken, at every level", B, Sqlite,
                   Postgres) {
  Apart<B> apart;
  apart.mine->customer = "mine";
  apart.mine->lines.at(0).quantity = 77;
  apart.mine->lines.push_back({50, 5, {500, "EUR"}, {}});
  apart.theirs([](Order& order) {
    order.remark = "theirs";
    order.lines.at(0).price = {999, "USD"};
    order.lines.push_back({60, 6, {600, "EUR"}, {{"new", 10}}});
    order.tags.push_back(4711);
  });
  const Order order = apart.merged();
  CHECK(order.customer == "mine");
  CHECK(order.remark == "theirs");
  CHECK(order.lines.at(0).quantity == 77);
  CHECK(order.lines.at(0).price.cents == 999);
  CHECK(order.lines.at(0).price.currency == "USD");
  const auto has_line = [&](int number) {
    return std::ranges::any_of(order.lines, [&](const Line& l) { return l.number == number; });
  };
  CHECK(has_line(50));
  CHECK(has_line(60));
  CHECK(std::ranges::count(order.tags, 4711) == 1);
}

TEST_CASE_TEMPLATE("where both have changed the same, nothing is written until somebody decides", B,
                   Sqlite, Postgres) {
  Apart<B> apart;
  const std::string before = apart.mine->customer;
  apart.mine->customer = "mine";
  apart.mine->lines.at(0).price.cents = 1;
  apart.mine->remark = "mine alone";
  apart.theirs([](Order& order) {
    order.customer = "theirs";
    order.lines.at(0).price.currency = "USD";
  });
  const auto clashes = apart.clashes();
  REQUIRE(clashes.size() == 2);
  CHECK(clashes[0].pointer == "/state/customer");
  CHECK(clashes[0].kind == Clash::Kind::field);
  CHECK(clashes[0].table == "orders");
  CHECK(clashes[0].key == key_of({1}));
  CHECK(clashes[0].columns == Strings{"customer"});
  CHECK(clashes[0].base == "\"" + before + "\"");
  CHECK(clashes[0].mine == "\"mine\"");
  CHECK(clashes[0].theirs == "\"theirs\"");
  // A value object is never half mine and half theirs.
  CHECK(clashes[1].table == "order_lines");
  CHECK(clashes[1].columns == Strings{"price_amount", "price_currency"});
  CHECK(apart.db.text("SELECT customer FROM orders") == "theirs");

  auto work = apart.store.begin();
  const auto conflict = thrown<MergeConflict>([&] { work.merge(apart.mine, Merging::by_field); });
  auto answers = conflict.resolution();
  answers.take("/state/customer", Side::mine);
  CHECK(thrown<MergeConflict>([&] { work.merge(apart.mine, answers); }).clashes().size() == 1);
  answers.take_rest(Side::theirs);
  auto merged = work.merge(apart.mine, answers);
  work.commit();
  CHECK(merged->customer == "mine");
  CHECK(merged->remark == "mine alone");
  CHECK(merged->lines.at(0).price.currency == "USD");
  CHECK(merged.version() == 3);
  CHECK_THROWS_AS(answers.take("/state/nothing", Side::mine), UsageError);
}

TEST_CASE_TEMPLATE("an answer is good for what was shown, and for nothing else", B, Sqlite,
                   Postgres) {
  Apart<B> apart;
  apart.mine->customer = "mine";
  apart.theirs([](Order& order) { order.customer = "theirs"; });
  auto work = apart.store.begin();
  auto answers =
      thrown<MergeConflict>([&] { work.merge(apart.mine, Merging::by_field); }).resolution();
  answers.take_rest(Side::mine);
  apart.theirs([](Order& order) { order.customer = "theirs, later"; });
  auto later = apart.store.begin();
  const auto again = thrown<MergeConflict>([&] { later.merge(apart.mine, answers); });
  CHECK(again.clashes().front().theirs == "\"theirs, later\"");
  auto edited = apart.mine;
  edited->customer = "mine, later";
  CHECK_THROWS_AS(later.merge(edited, answers), MergeConflict);

  answers = again.resolution().take_rest(Side::mine);
  apart.theirs([](Order& order) { order.remark = "something else"; });
  auto last = apart.store.begin();
  const auto merged = last.merge(apart.mine, answers);
  last.commit();
  CHECK(merged->customer == "mine");
  CHECK(merged->remark == "something else");
}

TEST_CASE_TEMPLATE("a child edited on one side and removed on the other is a clash", B, Sqlite,
                   Postgres) {
  Apart<B> apart;
  const int number = apart.mine->lines.at(0).number;
  SUBCASE("edited here") {
    apart.mine->lines.at(0).quantity += 1;
    apart.theirs([](Order& order) { order.lines.erase(order.lines.begin()); });
    const auto clashes = apart.clashes();
    REQUIRE(clashes.size() == 1);
    CHECK(clashes[0].kind == Clash::Kind::row);
    CHECK(clashes[0].pointer == "/state/order_lines/0");
    CHECK(clashes[0].key == key_of({1, number}));
    CHECK(clashes[0].mine);
    CHECK_FALSE(clashes[0].theirs);
  }
  SUBCASE("edited there, beneath") {
    apart.mine->lines.erase(apart.mine->lines.begin());
    apart.theirs([](Order& order) { order.lines.at(0).discounts.push_back({"late", 1}); });
    const auto clashes = apart.clashes();
    REQUIRE(clashes.size() == 1);
    CHECK(clashes[0].kind == Clash::Kind::row);
    CHECK(clashes[0].pointer == "/base/order_lines/0");
    CHECK_FALSE(clashes[0].mine);
    CHECK(clashes[0].theirs);
  }
}

TEST_CASE_TEMPLATE("a removal of what nobody else has touched is merged", B, Sqlite, Postgres) {
  Apart<B> apart;
  const auto lines = apart.mine->lines.size();
  apart.mine->lines.erase(apart.mine->lines.begin());
  apart.theirs([](Order& order) { order.customer = "theirs"; });
  const Order order = apart.merged();
  CHECK(order.lines.size() == lines - 1);
  CHECK(order.customer == "theirs");
}

TEST_CASE_TEMPLATE("the same change on both sides is none", B, Sqlite, Postgres) {
  Apart<B> apart;
  const auto edit = [](Order& order) {
    order.customer = "both";
    order.lines.pop_back();
    order.notes.push_back({"both"});
  };
  edit(*apart.mine);
  apart.theirs(edit);
  auto work = apart.store.begin();
  auto merged = work.merge(apart.mine, Merging::by_field);
  work.commit();
  CHECK(merged.version() == 2);
}

TEST_CASE_TEMPLATE("lists by place are merged as a whole", B, Sqlite, Postgres) {
  Apart<B> apart;
  apart.mine->notes = {{"mine"}};
  apart.theirs([](Order& order) { order.notes = {{"theirs"}, {"too"}}; });
  const auto clashes = apart.clashes();
  REQUIRE(clashes.size() == 1);
  CHECK(clashes[0].kind == Clash::Kind::list);
  CHECK(clashes[0].table == "notes");
  CHECK(has(*clashes[0].theirs, "too"));
}

TEST_CASE_TEMPLATE("the result is what its class has to agree to", B, Sqlite, Postgres) {
  Apart<B> apart;
  apart.mine->customer = "nobody";
  apart.theirs([](Order& order) { order.remark = "theirs"; });
  auto work = apart.store.begin();
  CHECK_THROWS_AS(work.merge(apart.mine, Merging::by_field), std::logic_error);
  CHECK(work.template get<Order>({1})->customer != "nobody");
}

TEST_CASE_TEMPLATE("without a base there is no merge by field", B, Sqlite, Postgres) {
  Apart<B> apart;
  apart.mine->customer = "mine";
  apart.theirs([](Order& order) { order.remark = "theirs"; });
  auto work = apart.store.begin();
  const auto stale =
      thrown<StaleDataError>([&] { work.merge(apart.mine.without_base(), Merging::by_field); });
  CHECK(stale.conflicts().front().found == 2);
}

TEST_CASE_TEMPLATE("who writes between a merge by field and its commit is met again by transact", B,
                   Sqlite, Postgres) {
  Apart<B> apart;
  apart.mine->customer = "mine";
  apart.theirs([](Order& order) { order.remark = "theirs"; });
  int attempts = 0;
  apart.store.transact([&](rowan::UnitOfWork& work) {
    work.merge(apart.mine, Merging::by_field);
    if (++attempts == 1) apart.theirs([](Order& order) { order.tags.push_back(9000); });
  });
  CHECK(attempts == 2);
  CHECK(apart.db.number("SELECT version FROM orders") == 4);
  auto other = apart.store.begin();
  const auto order = other.template get<Order>({1});
  CHECK(order->customer == "mine");
  CHECK(order->remark == "theirs");
  CHECK(std::ranges::count(order->tags, 9000) == 1);
}

TEST_CASE_TEMPLATE("the same where nobody had written before the merge, or versions are ignored", B,
                   Sqlite, Postgres) {
  for (const auto versions : {rowan::Versions::check, rowan::Versions::ignore}) {
    Apart<B> apart;
    apart.mine->customer = "mine";
    int attempts = 0;
    apart.store.transact(
        [&](rowan::UnitOfWork& work) {
          work.merge(apart.mine, Merging::by_field);
          if (++attempts == 1) apart.theirs([](Order& order) { order.remark = "theirs"; });
        },
        {.versions = versions});
    CHECK(attempts == 2);
    CHECK(apart.db.text("SELECT customer FROM orders") == "mine");
    CHECK(apart.db.text("SELECT remark FROM orders") == "theirs");
  }
}
