/// Copies that leave the unit of work, and what they become when they are brought back.

#include <algorithm>

#include "../change/merge.hpp"
#include "../change/met_rows.hpp"
#include "../document/told_clash.hpp"
#include "../mapping/capture.hpp"
#include "../mapping/pack.hpp"
#include "conflict.hpp"
#include "unit.hpp"
#include "version_value.hpp"

namespace rowan {
namespace {

using work::Entry;
using work::EntryState;
using work::is_older_version;

using OwnedObject = std::unique_ptr<void, void (*)(void*)>;

OwnedObject make(const ObjectMap& map, const Snapshot& rows) {
  OwnedObject out(map.create(map.make), map.destroy);
  mapping::restore(map, rows, out.get());
  if (map.check) map.check(out.get());
  return out;
}

/// Whether the rows of one are rows of the other as they are.
bool alike(const Shape& a, const Shape& b) {
  return a.table == b.table && a.key_width == b.key_width &&
         a.position.has_value() == b.position.has_value() &&
         std::ranges::equal(a.columns, b.columns,
                            [](const Column& x, const Column& y) {
                              return x.name == y.name && x.type == y.type;
                            }) &&
         std::ranges::equal(a.children, b.children, alike);
}

void check_copy(const ObjectMap& map, const detail::Departed& copy, const Snapshot& mine) {
  const Shape& shape = map.shape;
  if (&map != &copy.map() && !alike(shape, copy.map().shape))
    throw UsageError(shape.table + ": a copy of an aggregate that is mapped otherwise");
  if (!std::equal(copy.key().begin(), copy.key().end(), mine.row.begin()))
    throw UsageError(mapping::place(shape.table, copy.key()) +
                     ": the key of a copy cannot change; remove the aggregate and add one with the "
                     "new key");
}

[[noreturn]] void raise_versionless(const detail::Departed& copy) {
  throw PreconditionError(PreconditionError::Kind::required,
                          mapping::place(copy.map().shape.table, copy.key()) +
                              ": the copy does not say which version it is of");
}

/// Whether what the entry holds as stored is a committed version of it.
bool shows_committed(const Entry& entry) {
  return entry.state == EntryState::stored && !entry.written() &&
         entry.basis == Entry::Basis::committed && entry.outrun == Entry::Outrun::no;
}

/// Whether the version does not tell that it has changed.
bool moves_nothing(const Shape& root, const change::Clash& clash) {
  const Shape* shape = &root;
  for (const change::Step& step : clash.path) {
    shape = &shape->children[step.list];
    if (shape->moves == Moves::nothing) return true;
  }
  using Kind = change::Clash::Kind;
  if (clash.kind == Kind::row) return false;
  return (clash.kind == Kind::field ? shape->fields[clash.index].moves
                                    : shape->children[clash.index].moves) == Moves::nothing;
}

}  // namespace

detail::Departed UnitOfWork::Impl::detach(const EntryPtr& entry) {
  check_alive(*entry);
  check_versioned(*entry, "to tell a copy by");
  if (!shows_committed(*entry))
    throw UsageError(entry->place() +
                     ": a copy is taken of what is committed; commit, or take it before anything "
                     "is written");
  return {entry->type,
          entry->map,
          mapping::capture(*entry->map, entry->object),
          entry->key,
          entry->version,
          std::make_shared<const Snapshot>(mapping::unpack(entry->shape(), entry->stored))};
}

detail::Departed UnitOfWork::Impl::from_json(std::type_index type, std::string_view text,
                                             const DocumentLimits& limits) {
  check_usable();
  const ObjectMap& map = map_of(type);
  const auto base = [&](const KeyValues& key, std::int64_t version) -> std::optional<Snapshot> {
    const EntryPtr entry = get(type, std::vector<KeyValues>{key}).front();
    if (entry && entry->version == version && shows_committed(*entry))
      return mapping::unpack(map.shape, entry->stored);
    if (map.shape.history)
      if (auto state = state_at(map, key, version, document::MappedSince::none)) return state;
    raise_stale_copy(type, key, version, entry ? std::optional(entry->version) : std::nullopt);
  };
  return detail::Departed::from_json(type, host_->schema.share(type), text, limits, base);
}

UnitOfWork::Impl::EntryPtr UnitOfWork::Impl::merge(const detail::Departed& copy, Merging how,
                                                   const Resolution* answers,
                                                   IfDeleted if_deleted) {
  check_usable();
  const ObjectMap& map = map_of(copy.type());
  Snapshot mine = copy.rows();
  check_copy(map, copy, mine);
  if (copy.version() == 0 && how != Merging::overwrite) raise_versionless(copy);
  if (const auto held = entries_.find(copy.type(), copy.key());
      held && (held->state == EntryState::removed || held->state == EntryState::gone))
    throw UsageError(held->place() + ": removed in this unit of work");
  const EntryPtr entry = get(copy.type(), std::vector<KeyValues>{copy.key()}).front();
  if (!entry && if_deleted == IfDeleted::resurrect) return resurrect(copy, mine);
  if (!entry) raise_stale_copy(copy, {});
  check_can_merge(*entry);

  const Snapshot theirs = mapping::unpack(map.shape, entry->stored);
  if (how != Merging::overwrite) mine = merged(*entry, copy, std::move(mine), theirs, how, answers);
  change::take_versions(map.shape, theirs, mine);
  become(entry, mine, how);
  return entry;
}

/// What is to be stored: `mine`, the copy's, and what others have made of it, `theirs`.
Snapshot UnitOfWork::Impl::merged(const Entry& entry, const detail::Departed& copy, Snapshot mine,
                                  const Snapshot& theirs, Merging how, const Resolution* answers) {
  const Shape& root = entry.shape();
  const bool moved_on = entry.version != copy.version();
  if (moved_on &&
      (how == Merging::reject || is_older_version(*root.version, entry.version, copy.version())))
    raise_stale_copy(copy, entry.version);
  std::shared_ptr<const Snapshot> base = copy.base();
  if (!base && moved_on) {
    auto state = base_at(*entry.map, copy.key(), copy.version());
    if (!state) raise_stale_copy(copy, entry.version);
    // What moves no version may have been another when the copy was taken: that is no edit.
    change::take_unversioned(root, *state, mine);
    base = std::make_shared<const Snapshot>(*std::move(state));
  }
  if (!base) {
    change::take_unversioned(root, theirs, mine);
    return mine;
  }
  // What the version does not tell of is the copy's where it was edited there. Other clashes at the
  // same version are of a base that never was stored here.
  const auto decide = [&](const change::Clash& clash) -> std::optional<Side> {
    if (!moved_on && moves_nothing(root, clash)) return Side::mine;
    if (!answers) return {};
    return answers->at(document::told(root, copy.key(), clash));
  };
  change::Merged out = change::merge(root, {*base, mine, theirs}, decide);
  if (out.clashes.empty()) return std::move(out.state);
  if (how == Merging::reject) raise_stale_copy(copy, entry.version);
  raise_clashes(entry, out.clashes);
}

void UnitOfWork::Impl::raise_clashes(const Entry& entry,
                                     const std::vector<change::Clash>& clashes) {
  std::vector<Clash> told;
  told.reserve(clashes.size());
  for (const change::Clash& clash : clashes)
    told.push_back(document::told(entry.shape(), entry.key, clash));
  throw MergeConflict(entry.place(), entry.version, std::move(told));
}

/// Nothing that was not looked at may be overwritten, and no edit may be lost in silence.
void UnitOfWork::Impl::check_can_merge(const Entry& entry) const {
  check_versioned(entry, "to tell a copy by");
  check_checkable(entry);
  const bool is_own = entry.basis == Entry::Basis::own && entry.version != entry.expected;
  if (is_own || !entry.at_rest() || entry.demands->demanded ||
      !mapping::same(*entry.map, entry.object, entry.stored))
    throw UsageError(entry.place() +
                     ": the unit of work has written it, holds it with edits, or expects a version "
                     "of it; commit or refresh it before a copy is merged");
}

/// What may throw comes first, so that the object stays as it was. A copy that makes no difference
/// asks for nothing: then nothing is sent.
void UnitOfWork::Impl::become(const EntryPtr& entry, const Snapshot& rows, Merging how) {
  const ObjectMap& map = *entry->map;
  const mapping::Packed packed = mapping::pack(map.shape, rows);
  if (const OwnedObject trial = make(map, rows); mapping::same(map, trial.get(), entry->stored))
    return;
  switch (how) {
    case Merging::reject: expect(entry, entry->version); break;
    case Merging::by_field:
    case Merging::overwrite: expect_unchanged(entry); break;
  }
  try {
    mapping::restore(map, rows, entry->object);
    mapping::show_versions(map, packed, entry->object);
    mapping::show_root_version(map, entry->version, entry->object);
  } catch (...) {
    drop(entry);  // half of it is no object
    throw;
  }
}

/// Its versions go on from the copy's. Where they are counted, somebody may have seen those behind
/// it; unique ones nobody has.
UnitOfWork::Impl::EntryPtr UnitOfWork::Impl::resurrect(const detail::Departed& copy,
                                                       const Snapshot& mine) {
  const ObjectMap& map = map_of(copy.type());
  if (!map.shape.version)
    throw UsageError(map.shape.table +
                     ": mapped unversioned, so there is no version to go on from");
  if (copy.version() == 0) raise_versionless(copy);
  OwnedObject object = make(map, mine);
  mapping::show_root_version(map, 0, object.get());
  EntryPtr entry = add(copy.type(), object.get());
  object.release();
  try {
    if (entry->key != copy.key()) raise_stale_copy(copy, {});  // 0: the database is to give one
    entry->turns.edit().first_version = copy.version();
  } catch (...) {
    drop(entry);
    throw;
  }
  return entry;
}

void UnitOfWork::Impl::raise_stale_copy(const detail::Departed& copy,
                                        std::optional<std::int64_t> found) {
  raise_stale_copy(copy.type(), copy.key(), copy.version(), found);
}

void UnitOfWork::Impl::raise_stale_copy(std::type_index type, const KeyValues& key,
                                        std::int64_t version, std::optional<std::int64_t> found) {
  const Shape& shape = map_of(type).shape;
  Conflict conflict{.type = type,
                    .table = shape.table,
                    .key = key,
                    .root_table = shape.table,
                    .root_key = key,
                    .expected = version,
                    .found = found,
                    .kind = Conflict::Kind::deleted,
                    .expectation = Conflict::Expectation::given};
  if (found)
    conflict.kind = is_older_version(*shape.version, *found, version) ? Conflict::Kind::ahead
                                                                      : Conflict::Kind::changed;
  work::raise_stale(*host_, {std::move(conflict)}, true, {});
}

}  // namespace rowan
