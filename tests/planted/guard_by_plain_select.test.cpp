/// Two that each decide by what is in both accounts, write one of them, and guard the other. A
/// guard that only looks sees, at read committed, what is there just before the other one commits,
/// and at repeatable read what was there when the transaction began.

#include "isolation/kit.hpp"

namespace isolation {
namespace {

void withdraw(Actor& me) {
  auto work = me.begin();
  auto mine = work.get<Account>(me.number());
  auto other = work.get<Account>(3 - me.number());
  me.at("looked at both");
  if (mine->balance + other->balance < 150) return;
  mine->balance -= 150;
  me.depends_on(work, other);
  me.at_each_statement([&] { work.commit(); });
}

// On SQLite nobody else writes between the guard and COMMIT.
TEST_CASE("what a decision depends on does not move until it is committed: Postgres only") {
  using enum rowan::Isolation;
  const Scenario withdrawals{.name = "withdrawals from a joint credit",
                             .fresh =
                                 [](rowan::UnitOfWork& work) {
                                   work.add(Account{1, 0, 100});
                                   work.add(Account{2, 0, 100});
                                 },
                             .actors = {withdraw, withdraw},
                             .steps = Steps::checkpoints};

  const Report report =
      explore(rowan::Schema::of<Account>(), {withdrawals},
              Matrix().on(Postgres::database()).isolation({read_committed, repeatable_read}));

  CHECK(report.serializable());
  CHECK(report.exhaustive());
  CHECK(report.only_throws<rowan::StaleDataError>());
}

}  // namespace
}  // namespace isolation
