#pragma once
/// One business transaction: aggregates read, changed, added and removed together, written in
/// one database transaction by commit().

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <typeindex>
#include <vector>

#include <rowan/aggregate_root.hpp>
#include <rowan/bulk.hpp>
#include <rowan/detached.hpp>
#include <rowan/errors.hpp>
#include <rowan/history.hpp>
#include <rowan/merge.hpp>
#include <rowan/options.hpp>
#include <rowan/query.hpp>
#include <rowan/ref.hpp>

namespace rowan {

/// A version known from outside, by who edited a copy elsewhere.
struct Expect {
  std::int64_t version;
};

/// Used by one thread at a time. Made by Store::begin.
///
/// An error of a statement that was to write, or of COMMIT, fails the unit, and so does a failed
/// read that ended the open transaction (a mistake in a query does not end it): the database
/// transaction is rolled back, your edits are kept, and everything but rollback() throws
/// UnitFailed; after rollback() you can refresh or discard what was stale, and commit again.
///
/// Besides what each member names,
/// - all throw UsageError for a class that is not in the schema;
/// - all that take a Ref throw UsageError for one that is dead or belongs to another unit;
/// - all that read or write throw what any statement may meet: a ConcurrencyError, QueryError,
///   StatementTimeout, ResourcesExhausted, ConnectionFailed, ConnectionLost;
/// - all that load throw DataError for what does not fit the mapping or breaks its invariant;
/// - with Transaction::from_first_read find_all, count and, before each batch, for_each flush
///   first, and throw all that flush throws, StaleDataError included. What such a unit read before
///   it committed or rolled back is read again when it is asked for once more, unless it was
///   edited.
class UnitOfWork {
 public:
  UnitOfWork(UnitOfWork&&) noexcept;
  UnitOfWork& operator=(UnitOfWork&&) noexcept;
  ~UnitOfWork();  ///< rolls back what was not committed; never throws

  /// The aggregate with this id; the same object each time. Throws NotFound, DataError.
  template <detail::Root T>
  [[nodiscard]] Ref<T> get(const IdOf<T>& id) {
    return Ref<T>(require(typeid(T), key_of<T>(id)));
  }
  /// The same, if it is at this version. Throws StaleDataError at once when it is not, or is gone;
  /// at commit as well: see expect().
  template <detail::Root T>
  [[nodiscard]] Ref<T> get(const IdOf<T>& id, Expect expect) {
    return Ref<T>(require(typeid(T), key_of<T>(id), expect.version));
  }
  template <detail::Root T, detail::NoIdOf<T> I, class... More>
  void get(const I&, const More&...) {
    refuse_id<T, I>();
  }
  /// None when there is none, or when it was removed in this unit. Throws DataError.
  template <detail::Root T>
  [[nodiscard]] std::optional<Ref<T>> find(const IdOf<T>& id) {
    auto found = lookup(typeid(T), key_of<T>(id));
    return found ? std::optional(Ref<T>(std::move(found))) : std::nullopt;
  }
  template <detail::Root T, detail::NoIdOf<T> I>
  void find(const I&) {
    refuse_id<T, I>();
  }
  /// Along `ids`, one SELECT a table. Throws NotFound naming all that are missing, DataError.
  template <detail::Root T>
  [[nodiscard]] std::vector<Ref<T>> get_all(const std::vector<IdOf<T>>& ids) {
    std::vector<KeyValues> keys;
    keys.reserve(ids.size());
    for (const auto& id : ids) keys.push_back(key_of<T>(id));
    return refs<T>(require_all(typeid(T), std::move(keys)));
  }
  /// All that match, in the order asked for, else by key. What is already in the unit keeps its
  /// state, edits included; what was removed in it is left out. Throws QueryError for a mistake in
  /// the query, DataError.
  template <detail::Root T>
  [[nodiscard]] std::vector<Ref<T>> find_all(const Query& query = {}) {
    return refs<T>(select(typeid(T), query));
  }
  /// Calls `visit` with each that matches, a batch at a time, in bounded memory: what `visit`
  /// left unchanged is dropped after its step, what it changed stays in the unit. Throws as
  /// find_all does, and what `visit` throws.
  template <detail::Root T, std::invocable<Ref<T>> F>
  void for_each(const Query& query, F&& visit) {
    walk(typeid(T), query, [&](const TrackedPtr& t) { visit(Ref<T>(t)); });
  }
  /// How many rows match in the database. Throws QueryError, and DataError for a value in the
  /// query that its column does not take.
  template <detail::Root T>
  [[nodiscard]] std::size_t count(const Query& query = {}) {
    return count_rows(typeid(T), query);
  }

