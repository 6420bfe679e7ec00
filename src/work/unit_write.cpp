/// Flush and commit: what is sent, in which order, and what its answers mean.

#include <algorithm>
#include <utility>

#include "../change/diff.hpp"
#include "../mapping/capture.hpp"
#include "history.hpp"
#include "unit.hpp"

namespace rowan {

using work::Change;
using work::ChangeSet;
using work::EntryState;
using work::Step;

namespace {

bool reads_version(const Step& step) {
  return step.purpose == Step::Purpose::read_version;
}

/// Locks what is removed whatever its version is.
bool tells_version(const Step& step, Versions versions) {
  return step.purpose == Step::Purpose::write_root && step.change->removes() &&
         step.row->shape->version && !work::is_checked(*step.change->entry, versions);
}

/// What a lock has told, if it is one.
void take_version(Change& change, const Outcome& answer) {
  if (answer.rows.empty()) return;
  if (const auto* version = std::get_if<std::int64_t>(&answer.rows.front().front()))
    change.version = *version;
}

}  // namespace

void UnitOfWork::Impl::flush() {
  check_usable();
  check_no_hook("flush");
  call_before(Hook::before_flush);
  write(Plan::Finish::keep_open);
}

void UnitOfWork::Impl::commit() {
  check_usable();
  check_no_hook("commit");
  if (savepoints_ > 0) throw UsageError("a unit of work cannot be committed inside of a savepoint");
  call_before(Hook::before_commit);
  call_before(Hook::before_flush);
  write(Plan::Finish::commit);
  if (accept() > 0) call_after_commit();
}

void UnitOfWork::Impl::with(Versions versions, const std::function<void()>& write) {
  const Versions own = std::exchange(settings_.versions, versions);
  const std::shared_ptr<void> afterwards(nullptr, [&](void*) { settings_.versions = own; });
  write();
}

void UnitOfWork::Impl::flush_before_query() {
  if (settings_.transaction == Transaction::from_first_read && !in_hook_) flush();
}

Connection& UnitOfWork::Impl::open() {
  check_usable();
  if (!transaction_.open())
    transaction_.run_or_raise({settings_.begin(Begin::Writes::maybe), {}, Plan::Finish::keep_open},
                              {});
  wrote_ = Wrote::yes;  // whoever is given it may
  return transaction_.connection();
}

ChangeSet UnitOfWork::Impl::collect() {
  try {
    return work::collect_changes(entries_, host_->backend);
  } catch (const change::MetTwice&) {
    // Of aggregates read at different moments two can have one child: then that is the reason.
    if (transaction_.open()) throw;
    std::vector<work::Involved> edited;
    for (const EntryPtr& entry : entries_.all()) {
      if (entry->state == EntryState::removed)
        edited.push_back({entry, Conflict::Operation::remove, settings_.versions});
      else if (entry->state == EntryState::stored &&
               !mapping::same(*entry->map, entry->object, entry->stored))
        edited.push_back({entry, Conflict::Operation::update, settings_.versions});
    }
    try {
      work::raise_if_stale(host_, settings_, edited);
    } catch (const StaleDataError& stale) {
      fail_of(stale.what());
      throw;
    }
    throw;
  }
}

void UnitOfWork::Impl::write(Plan::Finish finish) {
  recorded_.reset();
  ChangeSet changes = collect();
  if (!changes.empty() && settings_.access == Access::read_only)
    throw ReadOnly(changes.front().entry->place() +
                   ": changed in a unit of work that is read only");
  if (finish == Plan::Finish::commit && settings_.access == Access::read_write)
    work::add_guards(changes, entries_);
  if (changes.empty() && (finish == Plan::Finish::keep_open || !transaction_.open())) return;

  confirm(changes);
  work::check_recordable(changes, settings_.versions);
  go_on_from_history(changes);
  work::FlushPlan plan(host_->backend, host_->texts, settings_.versions, changes);
  std::vector<Step> steps = plan.next();
  try {
    for (std::size_t sent = 0; !plan.complete(); steps = plan.next()) {
      const std::size_t now = steps.size();
      run(std::move(steps), Plan::Finish::keep_open, changes);
      sent += now;
      if (now >= work::steps_at_once) report(sent, changes);
    }
    // A version that the database has given is looked at before it is made to last.
    if (std::any_of(steps.begin(), steps.end(), reads_version)) {
      run(std::move(steps), Plan::Finish::keep_open, changes);
      steps.clear();
    }
    prepare(changes, finish);
    ChangeSet records;
    if (finish == Plan::Finish::commit) add_history(steps, changes, records);
    if (!steps.empty() || finish == Plan::Finish::commit) run(std::move(steps), finish, changes);
  } catch (const std::exception& error) {
    if (transaction_.open() && !failed_) fail_of(error.what());
    throw;
  } catch (...) {
    if (transaction_.open() && !failed_) fail_of("a write ended with an exception");
    throw;
  }
  promote(changes);
}

PlanResult UnitOfWork::Impl::send(const Plan& plan, const ChangeSet& changes) {
  const bool was_open = transaction_.open();
  const bool commits = plan.finish == Plan::Finish::commit &&
                       (wrote_ == Wrote::yes || !plan.statements.empty()) &&
                       settings_.access == Access::read_write;
  try {
    return transaction_.run(plan);
  } catch (const std::exception& error) {
    if (commits && transaction_.threw()) fail_in_doubt(changes);
    if (was_open) after_failure(error.what());
    throw;
  } catch (...) {
    if (commits && transaction_.threw()) fail_in_doubt(changes);
    if (was_open) after_failure("a connection threw");
    throw;
  }
}

std::vector<Outcome> UnitOfWork::Impl::run(std::vector<Step> steps, Plan::Finish finish,
                                           const ChangeSet& changes) {
  if (steps.empty() && finish == Plan::Finish::keep_open) return {};
  Plan plan;
  plan.finish = finish;
  if (!transaction_.open()) plan.begin = settings_.begin(Begin::Writes::surely);
  if (finish == Plan::Finish::commit)
    if (const auto proof = evidence(changes); proof && proof->before)
      plan.lookup = Plan::Lookup::written_row;
  plan.statements.reserve(steps.size());
  for (Step& step : steps) plan.statements.push_back(std::move(step.statement));
  PlanResult result = send(plan, changes);
  const bool begun = result.complete || result.stage != PlanResult::Stage::begin;
  if (begun && !steps.empty()) wrote_ = Wrote::yes;
  if (!result.complete) {
    if (const std::size_t ran = result.outcomes.size(); ran > 0)
      steps[ran - 1].statement = std::move(plan.statements[ran - 1]);
    fail(steps, result, changes);
  }
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].purpose == Step::Purpose::insert_root && steps[i].change->awaits_key())
      assign_key(*steps[i].change, result.outcomes[i]);
    if (reads_version(steps[i])) read_version(steps[i], result.outcomes[i]);
    if (tells_version(steps[i], settings_.versions))
      take_version(*steps[i].change, result.outcomes[i]);
  }
  return std::move(result.outcomes);
}

void UnitOfWork::Impl::assign_key(Change& change, const Outcome& answer) {
  work::Entry& entry = *change.entry;
  entry.remember();
  entry.turns.edit().key_members = mapping::key_in(*entry.map, entry.object);
  mapping::set_key(*entry.map, entry.object, answer.rows.front());
  entry.key = answer.rows.front();
  entries_.index(entry);
  std::copy(entry.key.begin(), entry.key.end(), change.after->row.begin());
  change.hand_down_key();
}

void UnitOfWork::Impl::read_version(const Step& step, const Outcome& answer) {
  const auto* version = std::get_if<std::int64_t>(&answer.rows.front().front());
  const auto& column = *step.row->shape->version;
  if (!version || *version < 0 || *version > column.maximum)
    throw VersionOverflow(mapping::place(step.row->shape->table, step.row->key) + ", column " +
                          column.name + ": a version that its member cannot show");
  (step.row->depth == 0 ? step.change->version : step.row->after->version) = *version;
}

}  // namespace rowan
