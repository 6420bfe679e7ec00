/// How one list is merged: child by child where keys tell them apart, else as one.

#include <algorithm>
#include <map>
#include <set>

#include "content.hpp"
#include "merger.hpp"

namespace rowan::change {
namespace {

template <class Content>
bool same(const Shape& shape, const Content& a, const Content& b) {
  return std::is_eq(compare(shape, a, b));
}

/// As a set: what neither removed of the base, in its order, then what either added.
Rows united(const Shape& shape, const ThreeWay<const Rows*>& of) {
  const auto less = [&](const Snapshot* a, const Snapshot* b) {
    return std::is_lt(compare(shape, *a, *b));
  };
  using Set = std::set<const Snapshot*, decltype(less)>;
  const auto set = [&](const Rows& rows) {
    Set out(less);
    for (const Snapshot& row : rows) out.insert(&row);
    return out;
  };
  const ThreeWay<Set> sets{set(*of.base), set(*of.mine), set(*of.theirs)};
  Rows out;
  Set kept(less);
  for (const Snapshot& row : *of.base) {
    const auto found = sets.theirs.find(&row);
    if (found != sets.theirs.end() && sets.mine.contains(&row) && kept.insert(&row).second)
      out.push_back(**found);
  }
  Set added(less);
  for (const Set* side : {&sets.theirs, &sets.mine})
    for (const Snapshot* row : *side)
      if (!sets.base.contains(row)) added.insert(row);
  for (const Snapshot* row : added) out.push_back(*row);
  return out;
}

/// The rows of all sides, each once, and where it stands on each.
using ByKey = std::map<const Snapshot*, Places, KeyLess>;

void add(ByKey& to, std::optional<std::size_t> Places::*side, const Shape& shape, const Rows& rows,
         const KeyValues& owner) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto& place = to[&rows[i]].*side;
    if (place) throw_twice(shape, owner, rows[i]);
    place = i;
  }
}

const Snapshot* at(const Rows& rows, std::optional<std::size_t> place) {
  return place ? &rows[*place] : nullptr;
}

/// Where there is room for one row, two of different keys are in each other's way.
bool is_of_one(const Shape& shape, const ThreeWay<const Rows*>& of) {
  const Snapshot* one = nullptr;
  for (const Rows* rows : {of.base, of.mine, of.theirs})
    for (const Snapshot& row : *rows) {
      if (one && !std::ranges::equal(local_key(shape, *one), local_key(shape, row))) return false;
      one = &row;
    }
  return true;
}

}  // namespace

Rows Merger::list(const Shape& shape, std::size_t index, const ThreeWay<const Rows*>& of) {
  const bool told_apart = shape.rows == Shape::Rows::one_at_most
                              ? is_of_one(shape, of)
                              : shape.key_width > 0 || !shape.position;
  return told_apart && shape.merge != MergeRule::always_clash ? list_by_key(shape, index, of)
                                                              : list_as_one(shape, index, of);
}

Rows Merger::list_as_one(const Shape& shape, std::size_t index, const ThreeWay<const Rows*>& of) {
  if (same(shape, *of.base, *of.mine)) return *of.theirs;
  if (same(shape, *of.base, *of.theirs)) return *of.mine;
  if (shape.merge != MergeRule::always_clash) {
    if (same(shape, *of.mine, *of.theirs)) return *of.theirs;
    if (shape.merge == MergeRule::set_union) return united(shape, of);
  }
  return decide(shape.merge, Clash::Kind::list, index, of) == Side::mine ? *of.mine : *of.theirs;
}

Rows Merger::list_by_key(const Shape& shape, std::size_t index, const ThreeWay<const Rows*>& of) {
  const KeyValues owner = key();
  ByKey by_key{KeyLess(shape)};
  add(by_key, &Places::base, shape, *of.base, owner);
  add(by_key, &Places::mine, shape, *of.mine, owner);
  add(by_key, &Places::theirs, shape, *of.theirs, owner);

  Rows merged;
  std::vector<Places> places;  // along `merged`
  for (const auto& [row, place] : by_key) {
    const ConstCells local = local_key(shape, *row);
    path_.push_back({index, {local.begin(), local.end()}, place});
    auto left =
        child(shape, index,
              {at(*of.base, place.base), at(*of.mine, place.mine), at(*of.theirs, place.theirs)});
    path_.pop_back();
    if (!left) continue;
    merged.push_back(std::move(*left));
    places.push_back(place);
  }

  Rows out;
  out.reserve(merged.size());
  for (const std::size_t rank : order(shape, index, of, places))
    out.push_back(std::move(merged[rank]));
  return out;
}

std::optional<Snapshot> Merger::child(const Shape& shape, std::size_t index,
                                      const ThreeWay<const Snapshot*>& of) {
  const auto [base, mine, theirs] = of;
  if (base && mine && theirs) return row(shape, of);
  if (!mine && !theirs) return std::nullopt;
  if (mine && theirs) {
    if (same(shape, *mine, *theirs)) return *theirs;
  } else {
    const Snapshot& left = mine ? *mine : *theirs;
    if (!base) return left;
    if (same(shape, *base, left)) return std::nullopt;
    if (shape.merge == MergeRule::set_union) return left;
  }
  const auto* chosen =
      decide(shape.merge, Clash::Kind::row, index, of) == Side::mine ? mine : theirs;
  return chosen ? std::optional(*chosen) : std::nullopt;
}

Ranks Merger::order(const Shape& shape, std::size_t index, const ThreeWay<const Rows*>& of,
                    const std::vector<Places>& rows) {
  if (!shape.position) return theirs_first(rows);
  const ThreeWay<Ranks> spine = on_all_sides(rows);
  if (spine.base == spine.mine || spine.mine == spine.theirs) return threaded(rows, spine.theirs);
  if (spine.base == spine.theirs) return threaded(rows, spine.mine);
  return decide(shape.merge, Clash::Kind::order, index, of) == Side::mine
             ? threaded(rows, spine.mine)
             : threaded(rows, spine.theirs);
}

}  // namespace rowan::change
