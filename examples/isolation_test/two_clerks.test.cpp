/// A use case of the bank under every interleaving of its statements, on three levels.

// [ten_lines]
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <rowan/rowan.hpp>
#include <rowan/testing/explore.hpp>

#include "bank.hpp"
#include "databases.hpp"

using namespace bank;
using namespace rowan::testing;
using rowan::Isolation;

TEST_CASE("two clerks withdraw from one account at once") {
  const auto clerk = [](Actor& me) { withdraw(me.store(), AccountId{1}, 60); };
  const Scenario scenario{.name = "two withdrawals",
                          .fresh = [](rowan::UnitOfWork& work) { work.add(Account({1}, 100)); },
                          .actors = {clerk, clerk}};
  const Report report =
      explore(rowan::Schema::of<Account>(), {scenario},
              databases().isolation({Isolation::read_committed, Isolation::repeatable_read,
                                     Isolation::serializable}));
  CHECK(report.serializable());
  CHECK(report.only_throws<Overdrawn>());
}
// [/ten_lines]