  /// Stores a new aggregate at flush or commit, at version 1, or where its history goes on. One
  /// that was removed in this unit may be added anew under its key: it becomes one UPDATE, and the
  /// version goes on. Throws UsageError when the unit holds one with this key.
  template <detail::Root T>
  Ref<T> add(T aggregate) {
    auto owned = std::make_unique<T>(std::move(aggregate));
    auto entry = insert(typeid(T), owned.get());
    owned.release();  // the entry's from here on
    return Ref<T>(std::move(entry));
  }
  /// Deletes it with everything beneath it at flush or commit. One that was added and is not
  /// flushed is forgotten at once; its Refs die.
  template <detail::Root T>
  void remove(const Ref<T>& aggregate) {
    erase(aggregate.tracked_);
  }
  /// The same of one that is expected at this version. Throws StaleDataError at once when it is
  /// not.
  template <detail::Root T>
  void remove(const Ref<T>& aggregate, Expect expect) {
    this->expect(aggregate, expect.version);
    remove(aggregate);
  }
  /// Deletes it whatever its version is at flush or commit, unless the unit holds it already: then
  /// as above. Returns it, for refresh or discard to take that back. Throws NotFound; when somebody
  /// else deletes it first, commit throws StaleDataError.
  template <detail::Root T>
  Ref<T> remove(const IdOf<T>& id) {
    return Ref<T>(erase(typeid(T), key_of<T>(id), {}));
  }
  /// The same, if it is at this version. Throws StaleDataError as get() with Expect does.
  template <detail::Root T>
  Ref<T> remove(const IdOf<T>& id, Expect expect) {
    return Ref<T>(erase(typeid(T), key_of<T>(id), expect.version));
  }
  template <detail::Root T, detail::NoIdOf<T> I, class... More>
  requires(!std::same_as<I, Ref<T>>) void remove(const I&, const More&...) { refuse_id<T, I>(); }
  /// Moves its version on at flush or commit, changed or not. Throws UsageError when it is mapped
  /// unversioned.
  template <detail::Root T>
  void touch(const Ref<T>& aggregate) {
    touch(aggregate.tracked_);
  }
  /// It has to be at this version, which came from outside: now, and at commit even if nothing of
  /// it is written; also where the unit ignores versions. Withdrawn by refresh. Store::transact
  /// does not try again when it fails. In a unit that is read only it is checked at once alone.
  /// Throws StaleDataError at once, with the version that this unit read as the one found;
  /// UsageError when it is not stored yet or mapped unversioned.
  template <detail::Root T>
  void expect(const Ref<T>& aggregate, std::int64_t version) {
    demand(aggregate.tracked_, version);
  }
  /// A decision depends on it: commit fails when its version has moved on by then, at every
  /// isolation level, and nobody can move it between this check and the commit. Holds until the
  /// next commit; what is written anyway is checked by that, also where the unit ignores versions.
  /// Throws UsageError when it is mapped
  /// unversioned, ReadOnly in a unit that is: such a unit takes no locks.
  template <detail::Root T>
  void expect_unchanged(const Ref<T>& aggregate) {
    guard(aggregate.tracked_);
  }
  /// Loads it again, whole; edits to it are dropped, a removal not yet flushed too. Throws
  /// UsageError when it is not in the database: added and not flushed, or its removal flushed;
  /// StaleDataError when it is gone, of which the unit does not fail; DataError, and the object is
  /// as before.
  template <detail::Root T>
  void refresh(const Ref<T>& aggregate) {
    reload(aggregate.tracked_);
  }
  /// Forgets it and its edits; its Refs die. Throws UsageError when it was flushed and neither
  /// committed nor rolled back since, and in a savepoint when it is guarded or expected at a
  /// version.
  template <detail::Root T>
  void discard(const Ref<T>& aggregate) {
    forget(aggregate.tracked_);
  }

