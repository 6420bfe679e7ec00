/// Versions that came from outside, and aggregates that were only read but must not move.

#include "conflict.hpp"
#include "unit.hpp"

namespace rowan {

UnitOfWork::Impl::EntryPtr UnitOfWork::Impl::get(std::type_index type, const KeyValues& key,
                                                 std::int64_t version) {
  const auto& shape = map_of(type).shape;
  if (!shape.version)
    throw UsageError(shape.table + ": mapped unversioned, so there is no version to be expected");
  const auto entry = get(type, std::vector<KeyValues>{key}).front();
  if (entry) {
    expect(entry, version);
    return entry;
  }
  work::raise_stale(
      *host_,
      {{.type = type,
        .table = shape.table,
        .key = key,
        .root_table = shape.table,
        .root_key = key,
        .expected = version,
        .found = {},
        .kind = entries_.find(type, key) ? Conflict::Kind::deleted : Conflict::Kind::missing,
        .expectation = Conflict::Expectation::given}},
      true, {});
}

UnitOfWork::Impl::EntryPtr UnitOfWork::Impl::remove(std::type_index type, const KeyValues& key,
                                                    std::optional<std::int64_t> version) {
  const bool held = entries_.find(type, key) != nullptr;
  auto entry = version ? get(type, key, *version) : get(type, std::vector<KeyValues>{key}).front();
  if (!entry) throw NotFound(mapping::place(map_of(type).shape.table, key) + ": there is none");
  // Who removes what was not looked at does not mind what it has become.
  if (!held && !version) entry->demands.edit().checked = work::Entry::Checked::no;
  remove(entry);
  return entry;
}

/// What the unit has written itself it has moved on, and says nothing of others.
void UnitOfWork::Impl::check_checkable(const work::Entry& entry) const {
  if (entry.outrun == work::Entry::Outrun::yes)
    throw UsageError(entry.place() +
                     ": update_all or remove_all has written it in this transaction; refresh it "
                     "before a version is expected of it");
  const bool was_stored = entry.written() && entry.turns->before->state != work::EntryState::added;
  if (was_stored && !work::is_checked(entry, entry.turns->versions))
    throw UsageError(entry.place() +
                     ": written in this transaction whatever its version was; expect one before");
}

void UnitOfWork::Impl::expect(const EntryPtr& entry, std::int64_t version) {
  check_alive(*entry);
  check_versioned(*entry, "to be expected");
  check_checkable(*entry);
  if (entry->version == 0)
    throw UsageError(entry->place() + ": not stored yet, so it is at no version");
  auto conflict = doubt(*entry);
  if (!conflict && entry->version != version)
    conflict = work::conflict(*entry, Conflict::Operation::update, version, entry->version);
  if (conflict) {
    conflict->expected = version;
    conflict->expectation = Conflict::Expectation::given;
    work::raise_stale(*host_, {*std::move(conflict)}, true, {});
  }
  entry->demands.edit().demanded = version;
}

void UnitOfWork::Impl::expect_unchanged(const EntryPtr& entry) {
  check_alive(*entry);
  check_versioned(*entry, "to be held");
  check_checkable(*entry);
  if (settings_.access == Access::read_only)
    throw ReadOnly(entry->place() + ": a unit of work that is read only cannot hold it");
  entry->demands.edit().guarded = work::Entry::Guarded::yes;
}

}  // namespace rowan
