#pragma once
/// One merge on its way through an aggregate.

#include <utility>

#include "merge.hpp"
#include "merge_order.hpp"
#include "siblings.hpp"

namespace rowan::change {

class Merger {
 public:
  /// The key is the root's, for messages.
  Merger(KeyValues root_key, const Answers& answers)
      : root_key_(std::move(root_key)), answers_(answers) {}

  /// Of a row that is on all sides.
  [[nodiscard]] Snapshot row(const Shape& shape, const ThreeWay<const Snapshot*>& of);

  std::vector<Clash> clashes;

 private:
  void field(const Shape& shape, std::size_t index, const ThreeWay<const Snapshot*>& of,
             Snapshot& to);
  void by_function(const Shape& shape, const FieldRun& field, const ThreeWay<ConstCells>& of,
                   Cells to);
  [[nodiscard]] Rows list(const Shape& shape, std::size_t index, const ThreeWay<const Rows*>& of);
  [[nodiscard]] Rows list_as_one(const Shape& shape, std::size_t index,
                                 const ThreeWay<const Rows*>& of);
  [[nodiscard]] Rows list_by_key(const Shape& shape, std::size_t index,
                                 const ThreeWay<const Rows*>& of);
  /// None: it is gone.
  [[nodiscard]] std::optional<Snapshot> child(const Shape& shape, std::size_t index,
                                              const ThreeWay<const Snapshot*>& of);
  [[nodiscard]] Ranks order(const Shape& shape, std::size_t index, const ThreeWay<const Rows*>& of,
                            const std::vector<Places>& rows);

  /// Whose it is, of what both changed: as the rule says, or an answer, or theirs for now.
  template <class What>
  [[nodiscard]] Side decide(MergeRule rule, Clash::Kind kind, std::size_t index,
                            const ThreeWay<What>& of) {
    if (rule == MergeRule::mine) return Side::mine;
    if (rule == MergeRule::theirs) return Side::theirs;
    return ask({kind, path_, index, {held(of.base), held(of.mine), held(of.theirs)}});
  }
  [[nodiscard]] Side ask(Clash clash);

  static Clash::Held held(ConstCells cells) {
    return std::vector<Value>(cells.begin(), cells.end());
  }
  static Clash::Held held(const Snapshot* row) { return row ? std::optional(*row) : std::nullopt; }
  static Clash::Held held(const Rows* rows) { return *rows; }

  /// The whole key of the row that the path leads to.
  [[nodiscard]] KeyValues key() const;

  KeyValues root_key_;
  const Answers& answers_;
  std::vector<Step> path_;
};

}  // namespace rowan::change
