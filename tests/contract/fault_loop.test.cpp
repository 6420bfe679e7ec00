/// Each call to the database fails in turn, in each way: all or nothing is written, memory agrees
/// with the database, and the unit of work can do what its error says.

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "fault_bench.hpp"
#include "fault_kinds.hpp"
#include "fault_runs.hpp"
#include "fault_workloads.hpp"
#include "ways.hpp"

using namespace contract;
using rowan::FailureKind;
using rowan::testing::Fail;

namespace {

/// Of the page.
template <class B>
std::string row_of(const Fault& fault, const Failing<B>& failing) {
  if (failing.is_unknown()) return lost_in_commit;
  if (failing.error() != "UnitFailed") return fault.what;
  return failing.is_retryable() ? lost_curable_savepoint : lost_savepoint;
}

/// Each way on from one failure.
template <class B>
void fail_at(FaultBench<B>& on, const Workload& workload, const Plain& plain, const Fault& fault,
             std::size_t n, Page& page) {
  {
    Failing<B> failing(on, workload, plain);
    failing.run(fault, n);
    Page::Seen& seen = page.rows[row_of(fault, failing)];
    seen.errors.insert(failing.error());
    seen.holds_all.insert(failing.holds_all());
    seen.goes_on.insert(!failing.is_unknown());
    if (failing.is_unknown())
      failing.is_over();
    else
      failing.go_on();
    if (workload.with_every_fault || fault.what == lost_before) {
      const bool retried = is_retried(on, workload, plain, fault, n);
      CHECK(retried == failing.is_retryable());
      seen.retried.insert(retried);
    }
    if (failing.is_unknown()) return;
  }
  const bool all_ways = fault.tried == Tried::in_full && workload.with_every_fault;
  const bool blames_one =
      fault.kind == FailureKind::unique || fault.kind == FailureKind::serialization;
  if (!all_ways && !blames_one) return;
  if (n > plain.until_commit) {
    Failing<B> failing(on, workload, plain);
    failing.run(fault, n);
    failing.go_on_without_one();
  }
  Failing<B> failing(on, workload, plain);
  failing.run(fault, n);
  failing.just_commit();
}

template <class B>
void fail_everywhere(FaultBench<B>& on, const Workload& workload, const Plain& plain, Page& page) {
  REQUIRE(plain.operations > 5);
  for (const Fault& fault : all_faults)
    for (std::size_t n = 1; n <= plain.operations; ++n) {
      const bool in_commit = n == plain.operations;
      const bool lost = fault.kind == FailureKind::connection_lost;
      // No database refuses a COMMIT that it has executed.
      if (in_commit && fault.when == Fail::after && !lost) continue;
      const bool everywhere = fault.tried == Tried::in_full || workload.with_every_fault;
      if (!everywhere && !(in_commit && lost)) continue;
      CAPTURE(fault.what);
      CAPTURE(static_cast<int>(fault.when));
      CAPTURE(n);
      fail_at(on, workload, plain, fault, n, page);
    }
}

/// The same where nothing fails, but somebody else is faster. Not for those that write before they
/// commit, or keep writers out, since they hold their locks.
template <class B>
void be_late(FaultBench<B>& on, const Workload& workload, const Plain& plain, Page& page) {
  if (!on.db.postgres && workload.options.transaction == rowan::Transaction::from_first_read)
    return;
  Page::Seen& seen = page.rows[somebody_was_faster];
  for (const bool leaves_it_out : {false, true}) {
    CAPTURE(leaves_it_out);
    on.reset();
    auto unit = on.store.begin(workload.options);
    Hands hands(unit);
    on.db.log->clear();
    workload.edit(hands);
    if (!on.db.writes().empty()) return;
    on.db.execute(hands.change_of_another());
    const std::string theirs = on.contents();
    try {
      unit.commit();
      FAIL("nothing was thrown");
    } catch (const rowan::Error& error) {
      seen.errors.insert(name_of(error));
    }
    CHECK(on.contents() == theirs);
    seen.holds_all.insert(false);
    unit.rollback();
    leaves_it_out ? hands.discard_one() : hands.refresh_one();
    unit.commit();
    if (leaves_it_out) CHECK(on.contents() == plain.late);
    on.check_memory(hands);
    seen.goes_on.insert(true);
  }

  on.reset();
  int runs = 0;
  on.store.transact(
      [&](rowan::UnitOfWork& again) {
        Hands others(again);
        workload.edit(others);
        if (++runs == 1) on.db.execute(others.change_of_another());
      },
      workload.options);
  seen.retried.insert(runs == 2);
}

/// One with several aggregates, and not too many statements.
Workload workload_of(const Way& way) {
  return {way.name, workloads::swap, way.work()};
}

template <class B>
void try_everything(FaultBench<B>& on, const Workload& workload, Page& page) {
  CAPTURE(workload.name);
  const Plain plain = run_plain(on, workload);
  fail_everywhere(on, workload, plain, page);
  be_late(on, workload, plain, page);
}

/// The same of what is not the answer to one call: `cause` brings it about, `cure` ends it.
template <class B>
class Otherwise {
 public:
  Otherwise(FaultBench<B>& on, rowan::Store& store, rowan::WorkOptions options = {})
      : on_(on), store_(store), options_(std::move(options)) {}

