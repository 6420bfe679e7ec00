/// What stands between an aggregate and its history: others, triggers, and lost connections.

#include <functional>
#include <memory>
#include <utility>

#include "failing_stores.hpp"
#include "papers.hpp"
#include "passing_connection.hpp"
#include "triggers.hpp"

using namespace contract;
using rowan::FailureKind;

namespace {

/// Lets somebody in once, behind the question where versions go on from.
class Interrupted final : public PassingConnection {
 public:
  Interrupted(std::unique_ptr<rowan::Connection> inner, std::function<void()>& meanwhile)
      : PassingConnection(std::move(inner)), meanwhile_(meanwhile) {}
  [[nodiscard]] rowan::PlanResult run(const rowan::Plan& plan) override {
    rowan::PlanResult result = PassingConnection::run(plan);
    const bool asks = !plan.statements.empty() && has(plan.statements.front().sql, "max(version)");
    if (asks && meanwhile_) std::exchange(meanwhile_, nullptr)();
    return result;
  }

 private:
  std::function<void()>& meanwhile_;
};

}  // namespace

TEST_CASE_TEMPLATE("who adds a key that is removed after it was asked for goes on behind that", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store other = open_papers(db, {1});
  std::function<void()> meanwhile;
  rowan::StoreOptions options;
  options.work.isolation = rowan::Isolation::standard;
  options.work.transaction = rowan::Transaction::at_commit;
  options.wrap = [&](std::unique_ptr<rowan::Connection> inner) {
    return std::make_unique<Interrupted>(std::move(inner), meanwhile);
  };
  rowan::Store store = db.open(rowan::Schema::of<Paper>(), std::move(options));
  const auto remove_meanwhile = [&] { remove(other, 1); };
  {
    meanwhile = remove_meanwhile;
    auto work = store.begin();
    auto added = work.add(paper(1, "Anew"));
    const auto stale = thrown<rowan::StaleDataError>([&] { work.commit(); });
    CHECK(stale.retryable());
    CHECK(stale.conflicts().front().found == 2);
    CHECK(added.version() == 0);
    CHECK(db.number("SELECT count(*) FROM papers") == 0);
    work.rollback();
    work.commit();
    CHECK(added.version() == 3);
  }
  meanwhile = remove_meanwhile;
  store.transact([](rowan::UnitOfWork& work) { work.add(paper(1, "Once more")); });
  CHECK(versions(store.history<Paper>(1)) == Versions{1, 2, 3, 4, 5});
}

TEST_CASE_TEMPLATE("a row of a history that has no effect fails the commit", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_papers(db, {1});
  create_trigger(db, "BEFORE INSERT ON paper_history", "SELECT RAISE(IGNORE)", "RETURN NULL");
  auto work = store.begin();
  auto one = work.template get<Paper>(1);
  one->title = "Rent";
  CHECK(has(thrown<rowan::WriteIgnored>([&] { work.commit(); }).what(), "paper_history (1, 2)"));
  CHECK(one.version() == 1);
  CHECK(one->title == "Rent");
  CHECK(db.text("SELECT title FROM papers") == "Lease");
  CHECK(db.number("SELECT count(*) FROM paper_history") == 1);
}

TEST_CASE_TEMPLATE("wherever the connection is lost, the aggregate and its history agree", B,
                   Sqlite, Postgres) {
  Database<B> db;
  const auto script = std::make_shared<rowan::testing::Script>();
  rowan::Store store = db.open(rowan::Schema::of<Paper>(), failing(db, script));
  store.create_tables();
  store_all(store, paper(1), paper(2));
  auto work = store.begin();
  auto changed = work.template get<Paper>(1);
  changed->title = "Rent";
  work.remove(work.template get<Paper>(2));
  auto added = work.add(paper(3));
  std::size_t failures = 0;
  for (;; ++failures) {
    script->fail_at(failures + 1, FailureKind::connection_lost);
    try {
      work.commit();
      FAIL("no COMMIT was lost");
    } catch (const rowan::CommitUnknown&) {
      break;
    } catch (const rowan::ConnectionLost&) {
      work.rollback();
    }
    CHECK(changed.version() == 1);
    CHECK(added.version() == 0);
    CHECK(changed->title == "Rent");
    CHECK(db.number("SELECT count(*) FROM paper_history") == 2);
    CHECK(db.number("SELECT count(*) FROM papers") == 2);
  }
  CHECK(failures >= 8);  // the question, BEGIN, the roots, and a row of the history for each
  script->count();
  CHECK(versions(store.history<Paper>(1)) == Versions{1});
  CHECK(store.history<Paper>(3).empty());
}
