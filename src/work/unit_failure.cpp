/// A transaction that has failed: who was involved in it, and what is thrown.

#include <map>
#include <new>
#include <set>
#include <utility>

#include "../driver/raise.hpp"
#include "../mapping/pack.hpp"
#include "unit.hpp"

namespace rowan {

using work::Change;
using work::ChangeSet;
using work::EntryState;
using work::Step;
using Bumped = work::Entry::Bumped;

namespace {

/// Rows and their versions.
using Rows = std::map<std::pair<const Shape*, KeyValues>, std::int64_t>;

/// Those beneath the owner.
void add_rows(Rows& to, const Shape& owner, const KeyValues& key, const Snapshot& from) {
  for (std::size_t i = 0; i < from.children.size(); ++i)
    for (const Snapshot& row : from.children[i]) {
      const Shape& shape = owner.children[i];
      const KeyValues at = mapping::row_key(shape, key, row);
      to.emplace(std::pair(&shape, at), row.version);
      add_rows(to, shape, at, row);
    }
}

/// Whether the transaction goes on from the savepoint before the failure: the statement was wrong,
/// and nobody else was in the way.
bool spares_transaction(const PlanResult& result) {
  if (!result.failure || result.stage != PlanResult::Stage::statement) return false;
  switch (result.failure->kind) {
    case FailureKind::unique:
    case FailureKind::foreign_key:
    case FailureKind::not_null:
    case FailureKind::check:
    case FailureKind::value:
    case FailureKind::unknown_table:
    case FailureKind::unknown_column:
    case FailureKind::refused: return true;
    default: return false;
  }
}

bool may_be_a_conflict(const PlanResult& result) {
  return result.failure && (result.failure->kind == FailureKind::unique ||
                            result.failure->kind == FailureKind::foreign_key);
}

}  // namespace

/// What has thrown is the exception that is handled just now; nobody knows how far COMMIT was.
void UnitOfWork::Impl::fail_in_doubt(const ChangeSet& changes) {
  over_ = Over::yes;
  failed_ = "an exception came while COMMIT was under way; it may have happened or not";
  std::optional<work::Evidence> proof;
  try {
    proof = evidence(changes);
  } catch (const std::bad_alloc&) {
    // Then nobody will know.
  }
  revert();
  count_rollback();
  std::throw_with_nested(CommitUnknown(*failed_, {}, work::commit_resolver(host_, {}, proof)));
}

void UnitOfWork::Impl::fail(const std::vector<Step>& steps, const PlanResult& result,
                            const ChangeSet& changes) {
  using Stage = PlanResult::Stage;
  if (result.stage == Stage::begin) {  // no transaction, so nothing to fail of
    transaction_.rollback();
    driver::raise(result.failure.value_or(Failure{}), result.stage, {}, {});
  }
  auto roots = involved(changes);
  const auto children = involved_children(changes);
  const bool wrote = wrote_ == Wrote::yes;
  const auto proof = evidence(changes);
  const Step* failed = result.stage == Stage::statement && !result.outcomes.empty()
                           ? &steps[result.outcomes.size() - 1]
                           : nullptr;
  if (savepoints_ > 0 && spares_transaction(result) &&
      !(may_be_a_conflict(result) && was_stale(changes))) {
    failed_ = "a statement inside of a savepoint failed";
    roots.clear();  // none of them is to blame
  } else {
    transaction_.rollback();
    revert();
    count_rollback();
  }
  try {
    PlanResult told = result;
    // What has only read has written nothing, whatever became of its COMMIT.
    if (settings_.access == Access::read_only || !wrote) told.stage = Stage::statement;
    work::raise_verdict(
        host_, settings_, roots, children, failed, told,
        work::commit_resolver(host_, {result.transaction_id, result.server_process}, proof));
  } catch (const CommitUnknown& error) {
    over_ = Over::yes;
    failed_ = error.what();
    throw;
  } catch (const std::exception& error) {
    failed_ = error.what();
    if (!transaction_.open()) call_after_rollback();
    throw;
  }
}

std::vector<work::Involved> UnitOfWork::Impl::involved(const ChangeSet& changes) const {
  using Operation = Conflict::Operation;
  std::vector<work::Involved> out;
  const auto add = [&](const EntryPtr& entry) {
    const bool removes = entry->state == EntryState::removed || entry->state == EntryState::gone;
    out.push_back({entry, removes ? Operation::remove : Operation::update,
                   entry->written() ? entry->turns->versions : settings_.versions});
  };
  for (const auto& held : entries_.all())
    for (auto entry = held; entry; entry = entry->turns->replaces)
      if (entry->written() && entry->turns->before->state != EntryState::added) {
        add(entry);
        break;  // what it replaces is the same row
      }
  for (const Change& change : changes) {
    if (change.entry->written() || !change.entry->in_database()) continue;
    add(change.entry);
    if (change.action == Change::Action::verify) out.back().operation = Operation::verify;
  }
  // What is held or expected at its version is looked at by commit, but told of by whatever fails.
  std::set<std::pair<std::type_index, KeyValues>> known;
  for (const work::Involved& root : out) known.emplace(root.entry->type, root.entry->key);
  for (const auto& held : entries_.all())
    if (work::is_watched(*held) && !known.contains({held->type, held->key}))
      out.push_back({held, Operation::verify, settings_.versions});
  return out;
}

std::vector<work::InvolvedChild> UnitOfWork::Impl::involved_children(
    const ChangeSet& changes) const {
  using Kind = change::RowChange::Kind;
  Rows there;  // as they were last committed
  for (const Change& change : changes) {
    const work::Standing& then =
        change.entry->written() ? *change.entry->turns->before : change.entry->standing();
    if (then.state != EntryState::added && then.stored)
      add_rows(there, change.entry->shape(), change.entry->key,
               mapping::unpack(change.entry->shape(), then.stored));
  }
  std::vector<work::InvolvedChild> out;
  for (const Change& change : changes) {
    const work::Entry& root = *change.entry;
    for (const change::RowChange& row : change.beneath) {
      if (row.kind == Kind::insert || work::may_be_gone(root, row, settings_.versions)) continue;
      // What the transaction has brought itself nobody else has met.
      const auto found = there.find({row.shape, row.key});
      if (found == there.end()) continue;
      out.push_back({&row, change.entry,
                     work::is_checked(root, settings_.versions) ? std::optional(found->second)
                                                                : std::nullopt});
    }
  }
  return out;
}

/// A row of a history proves most: whoever else has written that version, this commit has not.
/// Otherwise one that was there before proves more than a new one.
std::optional<work::Evidence> UnitOfWork::Impl::evidence(const ChangeSet& changes) const {
  if (recorded_) return recorded_;
  const auto is_unique = [](const work::Entry& entry) {
    const auto& column = entry.shape().version;
    return column && column->assigned == VersionColumn::Assigned::unique;
  };
  std::optional<work::Evidence> of_new;
  for (const Change& change : changes) {
    const work::Entry& entry = *change.entry;
    if (!is_unique(entry) || entry.key.empty()) continue;
    if (change.bumps() && !entry.written())
      return work::Evidence{entry.type, entry.key, change.version, entry.expected};
    if (!of_new && (change.bumps() || change.inserts()))
      of_new = work::Evidence{entry.type, entry.key, change.version};
  }
  if (of_new) return of_new;
  for (const auto& held : entries_.all()) {
    const work::Entry& entry = *held;
    if (is_unique(entry) && entry.bumped == Bumped::yes && entry.state == EntryState::stored)
      return work::Evidence{entry.type, entry.key, entry.expected, {}, {}};
  }
  return {};
}

}  // namespace rowan
