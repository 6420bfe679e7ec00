#pragma once
/// Things that depend on each other in, an order in which nothing comes before what it needs out.

#include <cstddef>
#include <functional>
#include <vector>

namespace rowan::work {

struct Dependency {
  std::size_t on;
  std::size_t column;  ///< for who has to cut it
  enum class Cut { may_be, must_not_be } cut;
};

/// The numbers below `count`, as far as may be in that order. A circle is cut at the last
/// dependency on it that may be, and `on_cut` is told whose it was; a circle without one is left as
/// it is.
[[nodiscard]] std::vector<std::size_t> dependency_order(
    std::size_t count, const std::function<std::vector<Dependency>(std::size_t)>& dependencies,
    const std::function<void(std::size_t whose, const Dependency& cut)>& on_cut);

}  // namespace rowan::work
