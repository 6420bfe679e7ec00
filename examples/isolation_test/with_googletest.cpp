/// The same kit with GoogleTest.

#include <gtest/gtest.h>

#include <rowan/rowan.hpp>
#include <rowan/testing/explore.hpp>

#include "bank.hpp"
#include "databases.hpp"

using namespace rowan::testing;

// [googletest]
TEST(Bank, TwoClerksWithdrawFromOneAccountAtOnce) {
  const auto clerk = [](Actor& me) { bank::withdraw(me.store(), bank::AccountId{1}, 60); };
  const Scenario scenario{
      .name = "two withdrawals",
      .fresh = [](rowan::UnitOfWork& work) { work.add(bank::Account({1}, 100)); },
      .actors = {clerk, clerk}};
  const Report report = explore(rowan::Schema::of<bank::Account>(), {scenario}, bank::databases());
  const Check check = report.serializable();
  EXPECT_TRUE(check) << check;  // prints the shortest schedule that shows what is wrong
  EXPECT_TRUE(report.only_throws<bank::Overdrawn>());
}
// [/googletest]
