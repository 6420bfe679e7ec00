/// The same kit with Catch2.

#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

#include <rowan/rowan.hpp>
#include <rowan/testing/explore.hpp>

#include "bank.hpp"
#include "databases.hpp"

using namespace rowan::testing;

// [catch2]
TEST_CASE("two clerks withdraw from one account at once") {
  const auto clerk = [](Actor& me) { bank::withdraw(me.store(), bank::AccountId{1}, 60); };
  const Scenario scenario{
      .name = "two withdrawals",
      .fresh = [](rowan::UnitOfWork& work) { work.add(bank::Account({1}, 100)); },
      .actors = {clerk, clerk}};
  const Report report = explore(rowan::Schema::of<bank::Account>(), {scenario}, bank::databases());
  CHECK(report.serializable());  // prints the shortest schedule that shows what is wrong
  CHECK(report.only_throws<bank::Overdrawn>());
}
// [/catch2]
