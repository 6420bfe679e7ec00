/// One that has flushed and rolled back goes on at the version that it had read. The next one may
/// be somebody else's by then.

#include "isolation/kit.hpp"

namespace isolation {
namespace {

/// What it did before the rollback is pending still, and is committed later.
void hesitate(Actor& me) {
  auto work = me.begin();
  work.get<Account>(1)->balance += 10;
  work.flush();
  me.at("flushed");
  work.rollback();
  me.at("rolled back");
  work.commit();
}

void deposit(Actor& me) {
  auto work = me.begin();
  work.get<Account>(1)->balance += 200;
  me.at("edited");
  work.commit();
}

TEST_CASE_TEMPLATE("after a rollback a unit goes on at the version that it had read", B, Sqlite,
                   Postgres) {
  const Scenario second_thoughts{.name = "second thoughts",
                                 .fresh =
                                     [](rowan::UnitOfWork& work) {
                                       work.add(Account{1, 0, 100});
                                     },
                                 .actors = {hesitate, deposit},
                                 .steps = Steps::checkpoints};

  const Report report =
      explore(rowan::Schema::of<Account>(), {second_thoughts}, Matrix().on(B::database()));

  CHECK(report.serializable());
  CHECK(report.exhaustive());
  CHECK(report.only_throws<rowan::StaleDataError>());
}

}  // namespace
}  // namespace isolation
