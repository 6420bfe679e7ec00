/// What a run is judged by: what its units saw that did not fail, however they went on.

#include <stdexcept>

#include "kit.hpp"

namespace isolation {
namespace {

using rowan::testing::NotDeterministic;

void two_accounts(rowan::UnitOfWork& work) {
  work.add(Account{1, 0, 100});
  work.add(Account{2, 0, 200});
}

template <class B>
Report explore_on(std::vector<ActorCode> actors, Steps steps = Steps::checkpoints) {
  return explore(rowan::Schema::of<Account>(),
                 {{.name = "", .fresh = two_accounts, .actors = std::move(actors), .steps = steps}},
                 Matrix().on(B::database()));
}

const ActorCode deposit = [](Actor& me) {
  auto work = me.begin();
  auto account = work.get<Account>(1);
  me.at("loaded");
  account->balance += me.number();
  work.commit();
};

}  // namespace

TEST_CASE_TEMPLATE("who starts again by hand is judged by the attempt that succeeded", B, Sqlite,
                   Postgres) {
  const ActorCode by_hand = [](Actor& me) {
    for (;;) {
      auto work = me.store().begin();
      const std::size_t rich = work.count<Account>(rowan::where("balance > ?", 100));
      auto account = work.get<Account>(1);
      me.at("loaded");
      account->balance += static_cast<std::int64_t>(rich);
      try {
        return work.commit();
      } catch (const rowan::StaleDataError&) {
      }
    }
  };
  const Report report = explore_on<B>({by_hand, by_hand});
  CHECK(report.serializable());
  CHECK(report.exhaustive());
}

TEST_CASE("what a refused attempt read at serializable does not count, on Postgres") {
  const ActorCode retries = [](Actor& me) {
    me.store().transact([&](rowan::UnitOfWork& work) {
      auto mine = work.get<Account>(me.number());
      me.at("read mine");
      auto other = work.get<Account>(3 - me.number());
      me.at("read both");
      mine->balance += other->balance;
    });
  };
  const ActorCode reads = [](Actor& me) {
    me.store().transact([&](rowan::UnitOfWork& work) {
      (void)work.get<Account>(1);
      me.at("read one");
      (void)work.get<Account>(2);
    });
  };
  const Report report =
      explore(rowan::Schema::of<Account>(),
              {{.name = "",
                .fresh = two_accounts,
                .actors = {retries, retries, reads},
                .steps = Steps::checkpoints,
                .limit = {.systematic = 400, .random = 100}}},
              Matrix().on(Postgres::database()).isolation({rowan::Isolation::serializable}));
  CHECK(report.serializable());
}

TEST_CASE_TEMPLATE("who gives up has not committed", B, Sqlite, Postgres) {
  const ActorCode gives_up = [](Actor& me) {
    try {
      auto work = me.begin();
      auto account = work.get<Account>(1);
      me.at("loaded");
      account->balance += me.number();
      work.commit();
    } catch (const rowan::ConcurrencyError&) {
    }
  };
  const Report report = explore_on<B>({gives_up, gives_up});
  CHECK(report.serializable());
  CHECK(report.template only_throws<>());
}

TEST_CASE_TEMPLATE("a unit that only read counts, whatever becomes of a later one", B, Sqlite,
                   Postgres) {
  const ActorCode reads_and_writes = [](Actor& me) {
    {
      auto first = me.begin();
      (void)first.get<Account>(2);
    }
    me.store().transact([&](rowan::UnitOfWork& work) {
      auto account = work.get<Account>(1);
      me.at("loaded");
      account->balance += me.number();
    });
  };
  const Report report = explore_on<B>({reads_and_writes, deposit});
  CHECK(report.serializable());
}

TEST_CASE("an aggregate that goes while a query reads it was not found, on Postgres") {
  const ActorCode asks = [](Actor& me) {
    auto work = me.begin({.transaction = rowan::Transaction::from_first_read});
    me.at_each_statement([&] { return work.find_all<Order>().size(); });
  };
  const ActorCode removes = [](Actor& me) {
    auto work = me.begin();
    me.without_looking([&] { work.remove(work.get<Order>(2)); });
    work.commit();
  };
  const Report report = explore(rowan::Schema::of<Order>(),
                                {{.name = "",
                                  .fresh =
                                      [](rowan::UnitOfWork& work) {
                                        work.add(Order{1, 0, 1, {{1, 1}}});
                                        work.add(Order{2, 0, 2, {{1, 2}}});
                                      },
                                  .actors = {asks, removes},
                                  .steps = Steps::checkpoints}},
                                Matrix().on(Postgres::database()));
  CHECK(report.serializable());
  CHECK(report.exhaustive());
}

TEST_CASE_TEMPLATE("which of those that a unit holds a query finds is seen", B, Sqlite, Postgres) {
  const ActorCode asks = [](Actor& me) {
    auto work = me.begin();
    (void)work.get_all<Account>({1, 2});
    me.at("holds both");
    (void)work.find_all<Account>(rowan::where("balance = ?", 100));
  };
  const ActorCode swaps = [](Actor& me) {
    auto work = me.begin();
    me.without_looking([&] {
      work.get<Account>(1)->balance = 200;
      work.get<Account>(2)->balance = 100;
    });
    work.commit();
  };
  CHECK_FALSE(explore_on<B>({asks, swaps}).serializable());
}

TEST_CASE("what no schedule decides is told of, and not taken for an anomaly") {
  int times = 0;
  const ActorCode adds = [&times](Actor& me) {
    auto work = me.begin();
    work.add(Account{10 + me.number(), 0, ++times});
    work.commit();
  };
  CHECK_THROWS_AS((void)explore_on<Sqlite>({adds, adds}), NotDeterministic);
}

TEST_CASE("a run that is wrong once is told of, though it is right when it is looked at") {
  bool any_told = false;
  for (int odd = 3; odd < 20; ++odd) {
    CAPTURE(odd);
    int times = 0;
    const ActorCode once_careless = [&](Actor& me) {
      auto work = me.begin();
      auto account = work.get<Account>(1);
      me.at("loaded");
      account->balance += me.number();
      work.commit(++times == odd ? rowan::Versions::ignore : rowan::Versions::check);
    };
    try {
      const Report report = explore_on<Sqlite>({once_careless, deposit});
      CHECK(report.cells().front().runs_not_serializable == 0);
      CHECK(report.serializable());
    } catch (const NotDeterministic&) {
      any_told = true;
    }
  }
  CHECK(any_told);
}

TEST_CASE("an actor that does not end is told of") {
  const ActorCode for_ever = [](Actor& me) {
    for (;;) me.at("again");
  };
  CHECK_THROWS_WITH_AS((void)explore_on<Sqlite>({for_ever}),
                       "scenario '' does not end: it has taken 10000 steps", rowan::UsageError);
}

TEST_CASE("on SQLite with a rollback journal a run is looked at though somebody waits to commit") {
  const ActorCode reads_long = [](Actor& me) {
    auto work = me.begin(
        {.transaction = rowan::Transaction::from_first_read, .access = rowan::Access::read_only});
    (void)work.get<Account>(1);
    me.at("has read");
    (void)work.get<Account>(2);
  };
  const ActorCode writes = [](Actor& me) {
    auto work = me.begin({.versions = rowan::Versions::ignore});
    me.without_looking([&] { work.get<Account>(1)->balance = me.number(); });
    work.commit();
  };
  const auto schema = rowan::Schema::of<Account>();
  const Scenario scenario{.name = "",
                          .fresh = two_accounts,
                          .actors = {reads_long, writes},
                          .steps = Steps::checkpoints};
  const Matrix matrix = Matrix().on(TestDatabase::sqlite(rowan::Journal::rollback));
  const Setting setting = matrix.settings(matrix.databases().front()).front();
  CHECK(rowan::testing::replay(schema, scenario, matrix, setting, "121").serializable);
}

TEST_CASE("many rows beneath few roots are classified in no time") {
  std::vector<Line> lines;
  for (int i = 1; i <= 50; ++i) lines.push_back({i, 1});
  const ActorCode everything = [](Actor& me) {
    auto work = me.begin({.versions = rowan::Versions::ignore});
    auto order = work.get<Order>(1);
    me.at("loaded");
    for (Line& line : order->lines) line.quantity += me.number();
    work.commit();
  };
  const Report report = explore(rowan::Schema::of<Order>(),
                                {{.name = "",
                                  .fresh =
                                      [&](rowan::UnitOfWork& work) {
                                        work.add(Order{1, 0, 0, lines});
                                      },
                                  .actors = {everything, everything, everything},
                                  .steps = Steps::checkpoints}},
                                Matrix().on(Sqlite::database()));
  CHECK(all_show(report, Anomaly::lost_child_update));
}

}  // namespace isolation
