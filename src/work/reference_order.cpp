#include "reference_order.hpp"

#include <map>
#include <set>

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
      const Edge edge = top.edges[top.next++];
      if (edge.target == top.change || cut_.contains({top.change, edge.column}))
        continue;  // a row may name itself
      const auto mark = marks_.find(edge.target);
      if (mark == marks_.end())
        open(edge.target);
      else if (mark->second == Mark::open)
        close_circle(edge.target);
    }
  }

 private:
  enum class Mark { open, done };
  struct Edge {
    std::size_t column;
    Change* target;
  };
  struct Visit {
    Change* change;
    std::vector<Edge> edges;
    std::size_t next = 0;

    [[nodiscard]] std::size_t column() const { return edges[next - 1].column; }
  };

  /// The way from `target` to the top of the stack, and from there back to it, is cut at the last
  /// column that may be NULL; what lies behind the cut is visited again.
  void close_circle(const Change* target) {
    for (std::size_t i = stack_.size(); i-- > 0;) {
      const Visit& visit = stack_[i];
      const std::size_t column = visit.column();
      if (visit.change->entry->shape().columns[column].nullable) {
        cut_.emplace(visit.change, column);
        on_circle_(*visit.change, column);
        for (; stack_.size() > i + 1; stack_.pop_back()) marks_.erase(stack_.back().change);
        return;
      }
      if (visit.change == target) return;  // for the database to judge
    }
  }

  void open(Change* change) {
    if (!marks_.emplace(change, Mark::open).second) return;
    Visit& visit = stack_.emplace_back();
    visit.change = change;
    references_.each(change->entry->shape(), row_(*change),
                     [&](std::size_t column, Change& target) {
                       visit.edges.push_back({column, &target});
                     });
  }

  References references_;
  const Row& row_;
  const OnCircle& on_circle_;
  std::map<Change*, Mark> marks_;
  std::set<std::pair<const Change*, std::size_t>> cut_;
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
