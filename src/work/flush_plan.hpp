#pragma once
/// A change set in, the statements of a flush in their order out.
///
/// Roots come first, in one order for everybody: their statements are the check and the lock for
/// what lies beneath them.

#include <deque>
#include <vector>

#include <rowan/connection.hpp>
#include <rowan/options.hpp>

#include "../sql/write_rows.hpp"
#include "change_set.hpp"
#include "rows_on_the_way.hpp"
#include "write_order.hpp"

namespace rowan::work {

struct Step {
  enum class Purpose {
    write_root,  ///< bump, lock, update or delete: the row must be there at its version
    verify_root,
    insert_root,
    write_child,
    sweep,         ///< whatever lies beneath a root that is removed
    check_digits,  ///< an SQLite column kept a long decimal
    read_version,  ///< which the database has assigned
    write_many,    ///< what a bulk statement is about; it has no change
    record,        ///< a row of a history, whose version nobody else has written
  } purpose;
  Statement statement;
  Change* change;
  const change::RowChange* row;
  std::size_t column = 0;    ///< that check_digits looks at
  std::int64_t version = 0;  ///< that a child, or one row of a list, is expected at; 0: none
};

/// How many statements are in memory at once. On PostgreSQL each plan is a round trip; on SQLite
/// all but the first have a savepoint, whose old pages go to a file beyond 64 KiB
/// (SQLITE_STMTJRNL_SPILL).
inline constexpr std::size_t steps_at_once = 32768;

class FlushPlan {
 public:
  /// Gives each change the version it leads to. Throws VersionOverflow.
  FlushPlan(Backend backend, sql::WriteTexts& texts, Versions versions, ChangeSet& changes);

  /// Bumps and locks of stored roots first, in order of (table, key); then WriteOrder's. As many as
  /// are to be in memory at once, and as far as the statements can be made without a key that the
  /// database gives in one of them; once they were sent, what comes next.
  [[nodiscard]] std::vector<Step> next();
  [[nodiscard]] bool complete() const noexcept { return complete_; }

 private:
  void add_lock(std::vector<Step>& to, Change& change);
  [[nodiscard]] change::RowChange first_part(const Change& change);
  void add_firsts(std::vector<Step>& to);
  void add_write(std::vector<Step>& to, const Write& write);
  void add_insert(std::vector<Step>& to, const Write& write);
  void add_update(std::vector<Step>& to, Change& change, const std::vector<std::size_t>& columns);
  void add_child(std::vector<Step>& to, const Write& write, const change::RowChange& row);
  void add_removal(std::vector<Step>& to, Change& change);
  void add_lasts(std::vector<Step>& to);
  void add_checks(std::vector<Step>& to);
  void add_child_versions(std::vector<Step>& to, Change& change);
  [[nodiscard]] bool checks(const Entry& entry) const noexcept;
  [[nodiscard]] std::optional<std::int64_t> expected(const Entry& entry,
                                                     std::int64_t version) const;
  [[nodiscard]] Statement child_statement(const Entry& root, const change::RowChange& row);

  Backend backend_;
  sql::Writer writer_;
  Versions versions_;
  ChangeSet& changes_;
  WriteOrder order_;
  std::vector<Change*> stored_;  ///< in the order of their locks
  std::size_t locked_ = 0;       ///< of them
  enum class Firsts { due, added } firsts_ = Firsts::due;
  std::size_t done_ = 0;  ///< of the writes of `order_`
  bool complete_ = false;
  std::deque<Snapshot> states_;  ///< that roots have on their way
  RowsOnTheWay rows_;
};

/// The one order in which everybody locks roots.
[[nodiscard]] bool locks_before(const Entry& a, const Entry& b);

/// Whether a root that is not at its version may not be written.
[[nodiscard]] bool is_checked(const Entry& entry, Versions versions) noexcept;

/// Whether the row beneath it is to be removed and may be gone already. The last writer wins over
/// one who removed the same row; and with its root goes what is left of rows that others may remove
/// without moving the version.
[[nodiscard]] bool may_be_gone(const Entry& root, const change::RowChange& row,
                               Versions versions) noexcept;

}  // namespace rowan::work
