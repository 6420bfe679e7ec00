/// How runs are made: which there are, their names, who waits, and what cannot be relied on.

#include <sstream>
#include <stdexcept>

#include "kit.hpp"

namespace isolation {
namespace {

using rowan::testing::NotDeterministic, rowan::testing::Run, rowan::testing::replay;

void one_account(rowan::UnitOfWork& work) {
  work.add(Account{1, 0, 100});
}

const ActorCode deposit = [](Actor& me) {
  auto work = me.begin();
  auto account = work.get<Account>(1);
  me.at("loaded");
  account->balance += me.number();
  work.commit();
};

/// Never waits, never writes: as many runs as there are orders.
ActorCode steps(int count) {
  return [count](Actor& me) {
    for (int i = 1; i < count; ++i) me.at("step " + std::to_string(i));
  };
}

/// At its own checkpoints alone.
Report explore_here(Scenario scenario) {
  scenario.steps = Steps::checkpoints;
  return explore(rowan::Schema::of<Account>(), {scenario}, Matrix().on(Sqlite::database()));
}

std::size_t runs_of(std::vector<ActorCode> actors) {
  const Report report =
      explore_here({.name = "", .fresh = one_account, .actors = std::move(actors)});
  return report.cells().front().runs;
}

template <class B>
Matrix here() {
  return Matrix().on(B::database());
}
template <class B>
Setting setting_here() {
  return here<B>().settings(B::database()).front();
}

}  // namespace

TEST_CASE("every order of the steps is run, once") {
  CHECK(runs_of({steps(2), steps(2)}) == 6);             // 4! / (2! 2!)
  CHECK(runs_of({steps(3), steps(4)}) == 35);            // 7! / (3! 4!)
  CHECK(runs_of({steps(2), steps(2), steps(2)}) == 90);  // 6! / (2! 2! 2!)
}

TEST_CASE("beyond the limit runs are random, and the report says so") {
  const Report report = explore_here({.name = "many",
                                      .fresh = one_account,
                                      .actors = {steps(4), steps(4)},
                                      .limit = {.systematic = 10, .random = 7, .seed = 42}});
  const Cell& cell = report.cells().front();
  CHECK(cell.runs == 17);
  CHECK(cell.random_runs == 7);
  CHECK(cell.coverage == Coverage::limited);
  CHECK_FALSE(report.exhaustive());
  CHECK(to_text(report).find("first 10 in order, 7 at random, seed 42") != std::string::npos);
}

TEST_CASE_TEMPLATE("a run is done again by its name", B, Sqlite, Postgres) {
  const Scenario scenario{.name = "two deposits",
                          .fresh = one_account,
                          .actors = {deposit, deposit},
                          .steps = Steps::checkpoints};
  const auto schema = rowan::Schema::of<Account>();
  const Matrix matrix = here<B>().versions({rowan::Versions::ignore});
  const Report report = explore(schema, {scenario}, matrix);
  const auto found = report.anomalies();
  REQUIRE(found.size() == 1);
  const Run& witness = found.front().finding.witness;
  CHECK(witness.schedule == "1221");

  const Run again = replay(schema, scenario, matrix, found.front().cell.setting, witness.schedule);
  CHECK_FALSE(again.serializable);
  CHECK(again.ended == std::vector<std::string>{"committed", "committed"});
  REQUIRE(again.steps.size() == 4);
  CHECK(again.steps[0].reached == "loaded");
  CHECK(again.steps[2].reached == "end");
  std::ostringstream a;
  std::ostringstream b;
  a << witness;
  b << again;
  CHECK(a.str() == b.str());

  const auto checked = setting_here<B>();
  CHECK(replay(schema, scenario, here<B>(), checked, "1122").serializable);
  CHECK(replay(schema, scenario, here<B>(), checked, "1212").ended ==
        std::vector<std::string>{"committed", "StaleDataError"});
}

TEST_CASE("a run that is looked at takes the course that it took before, on Postgres") {
  const auto write = [](Actor& me, rowan::UnitOfWork& work, std::int64_t id) {
    me.without_looking([&] { work.get<Account>(id)->balance = me.number(); });
    work.flush();
  };
  const ActorCode first = [write](Actor& me) {
    auto work = me.begin();
    write(me, work, 1);
    me.at("wrote 1");
    work.commit();
  };
  // It waits for the first, lets the third go on by its commit, and is not at its own end then.
  const ActorCode second = [write](Actor& me) {
    {
      auto work = me.begin();
      write(me, work, 2);
      me.at("wrote 2");
      write(me, work, 1);
      work.commit();
    }
    auto later = me.begin();
    (void)later.get<Account>(3);
  };
  const ActorCode third = [write](Actor& me) {
    auto work = me.begin();
    write(me, work, 2);
    write(me, work, 3);
    work.commit();
  };
  const auto schema = rowan::Schema::of<Account>();
  const Scenario scenario{.name = "a chain of three",
                          .fresh =
                              [](rowan::UnitOfWork& work) {
                                for (const std::int64_t id : {1, 2, 3}) work.add(Account{id, 0, 9});
                              },
                          .actors = {first, second, third},
                          .steps = Steps::checkpoints};
  const Matrix matrix = here<Postgres>()
                            .versions({rowan::Versions::ignore})
                            .spans({rowan::Transaction::from_first_read});
  const Report report = explore(schema, {scenario}, matrix);
  CHECK(report.serializable());
  CHECK(report.exhaustive());
  CHECK(replay(schema, scenario, matrix, report.cells().front().setting, "12321").serializable);
}

TEST_CASE("a name that is no schedule is refused, with what could be done") {
  const Scenario scenario{.name = "two deposits",
                          .fresh = one_account,
                          .actors = {deposit, deposit},
                          .steps = Steps::checkpoints};
  const auto schema = rowan::Schema::of<Account>();
  const auto refused = [&](const char* schedule) -> std::string {
    try {
      (void)replay(schema, scenario, here<Sqlite>(), setting_here<Sqlite>(), schedule);
    } catch (const rowan::UsageError& error) {
      return error.what();
    }
    return "it was taken";
  };
  CHECK(refused("13") ==
        "'13' is no schedule of 'two deposits': its step 2 can be taken by 1 at 'loaded', 2 at "
        "'start'");
  CHECK(refused("11") ==
        "'11' is no schedule of 'two deposits': its step 3 can be taken by 2 at 'start'");
  CHECK(refused("11221") ==
        "'11221' is no schedule of 'two deposits': all have ended before its last steps");
  CHECK(refused("1x") ==
        "'1x' is no schedule of 'two deposits': its step 2 can be taken by 1 at 'loaded', 2 at "
        "'start'");
}

TEST_CASE("an actor that does not do the same each time is told of") {
  int run = 0;
  const ActorCode fickle = [&run](Actor& me) { me.at("step of run " + std::to_string(run++)); };
  CHECK_THROWS_WITH_AS(
      (void)explore_here({.name = "fickle", .fresh = one_account, .actors = {fickle, steps(2)}}),
      doctest::Contains("the same steps did not lead to the same point"), NotDeterministic);
}

TEST_CASE("what proves nothing is refused: no actors, too many, no scenario, no setting") {
  const auto schema = rowan::Schema::of<Account>();
  const Scenario one{.name = "one", .fresh = one_account, .actors = {steps(1)}};
  CHECK_THROWS_AS((void)explore_here({.name = "nobody", .fresh = one_account, .actors = {}}),
                  rowan::UsageError);
  CHECK_THROWS_AS((void)explore_here({.name = "too many",
                                      .fresh = one_account,
                                      .actors = std::vector<ActorCode>(7, steps(1))}),
                  rowan::UsageError);
  CHECK_THROWS_AS((void)explore(schema, {}, here<Sqlite>()), rowan::UsageError);
  CHECK_THROWS_AS((void)explore(schema, {one}, Matrix()), rowan::UsageError);
  CHECK_THROWS_AS((void)explore(schema, {one}, here<Sqlite>().isolation({})), rowan::UsageError);
  CHECK_THROWS_AS((void)explore(schema, {one},
                                here<Sqlite>()
                                    .isolation({rowan::Isolation::serializable})
                                    .spans({rowan::Transaction::at_commit})),
                  rowan::UsageError);
  CHECK_THROWS_WITH_AS(
      (void)explore(schema, {one}, here<Sqlite>().on(Sqlite::database())),
      "two databases of the matrix are called 'SQLite': give them names by named()",
      rowan::UsageError);
}

namespace {

struct Elsewhere {
  std::int64_t id = 0;
  std::int64_t version = 0;
};
rowan::Mapping<Elsewhere, std::int64_t> mapping_of(std::type_identity<Elsewhere>) {
  return rowan::aggregate("shop.accounts", rowan::key("id", &Elsewhere::id),
                          rowan::version("version", &Elsewhere::version));
}

}  // namespace

TEST_CASE("a table that is not the test's own is not touched") {
  CHECK_THROWS_WITH_AS(
      (void)explore(rowan::Schema::of<Elsewhere>(),
                    {{.name = "", .fresh = {}, .actors = {steps(1)}}}, here<Sqlite>()),
      doctest::Contains("shop.accounts: a table that names its schema"), rowan::UsageError);
}

TEST_CASE("what an invariant throws is told") {
  const Report report = explore_here({.name = "",
                                      .fresh = one_account,
                                      .actors = {steps(1)},
                                      .invariants = {{"rich",
                                                      [](rowan::UnitOfWork& work) {
                                                        if (work.get<Account>(1)->balance < 200)
                                                          throw std::runtime_error("poor");
                                                      }},
                                                     {"not by an exception of the library",
                                                      [](rowan::UnitOfWork&) { throw 1; }}}});
  REQUIRE(report.anomalies().size() == 1);
  CHECK(report.anomalies().front().finding.anomaly == Anomaly::invariant_broken);
  CHECK(report.anomalies().front().finding.why == "rich: poor, not by an exception of the library");
}

TEST_CASE_TEMPLATE("who waits in the database is known, and goes on when it may", B, Sqlite,
                   Postgres) {
  const ActorCode write_slowly = [](Actor& me) {
    auto work = me.begin();
    me.without_looking([&] { work.get<Account>(1)->balance = me.number(); });
    work.flush();
    me.at("wrote");
    work.commit();
  };
  const Scenario scenario{.name = "",
                          .fresh = one_account,
                          .actors = {write_slowly, write_slowly},
                          .steps = Steps::checkpoints};
  const auto schema = rowan::Schema::of<Account>();
  const Run run = replay(schema, scenario, here<B>(), setting_here<B>(), "121");
  REQUIRE(run.steps.size() == 3);
  CHECK(run.steps[1].reached == "waits");
  CHECK(run.steps[2].reached == "end");
  CHECK(run.ended == std::vector<std::string>{"committed", "StaleDataError"});
}

TEST_CASE("without asking the server, on Postgres, who does not get on is taken to wait") {
  const ActorCode write_slowly = [](Actor& me) {
    auto work = me.begin();
    work.get<Account>(1)->balance += me.number();
    work.flush();
    me.at("wrote");
    work.commit();
  };
  const Report report = explore(
      rowan::Schema::of<Account>(),
      {{.name = "",
        .fresh = one_account,
        .actors = {write_slowly, write_slowly},
        .steps = Steps::checkpoints}},
      Matrix().on(Postgres::database().waits_assumed_after(std::chrono::milliseconds(100))));
  const Cell& cell = report.cells().front();
  CHECK(cell.waits == Cell::Waits::assumed);
  CHECK(cell.runs_with_waiting > 0);
  CHECK(report.serializable());
}

TEST_CASE_TEMPLATE("whoever wait for each other end with an error, always the same", B, Sqlite,
                   Postgres) {
  const ActorCode crosswise = [](Actor& me) {
    auto work = me.begin({.versions = rowan::Versions::ignore});
    for (const int id : {me.number(), 3 - me.number()}) {
      me.without_looking([&] { work.get<Account>(id)->balance = 10 * me.number() + id; });
      work.flush();
      me.at("wrote " + std::to_string(id));
    }
    work.commit();
  };
  const Report report = explore(rowan::Schema::of<Account>(),
                                {{.name = "crosswise",
                                  .fresh =
                                      [](rowan::UnitOfWork& work) {
                                        work.add(Account{1, 0, 1});
                                        work.add(Account{2, 0, 2});
                                      },
                                  .actors = {crosswise, crosswise},
                                  .steps = Steps::checkpoints}},
                                Matrix().on(B::database()));
  CHECK(report.serializable());
  CHECK(report.exhaustive());
  const bool deadlocks = B::database().backend() == rowan::Backend::postgres;
  CHECK(report.cells().front().errors.contains("Deadlock") == deadlocks);
  CHECK(report.template only_throws<rowan::Deadlock>());
}

TEST_CASE("on SQLite a plain BEGIN is refused the lock at once, or waits, as it would there") {
  const TestDatabase deferred =
      TestDatabase::sqlite(rowan::Journal::write_ahead, rowan::testing::SqliteBegin::deferred);
  const Report report = explore(rowan::Schema::of<Account>(),
                                {{.name = "",
                                  .fresh = one_account,
                                  .actors = {deposit, deposit},
                                  .steps = Steps::checkpoints}},
                                Matrix().on(deferred).isolation({rowan::Isolation::serializable}));
  CHECK(report.serializable());
  CHECK(report.cells().front().setting.database == "SQLite, BEGIN DEFERRED");
  CHECK(report.template only_throws<rowan::ConcurrencyError>());
  CHECK_FALSE(report.cells().front().errors.empty());
}

TEST_CASE_TEMPLATE("an actor that starts again is judged by its last attempt", B, Sqlite,
                   Postgres) {
  const ActorCode retries = [](Actor& me) {
    me.store().transact([&](rowan::UnitOfWork& work) {
      auto account = work.get<Account>(1);
      me.at("loaded");
      account->balance += me.number();
    });
  };
  const Report report = explore(rowan::Schema::of<Account>(),
                                {{.name = "",
                                  .fresh = one_account,
                                  .actors = {retries, retries},
                                  .steps = Steps::checkpoints}},
                                everywhere<B>());
  CHECK(report.serializable());
  CHECK(report.exhaustive());
  CHECK(report.template only_throws<>());
  CHECK(report.cells().front().verdict() == Verdict::prevented_by_error);
  CHECK(report.cells().front().errors.contains("StaleDataError"));
}

TEST_CASE_TEMPLATE("what a unit keeps over a rollback is what it has seen", B, Sqlite, Postgres) {
  const ActorCode goes_on = [](Actor& me) {
    auto work = me.begin({.versions = rowan::Versions::ignore});
    auto account = work.get<Account>(1);
    account->balance += me.number();
    work.flush();
    work.rollback();
    me.at("rolled back");
    work.commit();  // the edit is there still
  };
  const Report report = explore(rowan::Schema::of<Account>(),
                                {{.name = "",
                                  .fresh = one_account,
                                  .actors = {goes_on, goes_on},
                                  .steps = Steps::checkpoints}},
                                Matrix().on(B::database()));
  CHECK(all_show(report, Anomaly::p4));
}

TEST_CASE("what an actor says it saw has to be explained as well") {
  std::int64_t shared = 0;  // a service that no transaction covers
  const ActorCode asks = [&shared](Actor& me) {
    me.saw(shared);
    me.at("asked");
    me.saw(shared);
  };
  const ActorCode changes = [&shared](Actor&) { ++shared; };
  const Report report = explore_here({.name = "a service",
                                      .fresh = [&shared](rowan::UnitOfWork&) { shared = 0; },
                                      .actors = {asks, changes}});
  CHECK_FALSE(report.serializable());
  CHECK(report.cells().front().runs_not_serializable == 1);
}

}  // namespace isolation
