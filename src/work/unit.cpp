#include "unit.hpp"

#include <algorithm>
#include <exception>

#include "../change/diff.hpp"
#include "../mapping/capture.hpp"
#include "../mapping/pack.hpp"
#include "conflict.hpp"

namespace rowan {

using work::EntryState;

namespace {

/// How many aggregates for_each has in memory at once.
constexpr std::size_t page_size = 256;

/// Positions and versions as stored, which objects do not show, onto what was captured from the
/// object that was restored from them.
void copy_places(const Snapshot& from, Snapshot& to) {
  to.version = from.version;
  to.position = from.position;
  for (std::size_t l = 0; l < from.children.size(); ++l)
    for (std::size_t i = 0; i < from.children[l].size(); ++i)
      copy_places(from.children[l][i], to.children[l][i]);
}

/// Rows into the object, and out what it is compared with from then on: those rows, or what it
/// captures where that differs, so that a database's own spelling of a value is no change.
mapping::Packed fill(const ObjectMap& map, const sql::RootRow& row, void* object) {
  mapping::Packed read = mapping::pack(map.shape, row.snapshot);
  mapping::restore(map, row.snapshot, object);
  mapping::show_versions(map, read, object);
  mapping::check_loaded(map, object, row.key);
  if (mapping::same(map, object, read)) return read;
  Snapshot shown = mapping::capture(map, object);
  copy_places(row.snapshot, shown);
  return mapping::pack(map.shape, shown);
}

bool is_unedited(const work::Entry& entry) {
  return entry.at_rest() && !entry.demands->demanded &&
         mapping::same(*entry.map, entry.object, entry.stored);
}

/// Whether nothing is lost with it.
bool is_clean(const work::Entry& entry) {
  return is_unedited(entry) && entry.demands->guarded == work::Entry::Guarded::no;
}

}  // namespace

UnitOfWork::Impl::~Impl() {
  const bool abandoned = std::uncaught_exceptions() > exceptions_;
  host_->observer->unit(
      {&transaction_, abandoned ? UnitEvent::Kind::abandoned : UnitEvent::Kind::ended});
  for (const auto& held : entries_.all())
    for (auto entry = held; entry; entry = entry->turns->replaces) entry->kill();
}

void UnitOfWork::Impl::check_usable() const {
  if (in_hook_ == Hook::progress)
    throw UsageError("the unit of work is being written, so it cannot be used");
  if (!failed_) return;
  throw UnitFailed(
      (over_ == Over::yes ? "the unit of work has failed and cannot be used again: "
                          : "the unit of work has failed and was not rolled back since: ") +
          *failed_,
      retry_);
}

void UnitOfWork::Impl::check_alive(const work::Entry& entry) const {
  (void)entry.alive();
  check_usable();
  if (!entries_.holds(entry))
    throw UsageError(entry.place() +
                     ": this Ref belongs to another unit of work, or another "
                     "aggregate was added under its key");
}

template <class F>
auto UnitOfWork::Impl::reading(F&& read) -> decltype(read(std::declval<work::Loader&>())) {
  const bool was_open = transaction_.open();
  work::Loader loader(host_, settings_, transaction_);
  try {
    return read(loader);
  } catch (const std::exception& error) {
    after_read(was_open, error.what());
    throw;
  } catch (...) {
    after_read(was_open, "a read ended with an exception");
    throw;
  }
}

std::vector<Outcome> UnitOfWork::Impl::ask(const ObjectMap& map,
                                           std::vector<Statement> statements) {
  return reading([&](work::Loader& loader) { return loader.ask(map, std::move(statements)); });
}

void UnitOfWork::Impl::after_read(bool was_open, const std::string& cause) noexcept {
  if (!was_open || transaction_.open()) return;
  if (wrote_ == Wrote::yes)
    after_failure(cause);
  else
    failed_ = cause;
}

UnitOfWork::Impl::EntryPtr UnitOfWork::Impl::admit(std::type_index type, sql::RootRow row) {
  const ObjectMap& map = map_of(type);
  auto entry = std::make_shared<work::Entry>(host_->schema, type, map.create(map.make));
  take_in(*entry, row);
  entry->key = std::move(row.key);
  entries_.insert(entry);
  return entry;
}

/// What is stored becomes the object, whatever it was.
void UnitOfWork::Impl::take_in(work::Entry& entry, const sql::RootRow& row) {
  entry.stored = fill(*entry.map, row, entry.object);
  entry.expected = row.snapshot.version;
  entry.basis = wrote_ == Wrote::yes ? work::Entry::Basis::own : work::Entry::Basis::committed;
  // What the open transaction may have written itself is at its last committed version still.
  const bool known = entry.version != 0 && entry.basis == work::Entry::Basis::own;
  if (!entry.written() && !known) entry.version = entry.expected;
  mapping::show_root_version(*entry.map, entry.version, entry.object);
  entry.state = EntryState::stored;
  entry.touched = work::Entry::Touched::no;
  entry.outrun = work::Entry::Outrun::no;
  entry.epoch = epoch_;
}

void UnitOfWork::Impl::read_again(work::Entry& entry, const sql::RootRow& row) {
  const ObjectMap& map = *entry.map;
  const std::unique_ptr<void, void (*)(void*)> trial(map.create(map.make), map.destroy);
  (void)fill(map, row, trial.get());
  take_in(entry, row);
}

/// Whether the row is what the unit takes for stored.
bool UnitOfWork::Impl::is_stored(const work::Entry& entry, const sql::RootRow& row) {
  const ObjectMap& map = *entry.map;
  const std::unique_ptr<void, void (*)(void*)> trial(map.create(map.make), map.destroy);
  const Snapshot now = mapping::unpack(map.shape, fill(map, row, trial.get()));
  Snapshot then = mapping::unpack(map.shape, entry.stored);
  return now.version == then.version && change::diff(map.shape, entry.key, &now, &then).empty();
}

/// What was read after the transaction had written, and was then rolled back, may never have been
/// committed, and its version may be given to somebody else's state since. It is read again, and
/// has to be the same.
std::optional<Conflict> UnitOfWork::Impl::doubt(work::Entry& entry) {
  if (entry.basis != work::Entry::Basis::doubtful) return {};
  const auto rows =
      reading([&](work::Loader& loader) { return loader.get(*entry.map, {entry.key}); });
  if (!rows.empty() && is_stored(entry, rows.front())) {
    entry.basis = work::Entry::Basis::committed;
    return {};
  }
  const auto found = rows.empty() ? std::nullopt : std::optional(rows.front().snapshot.version);
  return work::conflict(entry, Conflict::Operation::update, entry.expected, found);
}

void UnitOfWork::Impl::confirm(const work::ChangeSet& changes) {
  std::vector<Conflict> conflicts;
  for (const work::Change& change : changes)
    if (auto conflict = doubt(*change.entry)) conflicts.push_back(*std::move(conflict));
  if (conflicts.empty()) return;
  const auto roots = involved(changes);
  fail_of("an aggregate is not as it was read in a transaction that was rolled back");
  try {
    work::raise_if_stale(host_, settings_, roots, std::move(conflicts));
  } catch (const StaleDataError& stale) {
    failed_ = stale.what();
    throw;
  }
}

/// Read in a transaction that has ended, by a unit whose reads shall all be of one; or read from
/// what was rolled back.
bool UnitOfWork::Impl::is_outdated(const work::Entry& entry) const {
  const bool of_another =
      settings_.transaction == Transaction::from_first_read && entry.epoch != epoch_;
  return (of_another || entry.basis == work::Entry::Basis::doubtful) && is_unedited(entry);
}

/// Whether it is outdated, and not in the database any more.
bool UnitOfWork::Impl::is_gone(const work::Entry& entry) {
  return is_outdated(entry) && !get(entry.type, std::vector<KeyValues>{entry.key}).front();
}

std::vector<UnitOfWork::Impl::EntryPtr> UnitOfWork::Impl::get(std::type_index type,
                                                              const std::vector<KeyValues>& keys) {
  check_usable();
  const ObjectMap& map = map_of(type);
  std::vector<EntryPtr> out(keys.size());
  const auto look_up = [&](std::size_t i) {
    out[i] = entries_.find(type, keys[i]);
    return out[i] && !is_outdated(*out[i]);
  };
  std::vector<KeyValues> unknown;
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (!look_up(i)) unknown.push_back(keys[i]);
  if (!unknown.empty()) {
    if (!std::is_sorted(unknown.begin(), unknown.end())) std::sort(unknown.begin(), unknown.end());
    unknown.erase(std::unique(unknown.begin(), unknown.end()), unknown.end());
    for (auto& row : reading([&](work::Loader& loader) { return loader.get(map, unknown); })) {
      if (const auto entry = entries_.find(type, row.key))
        read_again(*entry, row);
      else
        admit(type, std::move(row));
    }
    // What is outdated still is not there any more.
    for (std::size_t i = 0; i < keys.size(); ++i)
      if (!look_up(i)) out[i] = nullptr;
  }
  for (EntryPtr& entry : out)
    if (entry && entry->state != EntryState::added && entry->state != EntryState::stored)
      entry = nullptr;
  return out;
}

UnitOfWork::Impl::Page UnitOfWork::Impl::page(std::type_index type, const Query& query) {
  const ObjectMap& map = map_of(type);
  flush_before_query();
  auto rows = reading([&](work::Loader& loader) {
    return loader.select(map, query, [&](const KeyValues& key) {
      const auto entry = entries_.find(type, key);
      return entry && !is_outdated(*entry);
    });
  });
  Page out;
  out.rows = rows.size();
  if (!rows.empty()) out.last = rows.back().place;
  for (auto& row : rows) {
    if (row.key.empty()) continue;
    if (auto entry = entries_.find(type, row.key)) {
      if (is_outdated(*entry)) read_again(*entry, row);
      if (entry->state == EntryState::added || entry->state == EntryState::stored)
        out.entries.push_back(std::move(entry));
    } else {
      out.loaded.push_back(admit(type, std::move(row)));
      out.entries.push_back(out.loaded.back());
    }
  }
  return out;
}

std::vector<UnitOfWork::Impl::EntryPtr> UnitOfWork::Impl::select(std::type_index type,
                                                                 const Query& query) {
  check_usable();
  return page(type, query).entries;
}

void UnitOfWork::Impl::walk(std::type_index type, Query query,
                            const std::function<void(const TrackedPtr&)>& visit) {
  check_usable();
  auto left = query.limit();
  for (;;) {
    const std::size_t size = std::min(page_size, left.value_or(page_size));
    if (size == 0) return;
    Page now = page(type, query.limit(size));
    const auto drop_clean = [&] {
      for (const auto& entry : now.loaded)
        if (is_clean(*entry)) drop(entry);
    };
    try {
      std::size_t loaded = 0;
      for (const auto& entry : now.entries) {
        // A visit may have forgotten or removed one of those behind it.
        if (entry->object &&
            (entry->state == EntryState::added || entry->state == EntryState::stored))
          visit(entry);
        if (loaded < now.loaded.size() && now.loaded[loaded] == entry) {
          if (is_clean(*entry)) drop(entry);
          ++loaded;
        }
      }
    } catch (...) {
      drop_clean();
      throw;
    }
    if (now.rows < size) return;
    if (left) *left -= now.rows;
    query.set_after(std::move(now.last));
  }
}

std::size_t UnitOfWork::Impl::count(std::type_index type, const Query& query) {
  check_usable();
  const ObjectMap& map = map_of(type);
  flush_before_query();
  return reading([&](work::Loader& loader) { return loader.count(map, query); });
}

UnitOfWork::Impl::EntryPtr UnitOfWork::Impl::add(std::type_index type, void* owned) {
  check_usable();
  const ObjectMap& map = map_of(type);
  auto entry =
      std::make_shared<work::Entry>(host_->schema, type, nullptr);  // owns nothing if this throws
  entry->state = EntryState::added;
  entry->key = mapping::key_in(map, owned);
  if (map.shape.origin == KeyOrigin::generated && entry->key.front() == Value(std::int64_t{0}))
    entry->key.clear();
  const auto other = entry->key.empty() ? nullptr : entries_.find(type, entry->key);
  if (other) {
    const bool there = other->state == EntryState::added || other->state == EntryState::stored;
    if (there && !is_gone(*other))
      throw UsageError(entry->place() + ": the unit of work holds an aggregate with this key");
    if (!mapping::shows_root_version(map, 0, owned) &&
        !mapping::shows_root_version(map, other->version, owned))
      throw UsageError(entry->place() + ": the version member of a new aggregate must be 0");
    entry->turns.edit().replaces = other;
    if (other->state == EntryState::removed)
      entry->take_over(*other);
    else {
      // No version is given twice, and none is passed over that nobody else has seen.
      entry->turns.edit().first_version = other->expected;
      entry->bumped = other->bumped;
    }
  }
  if (other) mapping::show_root_version(map, entry->version, owned);
  entries_.insert(entry);
  if (other) entries_.erase(*other);  // no sooner, for whatever may throw
  entry->object = owned;
  return entry;
}

void UnitOfWork::Impl::remove(const EntryPtr& entry) {
  check_alive(*entry);
  if (entry->state == EntryState::added)
    drop(entry);
  else if (entry->state == EntryState::stored)
    entry->state = EntryState::removed;
}

void UnitOfWork::Impl::check_versioned(const work::Entry& entry, const char* wanted) {
  if (!entry.shape().version)
    throw UsageError(entry.place() + ": mapped unversioned, so there is no version " + wanted);
}

void UnitOfWork::Impl::touch(const EntryPtr& entry) {
  check_alive(*entry);
  check_versioned(*entry, "to move on");
  entry->touched = work::Entry::Touched::yes;
}

void UnitOfWork::Impl::refresh(const EntryPtr& entry) {
  check_alive(*entry);
  const ObjectMap& map = *entry->map;
  if (!entry->in_database())
    throw UsageError(entry->place() + ": not in the database, so it cannot be refreshed");
  auto rows = reading([&](work::Loader& loader) { return loader.get(map, {entry->key}); });
  if (rows.empty())
    work::raise_stale(*host_,
                      {work::conflict(*entry, Conflict::Operation::update, entry->expected, {})},
                      true, {});
  read_again(*entry, rows.front());
  if (!entry->demands) return;
  entry->demands.edit().demanded.reset();
  entry->demands.edit().checked = work::Entry::Checked::yes;
}

void UnitOfWork::Impl::discard(const EntryPtr& entry) {
  check_alive(*entry);
  if (entry->written() && entry->outrun == work::Entry::Outrun::no)
    throw UsageError(entry->place() +
                     ": written in the open transaction; commit or roll back "
                     "before it is discarded");
  if (savepoints_ > 0 && work::is_watched(*entry))
    throw UsageError(entry->place() +
                     ": guarded or expected at a version, which a savepoint that is taken back "
                     "could not ask for again; discard it outside of the savepoint");
  drop(entry);
}

void UnitOfWork::Impl::drop(const EntryPtr& entry) {
  const EntryPtr kept = entry;  // the argument may live in the map
  entries_.erase(*kept);
  kept->kill();
  if (kept->turns->replaces) entries_.insert(std::exchange(kept->turns.edit().replaces, nullptr));
}

}  // namespace rowan
