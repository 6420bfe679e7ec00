#include "dependency_order.hpp"

#include <set>
#include <utility>

namespace rowan::work {
namespace {

using Cut = Dependency::Cut;

/// Depth first, without recursion: a chain may be as long as the change set.
class Sorter {
 public:
  using Dependencies = std::vector<std::vector<Dependency>>;
  using OnCut = std::function<void(std::size_t, const Dependency&)>;

  Sorter(const Dependencies& dependencies, const OnCut& on_cut)
      : marks_(dependencies.size(), Mark::none), dependencies_(dependencies), on_cut_(on_cut) {
    out.reserve(dependencies.size());
  }

  std::vector<std::size_t> out;

  void visit(std::size_t start) {
    if (marks_[start] == Mark::none) open(start);
    while (!stack_.empty()) {
      Visit& top = stack_.back();
      if (top.next == dependencies_[top.which].size()) {
        marks_[top.which] = Mark::done;
        out.push_back(top.which);
        stack_.pop_back();
        continue;
      }
      const bool cut = cut_.contains({top.which, top.next});
      const std::size_t next = dependencies_[top.which][top.next++].on;
      if (cut || next == top.which) continue;
      if (marks_[next] == Mark::none)
        open(next);
      else if (marks_[next] == Mark::open)
        close_circle(next);
    }
  }

 private:
  enum class Mark { none, open, done };
  struct Visit {
    std::size_t which;
    std::size_t next = 0;
  };

  /// The way from `target` to the top of the stack, and from there back to it, is cut; what lies
  /// behind the cut is visited again.
  void close_circle(std::size_t target) {
    for (const Cut worst : {Cut::park, Cut::anew, Cut::leave})
      for (std::size_t i = stack_.size(); i-- > 0;) {
        const Visit& visit = stack_[i];
        const Dependency& followed = dependencies_[visit.which][visit.next - 1];
        if (followed.cut <= worst) {
          cut_.emplace(visit.which, visit.next - 1);
          on_cut_(visit.which, followed);
          for (; stack_.size() > i + 1; stack_.pop_back()) marks_[stack_.back().which] = Mark::none;
          return;
        }
        if (visit.which == target) break;
      }
  }

  void open(std::size_t which) {
    marks_[which] = Mark::open;
    stack_.push_back({which});
  }

  std::vector<Mark> marks_;
  const Dependencies& dependencies_;
  const OnCut& on_cut_;
  std::set<std::pair<std::size_t, std::size_t>> cut_;  // whose, and which of its dependencies
  std::vector<Visit> stack_;
};

}  // namespace

std::vector<std::size_t> dependency_order(
    const std::vector<std::vector<Dependency>>& dependencies,
    const std::function<void(std::size_t whose, const Dependency& cut)>& on_cut) {
  Sorter sorter(dependencies, on_cut);
  for (std::size_t i = 0; i < dependencies.size(); ++i) sorter.visit(i);
  return std::move(sorter.out);
}

}  // namespace rowan::work
