#pragma once
/// A change set in, the statements of a flush in their order out.
///
/// Roots come first, in one order for everybody: their statements are the check and the lock for
/// what lies beneath them. Then new roots, children, references that had to wait, removed roots.

#include <deque>
#include <vector>

#include <rowan/connection.hpp>
#include <rowan/options.hpp>

#include "../sql/write_rows.hpp"
#include "change_set.hpp"
#include "child_order.hpp"

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
  } purpose;
  Statement statement;
  Change* change;
  const change::RowChange* row;
  std::size_t column = 0;    ///< that check_digits looks at
  std::int64_t version = 0;  ///< that write_child expects its row at; 0: it has none
};

class FlushPlan {
 public:
  /// Gives each change the version it leads to. Throws VersionOverflow. Both of the following may
  /// be asked for once, in this order.
  FlushPlan(Backend backend, sql::WriteTexts& texts, Versions versions, ChangeSet& changes);

  /// Bumps and locks of stored roots, in order of (table, key); inserts of new ones, in the order
  /// of their references.
  [[nodiscard]] std::vector<Step> roots();
  /// Everything else. Keys that the database gives must be known by now.
  [[nodiscard]] std::vector<Step> rest();

 private:
  void order_roots();
  void add_locks(std::vector<Step>& to);
  void add_inserts(std::vector<Step>& to);
  void withhold_references(const std::vector<Change*>& inserts);
  void order_unique_values();
  [[nodiscard]] change::RowChange first_part(const Change& change);
  [[nodiscard]] bool is_early(const Change& change) const;
  void add_children(std::vector<Step>& to, const std::vector<Change*>& changes);
  void add_withheld(std::vector<Step>& to);
  void add_removal(std::vector<Step>& to, Change& change);
  void add_checks(std::vector<Step>& to);
  void add_child_versions(std::vector<Step>& to, Change& change);
  [[nodiscard]] bool checks(const Entry& entry) const noexcept;
  [[nodiscard]] std::optional<std::int64_t> expected(const Entry& entry,
                                                     std::int64_t version) const;
  [[nodiscard]] Statement child_statement(const Entry& root, const change::RowChange& row,
                                          const sql::Withheld& withheld);

  Backend backend_;
  sql::Writer writer_;
  Versions versions_;
  ChangeSet& changes_;
  std::vector<Change*> inserts_;   ///< what others refer to first
  std::vector<Change*> removals_;  ///< what refers to others first
  std::vector<Change*> early_;     ///< removals of what has a unique value that others take
  std::vector<Change*> late_;      ///< what has columns withheld, who gives up unique values first
  std::deque<Snapshot> states_;    ///< that roots have on their way
  std::deque<ChildOrder> orders_;  ///< steps point into them
};

/// The one order in which everybody locks roots.
[[nodiscard]] bool locks_before(const Change* a, const Change* b);

/// Whether a root that is not at its version may not be written.
[[nodiscard]] bool is_checked(const Entry& entry, Versions versions) noexcept;

}  // namespace rowan::work
