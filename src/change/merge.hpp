#pragma once
/// Three snapshots of one aggregate in, one out, and what could not be merged.

#include <cstddef>
#include <functional>
#include <optional>
#include <variant>
#include <vector>

#include <rowan/merge.hpp>
#include <rowan/shape.hpp>
#include <rowan/snapshot.hpp>

namespace rowan::change {

/// What two sides, and the base that both began with, have of one thing.
template <class What>
struct ThreeWay {
  What base;
  What mine;
  What theirs;
};
using Sides = ThreeWay<const Snapshot&>;
using rowan::Side;

/// Where a row stands in its list on each side; none: it is not there.
using Places = ThreeWay<std::optional<std::size_t>>;

/// One list passed on the way down from the root, and the row of it that leads on.
struct Step {
  std::size_t list = 0;  ///< of its owner's Shape::children
  KeyValues key;         ///< the local one; empty for a single optional child
  Places places;
};

/// What both sides changed so that no rule decides.
struct Clash {
  enum class Kind {
    field,  ///< of a row: held are its cells
    row,    ///< whole: edited and removed, or added twice
    list,   ///< whole
    order,  ///< of the rows that are in a list on all sides
  } kind = Kind::field;
  std::vector<Step> path;  ///< to the row; of a list, to its owner
  std::size_t index = 0;   ///< of Shape::fields for a field, else the list's of Shape::children

  /// Cells of a field; a row, or none; the rows of a list, also where its order clashes.
  using Held = std::variant<std::vector<Value>, std::optional<Snapshot>, std::vector<Snapshot>>;
  ThreeWay<Held> held;
};

/// Whose side a clash is decided for; none: it stays one.
using Answers = std::function<std::optional<Side>(const Clash&)>;

struct Merged {
  Snapshot state;              ///< theirs in all that clashes
  std::vector<Clash> clashes;  ///< fields of a row first, then lists: their rows by key, then order
};

/// What either side changed since `base`, in one state. By the rules of the shape: a field is
/// merged as one, children meet by their local keys, a list by position alone is one like a field.
/// Versions are theirs, of rows that are mine alone they are mine; positions are places, as
/// captured. Throws DataError when two siblings that are merged by key have one key (MetTwice as
/// diff does), and for a value of a custom rule that no column takes; throws what `answers` and
/// custom rules throw.
[[nodiscard]] Merged merge(const Shape& root, const Sides& sides, const Answers& answers = {});

}  // namespace rowan::change
