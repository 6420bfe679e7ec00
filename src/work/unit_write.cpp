/// Flush, commit and rollback: what is sent, what becomes of the entries, and when.

#include <algorithm>
#include <iterator>

#include "../driver/raise.hpp"
#include "../mapping/capture.hpp"
#include "unit.hpp"

namespace rowan {

using work::Change;
using work::ChangeSet;
using work::EntryState;
using work::Step;
using Bumped = work::Entry::Bumped;
using Touched = work::Entry::Touched;

namespace {

bool awaits_key(const Change& change) {
  return change.inserts() && change.entry->key.empty();
}

bool reads_version(const Step& step) {
  return step.purpose == Step::Purpose::read_version;
}

}  // namespace

void UnitOfWork::Impl::flush(std::optional<Versions> versions) {
  write(Plan::Finish::keep_open, versions.value_or(settings_.versions));
}

void UnitOfWork::Impl::commit(std::optional<Versions> versions) {
  write(Plan::Finish::commit, versions.value_or(settings_.versions));
}

void UnitOfWork::Impl::flush_before_query() {
  if (settings_.transaction == Transaction::from_first_read) flush({});
}

void UnitOfWork::Impl::rollback() noexcept {
  if (transaction_.open()) ++host_->counted.rollbacks;
  transaction_.rollback();
  revert();
  failed_.reset();
}

void UnitOfWork::Impl::write(Plan::Finish finish, Versions versions) {
  check_usable();
  ChangeSet changes = work::collect_changes(entries_, host_->backend);
  if (!changes.empty() && settings_.access == Access::read_only)
    throw ReadOnly(changes.front().entry->place() +
                   ": changed in a unit of work that is read only");
  if (changes.empty() && (finish == Plan::Finish::keep_open || !transaction_.open())) return;

  work::FlushPlan plan(host_->backend, versions, changes);
  std::vector<Step> steps = plan.roots();
  try {
    if (std::any_of(changes.begin(), changes.end(), awaits_key)) {
      run(steps, Plan::Finish::keep_open, versions, changes);
      steps = plan.rest();
    } else {
      auto rest = plan.rest();
      std::move(rest.begin(), rest.end(), std::back_inserter(steps));
    }
    // A version that the database has given is looked at before it is made to last.
    if (std::any_of(steps.begin(), steps.end(), reads_version)) {
      run(steps, Plan::Finish::keep_open, versions, changes);
      steps.clear();
    }
    if (!steps.empty() || finish == Plan::Finish::commit) run(steps, finish, versions, changes);
  } catch (const std::exception& error) {
    if (transaction_.open()) {
      transaction_.rollback();
      revert();
      ++host_->counted.rollbacks;
      failed_ = error.what();
    }
    throw;
  }
  promote(changes);
  if (finish == Plan::Finish::commit) accept();
}

void UnitOfWork::Impl::run(std::vector<Step>& steps, Plan::Finish finish, Versions versions,
                           const ChangeSet& changes) {
  Plan plan;
  plan.finish = finish;
  if (!transaction_.open()) plan.begin = settings_.begin();
  plan.statements.reserve(steps.size());
  for (Step& step : steps) plan.statements.push_back(step.statement);
  const PlanResult result = transaction_.run(plan);
  if (!result.complete) fail(steps, result, versions, changes);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].purpose == Step::Purpose::insert_root && awaits_key(*steps[i].change))
      assign_key(*steps[i].change, result.outcomes[i]);
    if (reads_version(steps[i])) read_version(*steps[i].change, result.outcomes[i]);
  }
}

void UnitOfWork::Impl::fail(const std::vector<Step>& steps, const PlanResult& result,
                            Versions versions, const ChangeSet& changes) {
  using Stage = PlanResult::Stage;
  if (result.stage == Stage::begin) {  // no transaction, so nothing to fail of
    transaction_.rollback();
    driver::raise(result.failure.value_or(Failure{}), result.stage, {}, {});
  }
  const auto roots = involved(changes);
  transaction_.rollback();
  revert();
  ++host_->counted.rollbacks;
  failed_ = "";
  const Step* failed = result.stage == Stage::statement && !result.outcomes.empty()
                           ? &steps[result.outcomes.size() - 1]
                           : nullptr;
  try {
    work::raise_verdict(host_, settings_, versions, roots, failed, result);
  } catch (const Error& error) {
    failed_ = error.what();
    throw;
  }
}

