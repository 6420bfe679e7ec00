#pragma once
/// The entries of a unit of work in, the aggregates that a flush has to do with out.

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include <rowan/connection.hpp>

#include "../change/edits.hpp"
#include "identity_map.hpp"

namespace rowan::work {

/// One aggregate that is to be written, or only to be found at its version.
struct Change {
  enum class Action { insert, update, remove, verify };

  std::shared_ptr<Entry> entry;
  Action action = Action::update;
  change::Edits edits{};                     ///< of updates of the rows that are there
  std::optional<Snapshot> before{};          ///< of other updates, and removals
  std::optional<Snapshot> after{};           ///< of inserts and other updates
  change::RowChange root{};                  ///< without columns where only the version moves
  std::vector<change::RowChange> beneath{};  ///< parents before their children
  Moves moves = Moves::nothing;              ///< whether any of it moves the version
  std::vector<std::size_t> withheld{};       ///< columns of a stored root to be written later
  std::vector<std::size_t> parked{};         ///< columns of a stored root to be NULL until then
  std::int64_t version = 0;                  ///< once written; 0: it has none
  std::optional<Standing> next{};            ///< of the entry, once written

  [[nodiscard]] bool inserts() const noexcept { return action == Action::insert; }
  [[nodiscard]] bool updates() const noexcept { return action == Action::update; }
  [[nodiscard]] bool removes() const noexcept { return action == Action::remove; }
  /// Whether the database is still to give it.
  [[nodiscard]] bool awaits_key() const noexcept { return inserts() && entry->key.empty(); }
  /// Whether it moves a stored root on from the version it is expected at.
  [[nodiscard]] bool bumps() const noexcept {
    return updates() && moves == Moves::version && entry->shape().version &&
           entry->bumped == Entry::Bumped::no;
  }
  /// Compares what is stored with the object. Throws DataError for two siblings with one key, and
  /// for a value that no column takes.
  void compare();
  /// What is stored once it is written, of inserts and updates.
  [[nodiscard]] mapping::Packed written() const;
  /// To the rows of a new root, once it is given; they stay where they are.
  void hand_down_key();
};

/// A deque, because row changes point into their Change.
using ChangeSet = std::deque<Change>;

/// Asks each object whether it is what is stored, and its invariant before it is to be written.
/// Throws what an invariant throws; UsageError for a version member or a stored key changed by
/// hand; DataError for values that no column takes. Nothing has been sent by then.
[[nodiscard]] ChangeSet collect_changes(IdentityMap& entries, Backend backend);

/// Whether it has to be at its version though nothing of it was written in the open transaction.
[[nodiscard]] bool is_watched(const Entry& entry) noexcept;

/// Adds those that have to be at their version though nothing of them was or is written.
void add_guards(ChangeSet& to, const IdentityMap& entries);

}  // namespace rowan::work
