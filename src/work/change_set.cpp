#include "change_set.hpp"

#include <set>

#include <rowan/errors.hpp>

#include "../change/diff.hpp"
#include "../mapping/capture.hpp"
#include "../mapping/pack.hpp"
#include "../sql/check_values.hpp"

namespace rowan::work {
namespace {

using State = Entry::State;

void check_version_member(const Entry& entry) {
  const ObjectMap& map = *entry.map;
  if (!mapping::shows_root_version(map, entry.version, entry.object))
    throw UsageError(entry.place() +
                     (entry.version == 0
                          ? ": the version member of a new aggregate must be 0"
                          : ": its version member was changed by hand; it is the store's to move"));
}

/// Its version has moved on by our own hand, so a version check could not tell why.
void check_not_outrun(const Entry& entry) {
  if (entry.outrun == Entry::Outrun::yes)
    throw UsageError(entry.place() +
                     ": update_all or remove_all has written it in this transaction; refresh it "
                     "before it is changed");
}

void follow_key(IdentityMap& entries, Entry& entry) {
  if (entry.key.empty()) return;  // for the database to give
  if (entry.state == State::stored) {
    if (mapping::same_key(*entry.map, entry.object, entry.stored)) return;
    throw UsageError(entry.place() +
                     ": the key of a stored aggregate cannot change; remove it and "
                     "add one with the new key");
  }
  KeyValues key = mapping::key_in(*entry.map, entry.object);
  if (key == entry.key) return;
  if (entry.turns->replaces)
    throw UsageError(entry.place() +
                     ": the key of what was added in the place of a removed aggregate cannot "
                     "change; discard it and add another");
  if (entries.find(entry.type, key))
    throw UsageError(mapping::place(entry.shape().table, key) +
                     ": the unit of work holds another aggregate with this key");
  if (entry.turns->first_version != 0) entry.turns.edit().first_version = 0;
  entries.unindex(entry);
  entry.key = std::move(key);
  entries.index(entry);
}

/// Whether there is anything to write.
bool capture(Change& change) {
  Entry& entry = *change.entry;
  if (entry.map->check) entry.map->check(entry.object);
  change.compare();
  if (change.inserts() || entry.touched == Entry::Touched::yes || !change.root.columns.empty() ||
      !change.beneath.empty())
    return true;
  // The same rows, in the object's order.
  entry.stored = change.written();
  return false;
}

}  // namespace

void Change::compare() {
  const Shape& shape = entry->shape();
  std::vector<change::RowChange> rows;
  if (updates()) rows = edits.find(*entry->map, shape, entry->object, entry->key, entry->stored);
  if (edits.empty()) {
    if (updates()) before = mapping::unpack(shape, entry->stored);
    if (removes()) before = mapping::unpack_to_remove(shape, entry->stored);
    if (!removes()) after = mapping::capture(*entry->map, entry->object);
    rows = change::diff(shape, entry->key, before ? &*before : nullptr, after ? &*after : nullptr);
  }
  root = {change::RowChange::Kind::update,
          &shape,
          0,
          entry->key,
          {},
          {},
          before ? &*before : nullptr,
          after ? &*after : nullptr,
          {},
          Moves::nothing};
  beneath.clear();
  beneath.reserve(rows.size());
  moves = entry->touched == Entry::Touched::yes ? Moves::version : Moves::nothing;
  for (auto& row : rows) {
    if (row.moves == Moves::version) moves = Moves::version;
    if (row.depth == 0)
      root = std::move(row);
    else
      beneath.push_back(std::move(row));
  }
}

mapping::Packed Change::written() const {
  return edits.empty() ? mapping::pack(entry->shape(), *after) : edits.written();
}

void Change::hand_down_key() {
  root.key = entry->key;
  for (auto& row : beneath)
    if (row.new_owner)
      row.new_owner = entry->key;
    else
      row.key.insert(row.key.begin(), entry->key.begin(), entry->key.end());
}

ChangeSet collect_changes(IdentityMap& entries, Backend backend) {
  ChangeSet out;
  for (const auto& entry : entries.all()) {
    if (entry->state == State::gone) continue;
    if (entry->state == State::removed) {
      check_not_outrun(*entry);
      out.push_back({entry, Change::Action::remove});
      out.back().compare();
      continue;
    }
    check_version_member(*entry);
    if (entry->state == State::stored && entry->touched == Entry::Touched::no &&
        mapping::same(*entry->map, entry->object, entry->stored))
      continue;
    follow_key(entries, *entry);
    out.push_back(
        {entry, entry->state == State::added ? Change::Action::insert : Change::Action::update});
    if (!capture(out.back())) {
      out.pop_back();
      continue;
    }
    check_not_outrun(*entry);
    sql::check_values(backend, out.back().root);
    for (const auto& row : out.back().beneath) sql::check_values(backend, row);
  }
  return out;
}

bool is_watched(const Entry& entry) noexcept {
  return (entry.demands->guarded == Entry::Guarded::yes || entry.demands->demanded) &&
         entry.state == State::stored && !entry.written() && entry.outrun == Entry::Outrun::no;
}

void add_guards(ChangeSet& to, const IdentityMap& entries) {
  std::vector<std::shared_ptr<Entry>> watched;
  for (const auto& entry : entries.all())
    if (is_watched(*entry)) watched.push_back(entry);
  if (watched.empty()) return;
  std::set<const Entry*> written;
  for (const Change& change : to) written.insert(change.entry.get());
  for (const auto& entry : watched) {
    if (written.contains(entry.get())) continue;
    Change& change = to.emplace_back(Change{entry, Change::Action::verify});
    change.root.shape = &entry->shape();
    change.root.key = entry->key;
  }
}

}  // namespace rowan::work