std::vector<work::Involved> UnitOfWork::Impl::involved(const ChangeSet& changes) const {
  std::vector<work::Involved> out;
  const auto add = [&](const EntryPtr& entry) {
    const bool removes = entry->state == EntryState::removed || entry->state == EntryState::gone;
    out.push_back({entry, removes ? Conflict::Operation::remove : Conflict::Operation::update});
  };
  for (const auto& item : entries_.all())
    for (auto entry = item.second; entry; entry = entry->replaces)
      if (entry->undo && entry->undo->state != EntryState::added) add(entry);
  for (const Change& change : changes)
    if (!change.entry->undo && change.entry->in_database()) add(change.entry);
  return out;
}

/// Before the first write of an entry in a transaction.
void UnitOfWork::Impl::remember(work::Entry& entry) {
  if (!entry.undo) entry.undo = {entry.state, std::move(entry.stored), entry.expected, {}};
}

void UnitOfWork::Impl::assign_key(Change& change, const Outcome& answer) {
  work::Entry& entry = *change.entry;
  remember(entry);
  entry.undo->key_members = mapping::key_in(*entry.map, entry.object);
  mapping::set_key(*entry.map, entry.object, answer.rows.front());
  entry.key = answer.rows.front();
  entries_.index(entry);
  std::copy(entry.key.begin(), entry.key.end(), change.after->row.begin());
  change.compare();
}

void UnitOfWork::Impl::read_version(Change& change, const Outcome& answer) {
  const auto* version = std::get_if<std::int64_t>(&answer.rows.front().front());
  const auto& column = *change.entry->shape().version;
  if (!version || *version < 0 || *version > column.maximum)
    throw VersionOverflow(change.entry->place() + ", column " + column.name +
                          ": the database assigned a version that its member cannot show");
  change.assigned_version = *version;
}

/// What was written is what is stored, as far as this transaction is concerned.
void UnitOfWork::Impl::promote(ChangeSet& changes) {
  for (Change& change : changes) {
    work::Entry& entry = *change.entry;
    const bool bumped = work::bumps(change);
    const bool inserted = change.inserts();
    remember(entry);
    if (change.removes()) {
      entry.state = EntryState::gone;
      continue;
    }
    if (inserted)
      entry.expected = entry.shape().version ? entry.first_version : 0;
    else if (bumped)
      ++entry.expected;
    if (change.assigned_version) entry.expected = *change.assigned_version;
    entry.state = EntryState::stored;
    entry.stored = std::move(*change.after);
    entry.stored.version = entry.expected;
    entry.bumped = Bumped::yes;
    entry.touched = Touched::no;
  }
}

/// COMMIT is certain: versions move in memory, what was removed dies.
void UnitOfWork::Impl::accept() noexcept {
  std::vector<EntryPtr> gone;
  std::size_t written = 0;
  for (const auto& item : entries_.all()) {
    const EntryPtr& entry = item.second;
    for (auto old = entry->replaces; old; old = old->replaces) old->kill();
    entry->replaces.reset();
    if (!entry->undo) continue;
    ++written;
    entry->undo.reset();
    entry->bumped = Bumped::no;
    entry->first_version = 1;
    if (entry->state == EntryState::gone) {
      gone.push_back(entry);
      continue;
    }
    entry->version = entry->expected;
    mapping::show_versions(*entry->map, entry->stored, entry->object);
  }
  for (const auto& entry : gone) drop(entry);
  if (written == 0) return;
  ++host_->counted.commits;
  host_->observer->committed(written);
}

/// The entries as they were before the transaction; edits stay.
void UnitOfWork::Impl::revert() noexcept {
  for (const auto& item : entries_.all())
    for (auto entry = item.second; entry; entry = entry->replaces) {
      entry->bumped = Bumped::no;
      if (!entry->undo) continue;
      if (entry->undo->key_members) {
        entries_.unindex(*entry);
        mapping::set_key(*entry->map, entry->object, *entry->undo->key_members);
        entry->key.clear();
      }
      entry->state = entry->undo->state;
      entry->stored = std::move(entry->undo->stored);
      entry->expected = entry->undo->expected;
      entry->undo.reset();
    }
  for (const auto& item : entries_.all()) {
    work::Entry& entry = *item.second;
    if (!entry.replaces || entry.state != EntryState::added ||
        entry.replaces->state != EntryState::removed)
      continue;
    // What it replaces is there again, to be overwritten.
    entry.take_over(*entry.replaces);
    mapping::show_root_version(*entry.map, entry.version, entry.object);
  }
}

}  // namespace rowan
