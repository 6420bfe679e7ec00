#pragma once
/// One business transaction: aggregates read, changed, added and removed together, written in
/// one database transaction by commit().

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <typeindex>
#include <vector>

#include <rowan/aggregate_root.hpp>
#include <rowan/errors.hpp>
#include <rowan/options.hpp>
#include <rowan/query.hpp>
#include <rowan/ref.hpp>

namespace rowan {

/// Used by one thread at a time. Made by Store::begin.
///
/// An error of a statement that was to write, or of COMMIT, fails the unit, and so does a failed
/// read that ended the open transaction (a mistake in a query does not end it): the database
/// transaction is rolled back, your edits are kept, and everything but rollback() throws
/// UnitFailed; after rollback() you can refresh or discard what was stale, and commit again.
///
/// Besides what each member names,
/// - all throw UsageError for a class that is not in the schema;
/// - all that take a Ref, but for version(), throw UsageError for one that is dead or belongs to
///   another unit;
/// - all that read or write throw what any statement may meet: a ConcurrencyError, QueryError,
///   StatementTimeout, ResourcesExhausted, ConnectionFailed, ConnectionLost;
/// - all that load throw DataError for what does not fit the mapping or breaks its invariant;
/// - with Transaction::from_first_read find_all, count and, before each batch, for_each flush
///   first, and throw all that flush throws, StaleDataError included.
class UnitOfWork {
 public:
  UnitOfWork(UnitOfWork&&) noexcept;
  UnitOfWork& operator=(UnitOfWork&&) noexcept;
  ~UnitOfWork();  ///< rolls back what was not committed; never throws

  // -- reading: an aggregate is loaded whole, in one consistent read -------------------------

  /// The aggregate with this id; the same object each time. Throws NotFound, DataError.
  template <AggregateRoot T>
  [[nodiscard]] Ref<T> get(const IdOf<T>& id) {
    return Ref<T>(require(typeid(T), key_of<T>(id)));
  }
  /// None when there is none, or when it was removed in this unit. Throws DataError.
  template <AggregateRoot T>
  [[nodiscard]] std::optional<Ref<T>> find(const IdOf<T>& id) {
    auto found = lookup(typeid(T), key_of<T>(id));
    return found ? std::optional(Ref<T>(std::move(found))) : std::nullopt;
  }
  /// Along `ids`, one SELECT a table. Throws NotFound naming all that are missing, DataError.
  template <AggregateRoot T>
  [[nodiscard]] std::vector<Ref<T>> get_all(const std::vector<IdOf<T>>& ids) {
    std::vector<KeyValues> keys;
    keys.reserve(ids.size());
    for (const auto& id : ids) keys.push_back(key_of<T>(id));
    return refs<T>(require_all(typeid(T), std::move(keys)));
  }
  /// All that match, in the order asked for, else by key. What is already in the unit keeps its
  /// state, edits included; what was removed in it is left out. Throws QueryError for a mistake in
  /// the query, DataError.
  template <AggregateRoot T>
  [[nodiscard]] std::vector<Ref<T>> find_all(const Query& query = {}) {
    return refs<T>(select(typeid(T), query));
  }
  /// Calls `visit` with each that matches, a batch at a time, in bounded memory: what `visit`
  /// left unchanged is dropped after its step, what it changed stays in the unit. Throws as
  /// find_all does, and what `visit` throws.
  template <AggregateRoot T, std::invocable<Ref<T>> F>
  void for_each(const Query& query, F&& visit) {
    walk(typeid(T), query, [&](const std::shared_ptr<detail::Tracked>& t) { visit(Ref<T>(t)); });
  }
  /// How many rows match in the database. Throws QueryError, and DataError for a value in the
  /// query that its column does not take.
  template <AggregateRoot T>
  [[nodiscard]] std::size_t count(const Query& query = {}) {
    return count_rows(typeid(T), query);
  }

  // -- changing -----------------------------------------------------------------------------

