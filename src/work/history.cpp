#include "history.hpp"

#include <algorithm>
#include <exception>
#include <unordered_map>

#include <rowan/errors.hpp>
#include <rowan/history.hpp>

#include "../document/changes.hpp"
#include "../document/text.hpp"
#include "../mapping/history_shape.hpp"
#include "../mapping/pack.hpp"
#include "flush_plan.hpp"
#include "version_value.hpp"

namespace rowan::work {
namespace {

using mapping::HistoryColumn;
using Operation = Revision::Operation;

/// The first of those that were removed in this transaction under one key and added anew.
const Entry& first_of(const Entry& entry) {
  const Entry* first = &entry;
  while (first->turns->replaces) first = first->turns->replaces.get();
  return *first;
}

/// As it was last committed; of an added one, in the state `added`.
const Standing& before(const Moved& moved) {
  const Entry& first = first_of(*moved.entry);
  return first.written() ? *first.turns->before : first.standing();
}
const Standing& after(const Moved& moved) {
  return moved.change && moved.change->next ? *moved.change->next : moved.entry->standing();
}

/// What was added over an entry that is still as it was read is not there any more.
bool was_there(const Moved& moved) {
  const Entry& first = first_of(*moved.entry);
  const bool was_gone =
      &first != moved.entry.get() && !first.written() && first.state == EntryState::stored;
  return !was_gone && before(moved).state != EntryState::added;
}
Operation operation(const Moved& moved) {
  if (!moved.is_there()) return Operation::removed;
  return was_there(moved) ? Operation::changed : Operation::added;
}

/// What is removed would have moved on to the version that tells of it.
std::int64_t version_of(const Moved& moved) {
  const Entry& entry = *moved.entry;
  const std::int64_t last = moved.change ? moved.change->version : entry.expected;
  if (moved.is_there() || after(moved).bumped == Entry::Bumped::yes) return last;
  check_not_last(entry.shape(), entry.key, last);
  return next_version(*entry.shape().version, last);
}

/// None of what was removed whatever it was at, and added anew: it may not have been what is known.
std::string changes_to(const Snapshot& state, const Moved& moved) {
  const Entry& first = first_of(*moved.entry);
  const bool is_known =
      &first == moved.entry.get() || !first.written() || is_checked(first, first.turns->versions);
  if (operation(moved) != Operation::changed || !is_known) return "[]";
  const Shape& shape = moved.entry->shape();
  return document::changes_text(shape, moved.entry->key,
                                mapping::unpack(shape, before(moved).stored), state);
}

}  // namespace

bool Moved::is_there() const noexcept {
  return after(*this).state != EntryState::gone;
}

void check_recordable(const ChangeSet& changes, Versions versions) {
  for (const Change& change : changes) {
    const Entry& entry = *change.entry;
    if (!change.bumps() || !entry.shape().history) continue;
    const bool was_stored = entry.written() && entry.turns->before->state != EntryState::added;
    if (is_checked(entry, versions) && (!was_stored || is_checked(entry, entry.turns->versions)))
      continue;
    throw UsageError(entry.place() +
                     ": a history is kept of its versions, so it cannot be written whatever its "
                     "version is; write it with Versions::check");
  }
}

std::vector<Moved> moved_with_history(const IdentityMap& entries, const ChangeSet& changes) {
  std::unordered_map<const Entry*, const Change*> written;
  for (const Change& change : changes)
    if (change.next) written.emplace(change.entry.get(), &change);
  std::vector<Moved> out;
  for (const auto& entry : entries.all()) {
    if (!entry->shape().history) continue;
    const auto found = written.find(entry.get());
    Moved moved{entry, found == written.end() ? nullptr : found->second};
    if (!moved.change && !entry->written()) continue;
    if (moved.is_there() ? after(moved).bumped == Entry::Bumped::yes : was_there(moved))
      out.push_back(std::move(moved));
  }
  std::sort(out.begin(), out.end(),
            [](const Moved& a, const Moved& b) { return locks_before(*a.entry, *b.entry); });
  return out;
}

void add_record(ChangeSet& to, const Moved& moved, const std::optional<std::string>& author,
                const Uuid& commit) try {
  const Shape& root = moved.entry->shape();
  const Shape& history = *root.history;
  KeyValues key = moved.entry->key;
  key.emplace_back(version_of(moved));
  Snapshot row;
  row.row = key;
  row.row.resize(history.columns.size(), Null{});
  std::vector<std::size_t> columns;
  const auto set = [&](HistoryColumn column, Value value) {
    columns.push_back(mapping::place_of(column, history));
    row.row[columns.back()] = std::move(value);
  };
  set(HistoryColumn::author, author ? Value(*author) : Value(Null{}));
  set(HistoryColumn::operation, std::string(to_string(operation(moved))));
  Snapshot state;
  if (moved.is_there()) {
    state = mapping::unpack(root, after(moved).stored);
    set(HistoryColumn::state, document::text(root, state));
  } else {
    set(HistoryColumn::state, Null{});
  }
  set(HistoryColumn::changes, changes_to(state, moved));
  set(HistoryColumn::commit_id, commit);

  Change& record = to.emplace_back(Change{moved.entry, Change::Action::insert});
  record.after = std::move(row);
  record.root.kind = change::RowChange::Kind::insert;
  record.root.shape = &history;
  record.root.key = std::move(key);
  record.root.columns = std::move(columns);
  record.root.after = &*record.after;
} catch (const DocumentError& error) {
  std::throw_with_nested(DataError(moved.entry->place() + ", for " +
                                   moved.entry->shape().history->table + ": " + error.what()));
}

}  // namespace rowan::work