  /// A copy to be edited elsewhere, with the object's edits so far and the state that was stored as
  /// its base. Throws UsageError when there is no such state: it is mapped unversioned, was never
  /// stored, or was written or read in a transaction of this unit that has written and is open.
  template <detail::Root T>
  [[nodiscard]] Detached<T> detach(const Ref<T>& aggregate) {
    return Detached<T>(depart(aggregate.tracked_));
  }
  /// A copy from a document, as Detached<T>::from_json reads it; a patch may also come without its
  /// base, and is then for the state at its version: that of the aggregate, which is loaded unless
  /// the unit holds it, or else of the history. Throws as that does; StaleDataError where neither
  /// has that version any more.
  template <detail::Root T>
  [[nodiscard]] Detached<T> from_json(std::string_view text, const DocumentLimits& limits = {}) {
    return Detached<T>(read_document(typeid(T), text, limits));
  }
  /// Brings a copy back: it is loaded, unless the unit holds it, and becomes what the copy is, to
  /// be written at flush or commit. What is the same as stored is no change. What is mapped
  /// unversioned() and was not changed in the copy stays as it is in the database.
  /// When it is not at the copy's version any more
  /// - by default StaleDataError is thrown at once; transact does not try again;
  /// - with Merging::by_field what one side alone has changed is taken, and MergeConflict is thrown
  ///   where both have. Ahead of the database it is a StaleDataError all the same. The base of a
  ///   copy that has none is read from the history; where there is none it is refused as by
  ///   default;
  /// - with Merging::overwrite it becomes the copy all the same, unversioned members included.
  /// A copy that does not say its version is a PreconditionError, unless it is to overwrite.
  /// Throws what its invariant throws of the result; UsageError when the unit has written it, holds
  /// it with edits, has removed it or expects a version of it, when the key of the copy was
  /// changed, and when it is a copy by another mapping; ReadOnly in a unit that is. In all these
  /// cases the unit is as before.
  template <detail::Root T>
  Ref<T> merge(const Detached<T>& copy, Merging how = Merging::reject,
               IfDeleted if_deleted = IfDeleted::reject) {
    return Ref<T>(bring_back(copy.departed(), how, nullptr, if_deleted));
  }
  /// Merges by field, with the answers of somebody who was shown the clashes.
  template <detail::Root T>
  Ref<T> merge(const Detached<T>& copy, const Resolution& answers,
               IfDeleted if_deleted = IfDeleted::reject) {
    return Ref<T>(bring_back(copy.departed(), Merging::by_field, &answers, if_deleted));
  }

  /// Every version of the aggregate with this id that its history has, oldest first; also once it
  /// is removed. Throws UsageError for a class that is mapped without a history,
  /// DataError for what was not written by a history.
  template <detail::Root T>
  [[nodiscard]] std::vector<Revision> history(const IdOf<T>& id) {
    return revisions(typeid(T), key_of<T>(id));
  }
  /// A copy of it as it was at this version, which is its own base: Merging::overwrite restores it,
  /// by field only what was edited in the copy is brought back. Columns that may be NULL and lists
  /// that were mapped since then are empty. Throws NotFound where the history
  /// does not have the version, or it is that of a removal; DataError where what it has does not
  /// fit the mapping; and as history().
  template <detail::Root T>
  [[nodiscard]] Detached<T> get_at(const IdOf<T>& id, std::int64_t version) {
    return Detached<T>(depart_at(typeid(T), key_of<T>(id), version));
  }

  /// One statement that writes all roots that match, `Query()` being all there are, and moves their
  /// versions on by one, besides what a flush of this unit did to them. The unit is flushed first;
  /// what it holds of them has to be refreshed before it is changed again. How many there were.
  /// Throws what flush throws, QueryError for a mistake in text or columns, UsageError for a query
  /// with an order or a limit.
  template <detail::Root T>
  std::size_t update_all(const Assignments& set, const Query& where) {
    return bulk_update(typeid(T), set, where);
  }
  /// The same for those with these ids, each if it is at its version. The others are returned, and
  /// are left as they are: that is no failure of the unit. At repeatable read and above PostgreSQL
  /// refuses to write what has changed since the first read: that is a StaleDataError.
  template <detail::Root T>
  [[nodiscard]] std::vector<Conflict> update_all(
      const Assignments& set, const std::vector<std::pair<IdOf<T>, std::int64_t>>& expected) {
    return bulk_update(typeid(T), set, rows<T>(expected));
  }
  /// Deletes all that match with everything beneath them, in one statement a table. Otherwise as
  /// update_all.
  template <detail::Root T>
  std::size_t remove_all(const Query& where) {
    return bulk_remove(typeid(T), where);
  }
  template <detail::Root T>
  [[nodiscard]] std::vector<Conflict> remove_all(
      const std::vector<std::pair<IdOf<T>, std::int64_t>>& expected) {
    return bulk_remove(typeid(T), rows<T>(expected));
  }