  /// Stores a new aggregate at flush or commit, at version 1. One that was removed in this unit
  /// may be added anew under its key: it becomes one UPDATE, and the version goes on. Throws
  /// UsageError when the unit holds one with this key.
  template <AggregateRoot T>
  Ref<T> add(T aggregate) {
    auto owned = std::make_unique<T>(std::move(aggregate));
    auto entry = insert(typeid(T), owned.get());
    owned.release();  // the entry's from here on
    return Ref<T>(std::move(entry));
  }
  /// Deletes it with everything beneath it at flush or commit. One that was added and is not
  /// flushed is forgotten at once; its Refs die.
  template <AggregateRoot T>
  void remove(const Ref<T>& aggregate) {
    erase(aggregate.tracked_);
  }
  /// Moves its version on at flush or commit, changed or not. Throws UsageError when it is mapped
  /// unversioned.
  template <AggregateRoot T>
  void touch(const Ref<T>& aggregate) {
    touch(aggregate.tracked_);
  }
  /// Loads it again, whole; edits to it are dropped, a removal not yet flushed too. Throws
  /// UsageError when it is not in the database: added and not flushed, or its removal flushed;
  /// StaleDataError when it is gone, of which the unit does not fail; DataError, and the object is
  /// as before.
  template <AggregateRoot T>
  void refresh(const Ref<T>& aggregate) {
    reload(aggregate.tracked_);
  }
  /// Forgets it and its edits; its Refs die. Throws UsageError when it was flushed and neither
  /// committed nor rolled back since.
  template <AggregateRoot T>
  void discard(const Ref<T>& aggregate) {
    forget(aggregate.tracked_);
  }
  /// The version it was read or last committed at; 0 for one that was never stored.
  template <AggregateRoot T>
  [[nodiscard]] std::int64_t version(const Ref<T>& aggregate) const {
    return aggregate.version();
  }

  // -- writing ------------------------------------------------------------------------------

  /// Writes what changed so far inside the write transaction, which stays open. Throws
  /// StaleDataError, WriteIgnored, ConstraintViolation, ReadOnly, VersionOverflow; DataError for
  /// what its column does not take; UsageError when the version, or the key of a stored
  /// aggregate, was changed by hand; and as it is what an invariant throws.
  void flush();
  /// The same, with `versions` in place of the unit's own WorkOptions::versions.
  void flush(Versions versions);
  /// Flushes and commits; versions move in memory once COMMIT is certain. The unit can be used
  /// on. With nothing to write and no transaction open it sends nothing. Throws what flush throws,
  /// and CommitUnknown.
  void commit();
  /// The same, with `versions` in place of the unit's own WorkOptions::versions.
  void commit(Versions versions);
  /// Ends the transaction without effect. Objects keep their edits, versions are those of the
  /// database, ids the database had given are withdrawn.
  void rollback() noexcept;

  class Impl;
  explicit UnitOfWork(std::unique_ptr<Impl> impl);
  /// The engine behind it, for rowan/soci.hpp.
  [[nodiscard]] Impl& impl() noexcept { return *impl_; }

 private:
  using Entry = std::shared_ptr<detail::Tracked>;

  template <AggregateRoot T>
  KeyValues key_of(const IdOf<T>& id) const {
    const ObjectMap& map = map_of(typeid(T));
    KeyValues out(map.shape.key_width);
    if constexpr (detail::is_tuple<IdOf<T>>) {
      std::size_t i = 0;
      auto one = [&](const auto& part) { capture_part(map, i++, &part, out); };
      std::apply([&](const auto&... part) { (one(part), ...); }, id);
    } else
      capture_part(map, 0, &id, out);
    return out;
  }
  template <class T>
  static std::vector<Ref<T>> refs(std::vector<Entry> entries) {
    std::vector<Ref<T>> out;
    out.reserve(entries.size());
    for (auto& e : entries) out.emplace_back(std::move(e));
    return out;
  }

  [[nodiscard]] const ObjectMap& map_of(std::type_index type) const;
  static void capture_part(const ObjectMap& map, std::size_t field, const void* part,
                           KeyValues& to);
  Entry require(std::type_index type, KeyValues key);
  Entry lookup(std::type_index type, KeyValues key);
  std::vector<Entry> require_all(std::type_index type, std::vector<KeyValues> keys);
  std::vector<Entry> select(std::type_index type, const Query& query);
  void walk(std::type_index type, const Query& query,
            const std::function<void(const Entry&)>& visit);
  std::size_t count_rows(std::type_index type, const Query& query);
  Entry insert(std::type_index type, void* object);  ///< owns it unless it throws
  void erase(const Entry& entry);
  void touch(const Entry& entry);
  void reload(const Entry& entry);
  void forget(const Entry& entry);

  std::unique_ptr<Impl> impl_;
};

}  // namespace rowan
