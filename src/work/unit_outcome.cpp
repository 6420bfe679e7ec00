/// What becomes of the entries: when a transaction is committed, rolled back, or has failed.

#include <utility>

#include "../mapping/capture.hpp"
#include "unit.hpp"

namespace rowan {

using work::Change;
using work::ChangeSet;
using work::EntryState;
using Bumped = work::Entry::Bumped;
using Touched = work::Entry::Touched;

void UnitOfWork::Impl::count_rollback() noexcept {
  ++host_->counted.rollbacks;
  host_->observer->unit({&transaction_, UnitEvent::Kind::rolled_back});
}

void UnitOfWork::Impl::rollback() noexcept {
  const bool wrote = transaction_.open() && wrote_ == Wrote::yes;
  if (wrote) count_rollback();
  transaction_.rollback();
  revert();
  if (over_ == Over::yes) return;
  failed_.reset();
  retry_ = UnitFailed::Retry::no;
  if (in_hook_ == Hook::before_flush || in_hook_ == Hook::before_commit ||
      in_hook_ == Hook::progress)
    failed_ = "a hook rolled it back";
  if (wrote) call_after_rollback();
}

void UnitOfWork::Impl::fail_of(const std::string& cause) noexcept {
  failed_ = cause;
  if (!transaction_.open()) return;
  transaction_.rollback();
  after_failure(cause);
}

void UnitOfWork::Impl::after_failure(const std::string& cause) noexcept {
  failed_ = cause;
  count_rollback();
  revert();
  call_after_rollback();
}

namespace {

/// Of what is written once COMMIT has succeeded.
const std::shared_ptr<const work::Standing>& no_way_back() {
  static const auto none = std::make_shared<const work::Standing>();
  return none;
}

/// What was written is what is stored, as far as this transaction is concerned.
work::Standing once_written(Change& change, Versions versions, Plan::Finish finish) {
  work::Entry& entry = *change.entry;
  const bool moved = change.inserts() || change.bumps();
  work::Standing out = entry.standing();
  work::Turns& turns = out.turns.edit();
  if (!turns.before) {
    turns.before = finish == Plan::Finish::commit
                       ? no_way_back()
                       : std::make_shared<const work::Standing>(entry.standing());
    turns.versions = versions;
  }
  if (change.removes()) {
    out.state = EntryState::gone;
    return out;
  }
  out.state = EntryState::stored;
  change.root.after->version = change.version;
  out.stored = change.written();
  if (moved) out.bumped = Bumped::yes;
  if (out.touched == Touched::yes && turns.before->touched == Touched::no) {
    work::Standing wished = *turns.before;
    wished.touched = Touched::yes;
    turns.before = std::make_shared<const work::Standing>(std::move(wished));
  }
  out.touched = Touched::no;
  return out;
}

}  // namespace

/// Once COMMIT is sent nothing may throw, so what it leads to is made before.
void UnitOfWork::Impl::prepare(ChangeSet& changes, Plan::Finish finish) {
  for (Change& change : changes)
    if (change.action != Change::Action::verify)
      change.next = once_written(change, settings_.versions, finish);
  if (finish == Plan::Finish::keep_open) return;
  std::size_t dying = 0;
  for (const auto& held : entries_.all())
    if (held->state == EntryState::gone || held->state == EntryState::removed) ++dying;
  gone_.reserve(dying);
}

void UnitOfWork::Impl::promote(ChangeSet& changes) noexcept {
  for (Change& change : changes) {
    if (!change.next) continue;
    change.next->expected = change.version;  // of what is removed, which its lock has told
    change.entry->standing() = std::move(*change.next);
  }
}

/// COMMIT is certain: versions move in memory, what was removed dies. How many were written.
std::size_t UnitOfWork::Impl::accept() noexcept {
  std::size_t written = std::exchange(written_in_bulk_, 0);
  wrote_ = Wrote::no;
  ++epoch_;
  for (const EntryPtr& entry : entries_.all()) {
    const bool was_written = entry->written();
    for (auto old = entry->turns->replaces; old; old = old->turns->replaces) old->kill();
    entry->turns.reset();
    if (entry->demands) {
      entry->demands.edit().demanded.reset();
      entry->demands.edit().guarded = work::Entry::Guarded::no;
    }
    entry->outrun = work::Entry::Outrun::no;
    if (entry->basis == work::Entry::Basis::own && entry->state == EntryState::stored) {
      entry->basis = work::Entry::Basis::committed;
      entry->version = entry->expected;
      mapping::show_root_version(*entry->map, entry->version, entry->object);
    }
    if (!was_written) continue;
    ++written;
    entry->bumped = Bumped::no;
    host_->observer->saved(
        {&transaction_, entry->shape(), entry->key, entry->expected,
         entry->state == EntryState::gone ? SaveEvent::Kind::removed : SaveEvent::Kind::stored});
    if (entry->state == EntryState::gone) {
      gone_.push_back(entry);
      continue;
    }
    entry->version = entry->expected;
    mapping::show_versions(*entry->map, entry->stored, entry->object);
  }
  for (const auto& entry : gone_) drop(entry);
  gone_.clear();
  if (written > 0) {
    ++host_->counted.commits;
    host_->observer->committed(written);
  }
  host_->observer->unit({&transaction_, UnitEvent::Kind::committed});
  return written;
}

/// The entries as they were before the transaction; edits stay, and so does what is still to be
/// added, removed and touched.
void UnitOfWork::Impl::revert() noexcept {
  ++epoch_;
  wrote_ = Wrote::no;
  written_in_bulk_ = 0;
  std::vector<EntryPtr> never_stored;
  for (const auto& held : entries_.all())
    for (auto entry = held; entry; entry = entry->turns->replaces) {
      const bool unwanted = entry->state == EntryState::removed || entry->state == EntryState::gone;
      revert(*entry);
      if (unwanted && entry->state == EntryState::stored) entry->state = EntryState::removed;
      if (unwanted && entry->state == EntryState::added) never_stored.push_back(entry);
    }
  for (const auto& entry : never_stored) {
    if (entries_.holds(*entry))
      drop(entry);
    else
      entry->kill();  // another was added under its key
  }
  for (const auto& held : entries_.all()) {
    work::Entry& entry = *held;
    if (!entry.turns->replaces) continue;
    work::Turns& turns = entry.turns.edit();
    while (turns.replaces && turns.replaces->state == EntryState::added) {
      turns.first_version = turns.replaces->turns->first_version;
      turns.replaces = EntryPtr(turns.replaces->turns->replaces);
    }
    if (!turns.replaces || entry.state != EntryState::added ||
        turns.replaces->state != EntryState::removed)
      continue;
    // What it replaces is there again, to be overwritten.
    entry.take_over(*EntryPtr(turns.replaces));
    mapping::show_root_version(*entry.map, entry.version, entry.object);
  }
}

void UnitOfWork::Impl::revert(work::Entry& entry) noexcept {
  entry.outrun = work::Entry::Outrun::no;
  if (entry.basis == work::Entry::Basis::own) entry.basis = work::Entry::Basis::doubtful;
  if (!entry.written()) {
    entry.bumped = Bumped::no;
    return;
  }
  if (entry.turns->key_members) {
    entries_.unindex(entry);
    try {
      mapping::set_key(*entry.map, entry.object, *entry.turns->key_members);
    } catch (...) {
      // A class that refuses to have no key keeps the one it had been given.
    }
    entry.key.clear();
  }
  const auto replaced = entry.turns->replaces;
  const bool touched = entry.touched == Touched::yes;
  const auto before = entry.turns->before;
  entry.standing() = *before;
  entry.set_replaced(replaced);
  entry.bumped = Bumped::no;
  if (touched) entry.touched = Touched::yes;
  // It was never there, so nothing of it can be in doubt.
  if (entry.state == EntryState::added) entry.basis = work::Entry::Basis::committed;
}

}  // namespace rowan