  /// Writes what changed so far inside the write transaction, which stays open. Throws
  /// StaleDataError, WriteIgnored, ConstraintViolation, ReadOnly, VersionOverflow; DataError for
  /// what its column does not take; UsageError when the version, or the key of a stored
  /// aggregate, was changed by hand; and as it is what an invariant throws.
  void flush();
  /// The same with these versions, for this call alone.
  void flush(Versions versions);
  /// Flushes and commits; versions move in memory once COMMIT is certain. The unit can be used
  /// on. With nothing to write and no transaction open it sends nothing. Throws what flush throws,
  /// CommitUnknown and AfterCommitError.
  void commit();
  /// The same with these versions, for this call alone; what was flushed before stays checked.
  void commit(Versions versions);
  /// The same, but a StaleDataError is returned instead of thrown, and the unit is rolled back: you
  /// can refresh or discard what was stale, and go on.
  [[nodiscard]] std::optional<StaleDataError> try_commit();
  [[nodiscard]] std::optional<StaleDataError> try_commit(Versions versions);
  /// Ends the transaction without effect. Objects keep their edits, versions are those of the
  /// database, ids the database had given are withdrawn. After CommitUnknown the unit stays
  /// unusable.
  void rollback() noexcept;

  /// Runs `work` between a SAVEPOINT and its release, with a flush before and after it; may be
  /// nested. When it throws, everything is as it was before: the rows, the objects with what is in
  /// them, versions, what was added and removed; and the exception goes on. What it loaded stays in
  /// the unit, as loaded. A conflict ends more than a savepoint: after a ConcurrencyError the whole
  /// unit has failed, since a later attempt in the same transaction need not see what was written
  /// in between (https://www.postgresql.org/docs/15/transaction-iso.html, 13.2.2).
  template <std::invocable F>
  void savepoint(F&& work) {
    run_in_savepoint([&] { std::invoke(work); });
  }

  class Impl;
  explicit UnitOfWork(std::unique_ptr<Impl> impl);
  /// The engine behind it, for rowan/soci.hpp.
  [[nodiscard]] Impl& impl() noexcept { return *impl_; }

 private:
  template <class T, class I>
  static void refuse_id() {
    static_assert(std::convertible_to<I, IdOf<T>>,
                  "rowan: this is no id of that class: its key is of another type");
  }
  using TrackedPtr = std::shared_ptr<detail::Tracked>;
  struct Expected {
    KeyValues key;
    std::int64_t version;
  };

  template <detail::Root T>
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
  static std::vector<Ref<T>> refs(std::vector<TrackedPtr> entries) {
    std::vector<Ref<T>> out;
    out.reserve(entries.size());
    for (auto& e : entries) out.emplace_back(std::move(e));
    return out;
  }
  template <detail::Root T>
  std::vector<Expected> rows(const std::vector<std::pair<IdOf<T>, std::int64_t>>& expected) const {
    std::vector<Expected> out;
    out.reserve(expected.size());
    for (const auto& [id, version] : expected) out.push_back({key_of<T>(id), version});
    return out;
  }

  [[nodiscard]] const ObjectMap& map_of(std::type_index type) const;
  static void capture_part(const ObjectMap& map, std::size_t field, const void* part,
                           KeyValues& to);
  TrackedPtr require(std::type_index type, KeyValues key);
  TrackedPtr require(std::type_index type, const KeyValues& key, std::int64_t version);
  TrackedPtr lookup(std::type_index type, KeyValues key);
  std::vector<TrackedPtr> require_all(std::type_index type, std::vector<KeyValues> keys);
  std::vector<TrackedPtr> select(std::type_index type, const Query& query);
  void walk(std::type_index type, const Query& query,
            const std::function<void(const TrackedPtr&)>& visit);
  std::size_t count_rows(std::type_index type, const Query& query);
  TrackedPtr insert(std::type_index type, void* object);  ///< owns it unless it throws
  void erase(const TrackedPtr& entry);
  TrackedPtr erase(std::type_index type, const KeyValues& key, std::optional<std::int64_t> version);
  void touch(const TrackedPtr& entry);
  void demand(const TrackedPtr& entry, std::int64_t version);
  void guard(const TrackedPtr& entry);
  void reload(const TrackedPtr& entry);
  void forget(const TrackedPtr& entry);
  detail::Departed depart(const TrackedPtr& entry);
  detail::Departed read_document(std::type_index type, std::string_view text,
                                 const DocumentLimits& limits);
  detail::Departed depart_at(std::type_index type, const KeyValues& key, std::int64_t version);
  std::vector<Revision> revisions(std::type_index type, const KeyValues& key);
  TrackedPtr bring_back(const detail::Departed& copy, Merging how, const Resolution* answers,
                        IfDeleted if_deleted);
  std::size_t bulk_update(std::type_index type, const Assignments& set, const Query& where);
  std::size_t bulk_remove(std::type_index type, const Query& where);
  std::vector<Conflict> bulk_update(std::type_index type, const Assignments& set,
                                    std::vector<Expected> rows);
  std::vector<Conflict> bulk_remove(std::type_index type, std::vector<Expected> rows);
  void run_in_savepoint(const std::function<void()>& work);

  std::unique_ptr<Impl> impl_;
};

}  // namespace rowan
