#pragma once
/// Rows beneath roots in, the writes that make them out, in an order that neither breaks a
/// reference nor has two rows hold one unique value.

#include <deque>
#include <vector>

#include "change_set.hpp"

namespace rowan::work {

struct ChildWrite {
  Change* change;
  const change::RowChange* row;
  std::vector<std::size_t> withheld{};  ///< columns of an insert that are NULL for now
};

class ChildOrder {
 public:
  explicit ChildOrder(const std::vector<Change*>& changes);
  ChildOrder(const ChildOrder&) = delete;
  ChildOrder& operator=(const ChildOrder&) = delete;

  /// Removals, the deepest first; updates, who gives a unique value up before who takes it;
  /// inserts, what is referred to before what refers to it; then what had to wait. A circle of
  /// unique values is opened by a NULL, or where that cannot be by a removal and an insert. Rows
  /// live as long as this.
  [[nodiscard]] const std::vector<ChildWrite>& writes() const noexcept { return writes_; }

 private:
  void add_removals(const std::vector<Change*>& changes);
  void add_updates(const std::vector<Change*>& changes);
  void add_inserts();

  const change::RowChange* derive(change::RowChange row);
  Snapshot* derive(const Snapshot& state);
  const change::RowChange* open_circle(const ChildWrite& update);
  void add_late(const ChildWrite& written, std::vector<std::size_t> columns);

  std::vector<ChildWrite> writes_;
  std::vector<ChildWrite> inserts_;  ///< in no order yet
  std::vector<ChildWrite> late_;     ///< updates that refer to what is inserted
  std::deque<change::RowChange> derived_;
  std::deque<Snapshot> states_;
};

}  // namespace rowan::work