  template <class Cause, class Cure>
  void fail(Cause&& cause, Cure&& cure, Page::Seen& seen) {
    on_.reset();
    auto unit = store_.begin(options_);
    Hands hands(unit);
    cause();
    try {
      workloads::edit(hands);
      unit.commit();
      FAIL("nothing was thrown");
    } catch (const rowan::Error& error) {
      seen.errors.insert(name_of(error));
    }
    seen.holds_all.insert(has(on_.contents(), "Cid"));
    unit.rollback();
    cure();
    if (!hands.orders.empty()) hands.refresh_one();
    workloads::edit(hands);
    unit.commit();
    on_.check_memory(hands);
    CHECK(has(on_.contents(), "Cid"));
    seen.goes_on.insert(true);

    on_.reset();
    cause();
    int runs = 0;
    const auto run = [&](rowan::UnitOfWork& again) {
      ++runs;
      Hands others(again);
      workloads::edit(others);
    };
    CHECK_THROWS_AS(store_.transact(run, options_), rowan::Error);
    seen.retried.insert(runs > 1);
    cure();
  }

 private:
  FaultBench<B>& on_;
  rowan::Store& store_;
  rowan::WorkOptions options_;
};

template <class B>
void fail_otherwise(FaultBench<B>& on, Page& page) {
  const auto set_version = [&](const std::string& version) {
    on.db.execute("UPDATE orders SET version = " + version + " WHERE id = 1");
  };
  const auto nothing = [] {};
  Otherwise<B>(on, on.store)
      .fail([&] { on.db.log->answer_next("UPDATE orders", 0); }, nothing, page.rows[swallowed]);
  Otherwise<B>(on, on.store)
      .fail([&] { set_version("9223372036854775807"); }, [&] { set_version("1"); },
            page.rows[at_last_version]);

  rowan::Store narrow =
      on.db.open(rowan::Schema::of<Order, Dinner>(),
                 {.connections = 1, .lease_timeout = std::chrono::milliseconds(1)});
  std::optional<rowan::UnitOfWork> holder;
  const auto hold = [&] {
    holder = narrow.begin();
    (void)rowan::session(*holder);
  };
  Otherwise<B>(on, narrow)
      .fail(
          hold, [&] { holder.reset(); }, page.rows[no_connection]);

  bool throws = false;
  rowan::WorkOptions hooked;
  hooked.hooks.after_commit = [&](rowan::UnitOfWork&) {
    if (throws) throw std::runtime_error("after the commit");
  };
  Otherwise<B>(on, on.store, hooked)
      .fail([&] { throws = true; }, [&] { throws = false; }, page.rows[hook_after_commit]);
}

}  // namespace

TEST_CASE_TEMPLATE(
    "wherever a unit of work fails, it is all or nothing, memory agrees, and it goes on as "
    "docs/failures.md says",
    B, Sqlite, Postgres) {
  FaultBench<B> on;
  Page page;
  for (const Workload& workload : all_workloads()) try_everything(on, workload, page);
  fail_otherwise(on, page);
  CHECK_MESSAGE(page.table() == failures_table(), "docs/failures.md should say:\n" << page.table());
}

TEST_CASE_TEMPLATE("in every way to have a transaction failures are as docs/failures.md says", B,
                   Sqlite, Postgres) {
  std::vector<Way> others = ways<B>();
  others.erase(others.begin());  // what all workloads above are in
  for (const Way& way : others) {
    CAPTURE(way.name);
    FaultBench<B> on(way.journal);
    Page page;
    try_everything(on, workload_of(way), page);
    for (const auto& seen : page.rows) {
      const std::string row = page.row(seen.first);
      CHECK_MESSAGE(has(failures_table(), row), row);
    }
  }
}
