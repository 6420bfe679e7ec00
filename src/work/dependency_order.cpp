#include "dependency_order.hpp"

#include <set>
#include <utility>

namespace rowan::work {
namespace {

/// Depth first, without recursion: a chain may be as long as the change set.
class Sorter {
 public:
  using Dependencies = std::function<std::vector<Dependency>(std::size_t)>;
  using OnCut = std::function<void(std::size_t, const Dependency&)>;

  Sorter(std::size_t count, const Dependencies& dependencies, const OnCut& on_cut)
      : marks_(count, Mark::none), dependencies_(dependencies), on_cut_(on_cut) {
    out.reserve(count);
  }

  std::vector<std::size_t> out;

  void visit(std::size_t start) {
    if (marks_[start] == Mark::none) open(start);
    while (!stack_.empty()) {
      Visit& top = stack_.back();
      if (top.next == top.dependencies.size()) {
        marks_[top.which] = Mark::done;
        out.push_back(top.which);
        stack_.pop_back();
        continue;
      }
      const Dependency& next = top.dependencies[top.next++];
      if (next.on == top.which || cut_.contains({top.which, next.column})) continue;
      if (marks_[next.on] == Mark::none)
        open(next.on);
      else if (marks_[next.on] == Mark::open)
        close_circle(next.on);
    }
  }

 private:
  enum class Mark { none, open, done };
  struct Visit {
    std::size_t which;
    std::vector<Dependency> dependencies;
    std::size_t next = 0;
  };

  /// The way from `target` to the top of the stack, and from there back to it, is cut; what lies
  /// behind the cut is visited again.
  void close_circle(std::size_t target) {
    for (std::size_t i = stack_.size(); i-- > 0;) {
      const Visit& visit = stack_[i];
      const Dependency& followed = visit.dependencies[visit.next - 1];
      if (followed.cut == Dependency::Cut::may_be) {
        cut_.emplace(visit.which, followed.column);
        on_cut_(visit.which, followed);
        for (; stack_.size() > i + 1; stack_.pop_back()) marks_[stack_.back().which] = Mark::none;
        return;
      }
      if (visit.which == target) return;  // for the database to judge
    }
  }

  void open(std::size_t which) {
    marks_[which] = Mark::open;
    stack_.push_back({which, dependencies_(which)});
  }

  std::vector<Mark> marks_;
  const Dependencies& dependencies_;
  const OnCut& on_cut_;
  std::set<std::pair<std::size_t, std::size_t>> cut_;
  std::vector<Visit> stack_;
};

}  // namespace

std::vector<std::size_t> dependency_order(
    std::size_t count, const std::function<std::vector<Dependency>(std::size_t)>& dependencies,
    const std::function<void(std::size_t whose, const Dependency& cut)>& on_cut) {
  Sorter sorter(count, dependencies, on_cut);
  for (std::size_t i = 0; i < count; ++i) sorter.visit(i);
  return std::move(sorter.out);
}

}  // namespace rowan::work
