#pragma once
/// A change set in, its writes after the locks out, in an order that neither breaks a reference nor
/// has two rows hold one unique value.

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "change_set.hpp"
#include "dependency_order.hpp"
#include "references.hpp"
#include "seldom.hpp"
#include "unique_values.hpp"

namespace rowan::work {

/// What a write does not do in its turn.
struct Detour {
  std::vector<std::size_t> withheld;  ///< NULL for now, and written last of all
  std::vector<std::size_t> parked;    ///< of a child: NULL before anything else is written
  /// Whether a child is removed before anything else is written, and inserted in its turn.
  enum class Anew { no, yes } anew = Anew::no;
};

/// There is one for each row, so it is kept small.
struct Write {
  enum class Kind { insert_root, update_root, remove_root, child } kind;
  Change* change;
  const change::RowChange* row;
  Seldom<std::vector<std::size_t>> columns{};  ///< of update_root: those that its lock left out
  Seldom<Detour> detour{};
};

/// Of itself: new roots; children, of whom removals, the deepest first, updates, inserts; columns
/// of stored roots that have to wait; removed roots. Where a reference or a unique value demands
/// it, what it demands comes earlier. A circle is opened by a NULL, or where that cannot be by a
/// removal and an insert of a child. Matches moves; sets Change::withheld and Change::parked.
class WriteOrder {
 public:
  explicit WriteOrder(ChangeSet& changes);

  [[nodiscard]] const std::vector<Write>& writes() const noexcept { return writes_; }

 private:
  using Kind = Write::Kind;

  void add_children(ChangeSet& changes, change::RowChange::Kind kind);
  void add_waiting(ChangeSet& changes, const std::vector<HandedOn>& handed);
  void add_update(Change& change, const std::vector<std::size_t>& columns);
  void add_removals(ChangeSet& changes);
  [[nodiscard]] References rows_that(change::RowChange::Kind kind) const;

  void depend(std::size_t whose, Dependency on);
  void depend_on_referred();
  void depend_on_unique(const std::vector<HandedOn>& handed);
  void depend_on_owners(const ChangeSet& changes);
  void sort();
  void cut(std::size_t whose, const Dependency& dependency);

  std::set<std::string> referred_;              ///< tables that any column refers to
  std::map<const Shape*, std::size_t> tables_;  ///< of children, numbered, owners first
  std::vector<Write> writes_;
  std::vector<std::pair<std::size_t, Dependency>> found_;
};

}  // namespace rowan::work
