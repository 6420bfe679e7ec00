#pragma once
/// Things that depend on each other in, an order in which nothing comes before what it needs out.

#include <cstddef>
#include <functional>
#include <vector>

namespace rowan::work {

struct Dependency {
  std::size_t on;
  /// How the order may be broken where it is part of a circle, the best way first.
  enum class Cut {
    withhold,  ///< who depends goes without the column at first
    park,      ///< what it depends on gives the column up before all else
    anew,      ///< what it depends on gives everything up before all else
    leave,     ///< not at all: the database judges, which may look only when it commits
    never,
  } cut;
  std::size_t column = 0;  ///< to withhold or to park
};

/// The numbers of `dependencies`, each with what it depends on, as far as may be in that order. A
/// circle is cut where that is done best, there at its last dependency, and `on_cut` is told whose
/// it was.
[[nodiscard]] std::vector<std::size_t> dependency_order(
    const std::vector<std::vector<Dependency>>& dependencies,
    const std::function<void(std::size_t whose, const Dependency& cut)>& on_cut);

}  // namespace rowan::work
