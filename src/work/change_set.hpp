#pragma once
/// The entries of a unit of work in, the aggregates that a flush has to write out.

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include <rowan/connection.hpp>

#include "../change/row_change.hpp"
#include "identity_map.hpp"

namespace rowan::work {

/// One aggregate that is to be written.
struct Change {
  std::shared_ptr<Entry> entry;
  std::optional<Snapshot> after;                   ///< none: to be removed
  change::RowChange root{};                        ///< without columns where only the version moves
  std::vector<change::RowChange> beneath{};        ///< parents before their children
  std::vector<std::size_t> withheld{};             ///< columns of the root to be written later
  std::optional<std::int64_t> assigned_version{};  ///< by the database, when it was written

  [[nodiscard]] bool inserts() const noexcept { return entry->state == Entry::State::added; }
  [[nodiscard]] bool removes() const noexcept { return !after; }
  /// Compares what is stored with `after`; again, once the database has given the key. Throws
  /// DataError for two siblings with one key.
  void compare();
};

/// A deque, because row changes point into their Change.
using ChangeSet = std::deque<Change>;

/// Asks each object whether it is what is stored, and its invariant before it is to be written.
/// Throws what an invariant throws; UsageError for a version member or a stored key changed by
/// hand; DataError for values that no column takes. Nothing has been sent by then.
[[nodiscard]] ChangeSet collect_changes(IdentityMap& entries, Backend backend);

}  // namespace rowan::work
