/// Copies that leave the unit of work, and what they become when they are brought back.

#include "../change/merge.hpp"
#include "../document/clashes.hpp"
#include "../document/fingerprint.hpp"
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

KeyValues root_key(const Shape& shape, const Snapshot& rows) {
  return {rows.row.begin(), rows.row.begin() + static_cast<std::ptrdiff_t>(shape.key_width)};
}

void check_key(const Shape& shape, const detail::Departed& copy, const KeyValues& key) {
  if (copy.base() && root_key(shape, *copy.base()) != key)
    throw UsageError(mapping::place(shape.table, key) +
                     ": the key of a copy cannot change; remove the aggregate and add one with the "
                     "new key");
}

void check_mapping(const ObjectMap& map, const detail::Departed& copy) {
  if (&map != &copy.map() &&
      document::fingerprint(map.shape) != document::fingerprint(copy.map().shape))
    throw UsageError(map.shape.table + ": a copy of an aggregate that is mapped otherwise");
}

}  // namespace

detail::Departed UnitOfWork::Impl::detach(const EntryPtr& entry) {
  check_alive(*entry);
  check_versioned(*entry, "to tell a copy by");
  if (entry->state != EntryState::stored || entry->written() ||
      entry->basis != Entry::Basis::committed || entry->outrun == Entry::Outrun::yes)
    throw UsageError(entry->place() +
                     ": a copy is taken of what is committed; commit, or take it before anything "
                     "is written");
  return {entry->type, entry->map, entry->object, entry->version,
          std::make_shared<const Snapshot>(mapping::unpack(entry->shape(), entry->stored))};
}

UnitOfWork::Impl::EntryPtr UnitOfWork::Impl::merge(const detail::Departed& copy, Merging how,
                                                   const Resolution* answers,
                                                   IfDeleted if_deleted) {
  check_usable();
  const ObjectMap& map = map_of(copy.type());
  check_mapping(map, copy);
  Snapshot mine = copy.rows();
  const KeyValues key = root_key(map.shape, mine);
  check_key(map.shape, copy, key);
  const EntryPtr entry = get(copy.type(), std::vector<KeyValues>{key}).front();
  if (!entry && if_deleted == IfDeleted::resurrect) return resurrect(copy, mine);
  if (!entry) raise_stale_copy(copy, key, {});
  check_can_merge(*entry);

  const bool moved_on = entry->version != copy.version();
  if (moved_on && (how == Merging::reject ||
                   is_older_version(*map.shape.version, entry->version, copy.version())))
    raise_stale_copy(copy, key, entry->version);
  if (moved_on && !copy.base())
    throw UsageError(entry->place() + ": a copy without its base cannot be merged by field");
  if (copy.base()) {
    const Snapshot theirs = mapping::unpack(map.shape, entry->stored);
    const auto decide = [&](const change::Clash& clash) -> std::optional<Side> {
      if (!moved_on) return Side::mine;  // of what moves no version
      if (!answers || answers->version() != entry->version) return {};
      return answers->at(document::pointer(map.shape, clash));
    };
    change::Merged merged = change::merge(map.shape, {*copy.base(), mine, theirs}, decide);
    if (!merged.clashes.empty())
      throw MergeConflict(entry->place(), entry->version,
                          document::clashes(map.shape, key, merged.clashes));
    mine = std::move(merged.state);
  }
  become(*entry, std::move(mine));
  if (!moved_on) expect(entry, copy.version());
  return entry;
}

/// Nothing that was not looked at may be overwritten, and no edit may be lost in silence.
void UnitOfWork::Impl::check_can_merge(const Entry& entry) const {
  check_versioned(entry, "to tell a copy by");
  check_checkable(entry);
  if (!entry.at_rest() || entry.demands->demanded ||
      !mapping::same(*entry.map, entry.object, entry.stored))
    throw UsageError(entry.place() +
                     ": the unit of work holds it with edits of its own; commit or refresh it "
                     "before a copy is merged");
}

void UnitOfWork::Impl::become(Entry& entry, const Snapshot& rows) {
  const ObjectMap& map = *entry.map;
  (void)make(map, rows);  // so that it stays as it was where its class refuses the result
  mapping::restore(map, rows, entry.object);
  mapping::show_versions(map, mapping::pack(map.shape, rows), entry.object);
  mapping::show_root_version(map, entry.version, entry.object);
}

/// Its versions go on from the copy's: nobody who has seen one of them sees it again.
UnitOfWork::Impl::EntryPtr UnitOfWork::Impl::resurrect(const detail::Departed& copy,
                                                       const Snapshot& mine) {
  OwnedObject object = make(map_of(copy.type()), mine);
  EntryPtr entry = add(copy.type(), object.get());
  object.release();
  work::Turns& turns = entry->turns.edit();
  turns.first_version = std::max(turns.first_version, copy.version());
  return entry;
}

void UnitOfWork::Impl::raise_stale_copy(const detail::Departed& copy, const KeyValues& key,
                                        std::optional<std::int64_t> found) {
  const Shape& shape = copy.map().shape;
  Conflict conflict{.type = copy.type(),
                    .table = shape.table,
                    .key = key,
                    .root_table = shape.table,
                    .root_key = key,
                    .expected = copy.version(),
                    .found = found,
                    .kind = Conflict::Kind::deleted,
                    .expectation = Conflict::Expectation::given};
  if (found)
    conflict.kind = is_older_version(*shape.version, *found, copy.version())
                        ? Conflict::Kind::ahead
                        : Conflict::Kind::changed;
  work::raise_stale(*host_, {std::move(conflict)}, true, {});
}

}  // namespace rowan
