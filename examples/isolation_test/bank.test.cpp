/// What else the kit can do with the bank.

#include "bank.hpp"

#include <doctest/doctest.h>

#include <rowan/rowan.hpp>
#include <rowan/testing/check_mapping.hpp>
#include <rowan/testing/explore.hpp>
#include <rowan/testing/failing_connection.hpp>
#include <rowan/testing/recording_connection.hpp>

#include "databases.hpp"

using namespace bank;
using namespace rowan::testing;

namespace {

void open_accounts(rowan::UnitOfWork& work) {
  work.add(Account({1}, 100));
  work.add(Account({2}, 100));
}

}  // namespace

// [checkpoint]
TEST_CASE("a clerk who thinks for a while") {
  const auto clerk = [](Actor& me) {
    auto work = me.begin();
    auto account = work.get<Account>(AccountId{1});
    me.at("has read the balance");  // the other one may come in between
    account->deposit(10);
    work.commit();
  };
  const Scenario scenario{.name = "two deposits",
                          .fresh = open_accounts,
                          .actors = {clerk, clerk},
                          .steps = Steps::checkpoints};
  const Report report = explore(rowan::Schema::of<Account>(), {scenario}, databases());
  CHECK(report.serializable());
  CHECK(report.exhaustive());  // these were all the runs there are
  CHECK(report.only_throws<rowan::StaleDataError>());
}
// [/checkpoint]

namespace {

/// One withdraws from each of two accounts that are one credit.
template <class F>
Scenario joint_credit(F withdraw) {
  const auto clerk = [withdraw](Actor& me) {
    withdraw(me.store(), AccountId{me.number()}, AccountId{3 - me.number()}, 150);
  };
  // [invariant]
  const Invariant covered{"the credit is not overdrawn", [](rowan::UnitOfWork& work) {
                            std::int64_t sum = 0;
                            for (const auto& account : work.find_all<Account>())
                              sum += account->balance();
                            if (sum < 0) throw Overdrawn();
                          }};
  // [/invariant]
  return {.name = "a joint credit",
          .fresh = open_accounts,
          .actors = {clerk, clerk},
          .invariants = {covered},
          .limit = {.systematic = 300, .random = 100}};
}

}  // namespace

TEST_CASE("a decision that depends on another account is guarded") {
  const Report report =
      explore(rowan::Schema::of<Account>(), {joint_credit(withdraw_from_both)}, databases());
  CHECK(report.serializable());
  CHECK(report.only_throws<Overdrawn, rowan::ConcurrencyError>());
}

TEST_CASE("without a guard the credit is overdrawn, and the report shows how") {
  // [replay]
  const Scenario scenario = joint_credit(withdraw_carelessly);
  const Matrix matrix = Matrix().on(TestDatabase::sqlite());
  const Report report = explore(rowan::Schema::of<Account>(), {scenario}, matrix);
  const Report::Found found = report.anomalies().front();
  CHECK(found.finding.anomaly == Anomaly::g2_item);

  const Run run = replay(rowan::Schema::of<Account>(), scenario, matrix, found.cell.setting,
                         found.finding.witness.schedule);
  CHECK_FALSE(run.serializable);
  // [/replay]
}

TEST_CASE("what is stored of an account is the account") {
  rowan::Store store("sqlite3://:memory:", rowan::Schema::of<Account>());
  store.create_tables();
  // [check_mapping]
  const Check check = check_mapping<Account>(store, {Account({1}, 100)}, {.generated = 200});
  CHECK_MESSAGE(check, check);  // a line for each fault, and for each thing that was not checked
  // [/check_mapping]
}

TEST_CASE("a withdrawal writes one row") {
  // [recording]
  const auto log = std::make_shared<Log>();
  rowan::Store store("sqlite3://:memory:", rowan::Schema::of<Account>(), {.wrap = record(log)});
  store.create_tables();
  store.transact(open_accounts);
  log->clear();
  withdraw(store, AccountId{1}, 10);
  CHECK(log->writes() ==
        std::vector<std::string>{"UPDATE accounts SET version = version + 1, balance = ? "
                                 "WHERE id = ? AND version = ?"});
  // [/recording]
}

TEST_CASE("a withdrawal happens or it does not, whichever operation fails") {
  // [failing]
  const auto script = std::make_shared<Script>();
  rowan::Store store("sqlite3://:memory:", rowan::Schema::of<Account>(), {.wrap = fail(script)});
  store.create_tables();
  store.transact(open_accounts);
  script->count();
  withdraw(store, AccountId{1}, 10);
  const std::size_t operations = script->operations();
  for (std::size_t n = 1; n <= operations; ++n) {
    script->fail_at(n, rowan::FailureKind::lock_timeout);
    withdraw(store, AccountId{1}, 10);  // transact runs it again
    CHECK(store.begin().get<Account>(AccountId{1})->balance() ==
          90 - 10 * static_cast<std::int64_t>(n));
  }
  // [/failing]
}
