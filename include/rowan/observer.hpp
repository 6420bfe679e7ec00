#pragma once
/// What a store lets you watch: each statement, commit, conflict and retry; and counters.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <rowan/errors.hpp>
#include <rowan/shape.hpp>
#include <rowan/snapshot.hpp>

namespace rowan {

/// One statement that was sent, BEGIN and COMMIT included. What is sent as one for many rows is
/// one.
struct StatementEvent {
  std::string_view sql;  ///< without its values
  /// PostgreSQL is sent several in one trip, and answers at its end: the first of them has waited
  /// for all, the time of BEGIN included.
  std::chrono::nanoseconds took{};
  std::size_t rows = 0;   ///< affected or answered
  std::string_view code;  ///< of the error; empty: none
};

/// Which unit of work an event is of: the same in all of one, and perhaps in those of a later one.
using UnitId = const void*;

struct UnitEvent {
  UnitId unit;
  enum class Kind {
    began,
    committed,    ///< with something to write or without
    rolled_back,  ///< it failed, or was rolled back after a flush; it may go on, unless it is over:
                  ///< after CommitUnknown what it wrote may be committed
    ended,        ///< its life is over
    abandoned,    ///< likewise, by an exception
  } kind;
};

/// One aggregate that was asked for by its key, or found by a query.
struct LoadEvent {
  UnitId unit;
  const Shape& root;
  const KeyValues& key;
  const Snapshot* state = nullptr;  ///< null: there is none with this key
};

/// One aggregate whose writing is certain to be committed: UnitEvent::committed follows. Not told
/// of what update_all and remove_all write.
struct SaveEvent {
  UnitId unit;
  const Shape& root;
  const KeyValues& key;
  std::int64_t version = 0;  ///< that it has now, or was removed at; 0: mapped unversioned
  enum class Kind { stored, removed } kind = Kind::stored;
};

/// A query that was answered, behind the LoadEvents of what the unit did not hold already.
struct QueryEvent {
  UnitId unit;
  const Shape& root;
  std::string_view condition;                ///< empty: all of them
  std::size_t rows = 0;                      ///< that match
  std::span<const KeyValues* const> keys{};  ///< of those, in their order; empty for a count
};

/// Derive from it and hand it to StoreOptions::observer. Called in the thread of the unit of
/// work, from many threads at once when you use the store from many. It must not throw and must
/// not use the unit that is calling it.
class Observer {
 public:
  Observer() = default;
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;
  virtual ~Observer() = default;

  virtual void statement(const StatementEvent&) noexcept {}
  virtual void unit(const UnitEvent&) noexcept {}
  virtual void loaded(const LoadEvent&) noexcept {}
  virtual void queried(const QueryEvent&) noexcept {}
  virtual void saved(const SaveEvent&) noexcept {}
  /// Committed; `aggregates` were written.
  virtual void committed(std::size_t /*aggregates*/) noexcept {}
  virtual void conflict(const StaleDataError&) noexcept {}
  /// transact will start again: attempt number `attempt`, from 2, after `pause`.
  virtual void retrying(int /*attempt*/, const Error& /*cause*/,
                        std::chrono::milliseconds /*pause*/) noexcept {}
};

/// Since the store was opened.
struct Counters {
  std::uint64_t statements = 0;
  std::uint64_t commits = 0;    ///< of units that wrote something
  std::uint64_t rollbacks = 0;  ///< of units that failed, or were rolled back after a flush
  std::uint64_t conflicts = 0;  ///< StaleDataErrors
  std::uint64_t retries = 0;
  std::uint64_t loads = 0;  ///< aggregates read
};

}  // namespace rowan
