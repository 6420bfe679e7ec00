/// A COMMIT whose answer was lost, of what a history is kept of: each version says whose it is.

#include <functional>
#include <memory>
#include <string>

#include "failing_stores.hpp"
#include "papers.hpp"
#include "passing_connection.hpp"
#include "torture/commit_cutter.hpp"
#include "torture/server.hpp"

using namespace contract;
using rowan::FailureKind;
using rowan::testing::Fail;
using Answer = rowan::CommitUnknown::Answer;
using When = torture::CommitCutter::When;

namespace {

/// What can become of a paper in one unit.
using Write = std::function<void(rowan::UnitOfWork&)>;

Write write_of(const char* what) {
  if (what == std::string("changed"))
    return [](rowan::UnitOfWork& work) { work.get<Paper>(1)->title += "!"; };
  if (what == std::string("removed"))
    return [](rowan::UnitOfWork& work) { work.remove(work.get<Paper>(1)); };
  return [](rowan::UnitOfWork& work) {
    work.get<Paper>(1)->title += "!";
    work.flush();
    work.add(paper(2));
  };
}

/// A store that fails by its script, with paper 1 in it.
template <class B>
struct Desk {
  Database<B> db;
  std::shared_ptr<rowan::testing::Script> script = std::make_shared<rowan::testing::Script>();
  rowan::Store store = db.open(rowan::Schema::of<Paper>(), failing(db, script));

  Desk() {
    store.create_tables();
    store_all(store, paper(1));
  }

  /// What committing this says when its COMMIT, the last operation of all, is lost.
  rowan::CommitUnknown lost(const char* what, Fail when) {
    auto work = store.begin();
    write_of(what)(work);
    for (std::size_t before = 0;; ++before) {
      script->fail_at(before + 1, FailureKind::connection_lost, when);
      try {
        work.commit();
        FAIL("no COMMIT was lost");
      } catch (const rowan::CommitUnknown& error) {
        script->count();
        return error;
      } catch (const rowan::Error&) {
        work.rollback();
      }
    }
  }
};

/// Notes the plan that commits.
class Noting final : public PassingConnection {
 public:
  Noting(std::unique_ptr<rowan::Connection> inner, rowan::Plan& last)
      : PassingConnection(std::move(inner)), last_(last) {}
  [[nodiscard]] rowan::PlanResult run(const rowan::Plan& plan) override {
    if (plan.finish == rowan::Plan::Finish::commit && !plan.statements.empty()) last_ = plan;
    return PassingConnection::run(plan);
  }

 private:
  rowan::Plan& last_;
};

}  // namespace

TEST_CASE_TEMPLATE("what is changed goes with its history and COMMIT in one plan", B, Sqlite,
                   Postgres) {
  using Lookup = rowan::Plan::Lookup;
  Database<B> db;
  rowan::Plan last;
  rowan::StoreOptions options;
  options.work.isolation = rowan::Isolation::standard;
  options.work.transaction = rowan::Transaction::at_commit;
  options.wrap = [&](std::unique_ptr<rowan::Connection> inner) {
    return std::make_unique<Noting>(std::move(inner), last);
  };
  rowan::Store store = open_papers(db, {1}, std::move(options));
  rename(store, 1, "Rent");
  CHECK(last.begin);
  CHECK(last.lookup == Lookup::written_row);
  REQUIRE(last.statements.size() == 2);
  CHECK(has(last.statements.back().sql, "INSERT INTO paper_history"));
  CHECK(last.statements.back().expect == 1);
  store_all(store, paper(2));  // new: there is nothing that would stand where it was not committed
  CHECK(last.lookup == Lookup::transaction_id);
}

TEST_CASE_TEMPLATE("a history says of a lost COMMIT that it was executed, whoever wrote since", B,
                   Sqlite, Postgres) {
  for (const char* what : {"changed", "removed", "flushed and added"}) {
    CAPTURE(what);
    Desk<B> desk;
    const auto error = desk.lost(what, Fail::after);
    CHECK(error.resolve() == Answer::committed);
    if (what == std::string("removed"))
      store_all(desk.store, paper(1));
    else
      rename(desk.store, 1, "newer");
    CHECK(error.resolve() == Answer::committed);
  }
}

TEST_CASE_TEMPLATE("where another commit has the version, the lost one was not executed", B, Sqlite,
                   Postgres) {
  for (const char* what : {"changed", "removed", "flushed and added"}) {
    CAPTURE(what);
    Desk<B> desk;
    const auto error = desk.lost(what, Fail::before);
    rename(desk.store, 1, "newer");
    CHECK(error.resolve() == Answer::rolled_back);
    CHECK(desk.db.number("SELECT version FROM papers WHERE id = 1") == 2);
  }
}

TEST_CASE("what has a history is committed in one trip, and looked up in it: Postgres only") {
  Database<Postgres> db;
  rowan::Store founder = open_papers(db, {1});
  const torture::Server server{db.url()};
  if (server.socket().empty()) {
    MESSAGE("skipped, as the server is not reached by a socket");
    return;
  }
  torture::CommitCutter between{server.socket()};
  rowan::Store store{server.url_by_way_of(between.folder()), rowan::Schema::of<Paper>()};
  std::int64_t version = 1;
  for (const When when : {When::before, When::after, When::after, When::before}) {
    auto work = store.begin();
    work.get<Paper>(1)->title += "!";
    between.cut(1, when);
    const auto error = thrown<rowan::CommitUnknown>([&] { work.commit(); });
    Answer answer = Answer::unknown;
    for (int i = 0; i < 10000 && answer == Answer::unknown; ++i) answer = error.resolve();
    const bool done = when == When::after;
    CHECK(answer == (done ? Answer::committed : Answer::rolled_back));
    if (done) ++version;
    CHECK(db.number("SELECT version FROM papers") == version);
    rename(founder, 1, "other" + std::to_string(version));
    ++version;
    CHECK(error.resolve() == answer);
  }
}
