#include "reference_order.hpp"

#include <map>

namespace rowan::work {
namespace {

/// Depth first, in order of arrival, without recursion: a chain may be as long as the change set.
class Sorter {
 public:
  using Row = std::function<const Snapshot&(const Change&)>;
  using OnCircle = std::function<void(Change&, std::size_t)>;

  Sorter(const std::vector<Change*>& roots, const Row& row, const OnCircle& on_circle)
      : references_(roots), row_(row), on_circle_(on_circle) {}

  std::vector<Change*> out;

  void visit(Change* start) {
    open(start);
    while (!stack_.empty()) {
      Visit& top = stack_.back();
      if (top.next == top.edges.size()) {
        marks_[top.change] = Mark::done;
        out.push_back(top.change);
        stack_.pop_back();
        continue;
      }
      const auto [column, target] = top.edges[top.next++];
      if (target == top.change) continue;  // a row may name itself
      const auto mark = marks_.find(target);
      if (mark == marks_.end())
        open(target);
      else if (mark->second == Mark::open)
        on_circle_(*top.change, column);
    }
  }

 private:
  enum class Mark { open, done };
  struct Visit {
    Change* change;
    std::vector<std::pair<std::size_t, Change*>> edges;
    std::size_t next = 0;
  };

  void open(Change* change) {
    if (!marks_.emplace(change, Mark::open).second) return;
    Visit& visit = stack_.emplace_back();
    visit.change = change;
    references_.each(change->entry->shape(), row_(*change),
                     [&](std::size_t column, Change& target) {
                       visit.edges.emplace_back(column, &target);
                     });
  }

  References references_;
  const Row& row_;
  const OnCircle& on_circle_;
  std::map<Change*, Mark> marks_;
  std::vector<Visit> stack_;
};

}  // namespace

References::References(const std::vector<Change*>& targets) {
  for (Change* change : targets)
    if (change->entry->key.size() == 1)
      targets_[{change->entry->shape().table, change->entry->key.front()}] = change;
}

void References::each(const Shape& shape, const Snapshot& row,
                      const std::function<void(std::size_t, Change&)>& found) const {
  if (targets_.empty()) return;
  for (std::size_t c = 0; c < shape.columns.size(); ++c) {
    if (shape.columns[c].references.empty()) continue;
    const auto target = targets_.find({shape.columns[c].references, row.row[c]});
    if (target != targets_.end()) found(c, *target->second);
  }
}

std::vector<Change*> reference_order(const std::vector<Change*>& roots,
                                     const std::function<const Snapshot&(const Change&)>& row,
                                     const std::function<void(Change&, std::size_t)>& on_circle) {
  Sorter sorter(roots, row, on_circle);
  for (Change* root : roots) sorter.visit(root);
  return std::move(sorter.out);
}

}  // namespace rowan::work
