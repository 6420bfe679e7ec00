/// What goes wrong without versions or guards is found, and with them every interleaving of the
/// statements is right.

#include <algorithm>

#include "kit.hpp"

namespace isolation {
namespace {

using rowan::Versions;

void two_accounts(rowan::UnitOfWork& work) {
  work.add(Account{1, 0, 100});
  work.add(Account{2, 0, 100});
}

Scenario deposits() {
  const ActorCode deposit = [](Actor& me) {
    auto work = me.begin();
    work.get<Account>(1)->balance += 10;
    work.commit();
  };
  return {.name = "two deposits", .fresh = two_accounts, .actors = {deposit, deposit}};
}

/// Together they may not be overdrawn.
Scenario withdrawals() {
  const ActorCode withdraw = [](Actor& me) {
    auto work = me.begin();
    auto mine = work.get<Account>(me.number());
    auto other = work.get<Account>(3 - me.number());
    if (mine->balance + other->balance >= 150) mine->balance -= 150;
    me.depends_on(work, other);
    work.commit();
  };
  return {.name = "two withdrawals from a joint credit",
          .fresh = two_accounts,
          .actors = {withdraw, withdraw},
          .invariants = {{"the credit is kept", [](rowan::UnitOfWork& work) {
                            std::int64_t sum = 0;
                            for (const auto& account : work.find_all<Account>())
                              sum += account->balance;
                            if (sum < 0) throw std::logic_error("overdrawn");
                          }}}};
}

Scenario two_lines_at_most() {
  const ActorCode add_line = [](Actor& me) {
    auto work = me.begin();
    auto order = work.get<Order>(1);
    if (order->lines.size() < 2) order->lines.push_back({10 + me.number(), 1});
    work.commit();
  };
  return {.name = "two lines at most",
          .fresh =
              [](rowan::UnitOfWork& work) {
                work.add(Order{1, 0, 0, {{1, 1}}});
              },
          .actors = {add_line, add_line}};
}

}  // namespace

TEST_CASE_TEMPLATE("a lost update is found without versions, and is gone with them", B, Sqlite,
                   Postgres) {
  Matrix matrix = Matrix().on(B::database());
  const Report without =
      explore(rowan::Schema::of<Account>(), {deposits()}, matrix.versions({Versions::ignore}));
  CHECK(all_show(without, Anomaly::p4));
  CHECK(without.exhaustive());

  const Report with = explore(rowan::Schema::of<Account>(), {deposits()}, everywhere<B>());
  CHECK(with.serializable());
  CHECK(with.exhaustive());
  CHECK(with.template only_throws<rowan::StaleDataError>());
}

TEST_CASE_TEMPLATE("write skew is found without guards, and is gone with them", B, Sqlite,
                   Postgres) {
  const Report without = explore(rowan::Schema::of<Account>(), {withdrawals()},
                                 Matrix().on(B::database()).guards({Guards::off}));
  CHECK(all_show(without, Anomaly::g2_item));
  CHECK(all_show(without, Anomaly::invariant_broken));

  const Report with =
      explore(rowan::Schema::of<Account>(), {withdrawals()}, Matrix().on(B::database()));
  CHECK(with.serializable());
  CHECK(with.exhaustive());
  CHECK(with.template only_throws<rowan::StaleDataError>());
}

TEST_CASE_TEMPLATE("a phantom child is found without versions, and is gone with them", B, Sqlite,
                   Postgres) {
  Matrix matrix = Matrix().on(B::database());
  const Report without = explore(rowan::Schema::of<Order>(), {two_lines_at_most()},
                                 matrix.versions({Versions::ignore}));
  CHECK(all_show(without, Anomaly::phantom_child));

  const Report with =
      explore(rowan::Schema::of<Order>(), {two_lines_at_most()}, Matrix().on(B::database()));
  CHECK(with.serializable());
  CHECK(with.exhaustive());
}

// -- torn reads ---------------------------------------------------------------

namespace {

/// The same tables without a version.
struct Loose {
  std::int64_t id = 0;
  std::int64_t total = 0;
  std::vector<Line> lines;
};
rowan::Mapping<Loose, std::int64_t> mapping_of(std::type_identity<Loose>) {
  return rowan::aggregate("orders", rowan::key("id", &Loose::id), rowan::unversioned)
      .column("total", &Loose::total)
      .children(&Loose::lines, lines());
}

/// One reads statement by statement while others write root and line to and fro.
template <class T>
Scenario read_under_writes(T fresh) {
  const ActorCode reader = [](Actor& me) {
    auto work = me.begin({.transaction = rowan::Transaction::from_first_read});
    me.at_each_statement([&] { return work.get<T>(1)->total; });
  };
  const auto writer = [](std::int64_t value) {
    return [value](Actor& me) {
      auto work = me.begin();
      me.without_looking([&] {
        auto order = work.get<T>(1);
        order->total = value;
        order->lines.front().quantity = value;
      });
      work.commit();
    };
  };
  return {.name = "read under writes",
          .fresh = [fresh](rowan::UnitOfWork& work) { work.add(fresh); },
          .actors = {reader, writer(2), writer(1), writer(2)},
          .steps = Steps::checkpoints};
}

}  // namespace

TEST_CASE("a torn read is found of what has no version, on Postgres, and is gone with one") {
  // Without a version it is read twice, which somebody who changes it back deceives: see load.cpp.
  Loose loose{1, 1, {{1, 1}}};
  const Report without = explore(rowan::Schema::of<Loose>(), {read_under_writes(loose)},
                                 Matrix().on(Postgres::database()));
  CHECK(all_show(without, Anomaly::torn_read));
  CHECK(without.exhaustive());

  Order order{1, 0, 1, {{1, 1}}};
  const Report with = explore(rowan::Schema::of<Order>(), {read_under_writes(order)},
                              Matrix().on(Postgres::database()));
  CHECK(with.serializable());
  CHECK(with.exhaustive());
}

}  // namespace isolation
