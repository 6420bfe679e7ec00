#include "merge_order.hpp"

#include <algorithm>
#include <utility>

namespace rowan::change {
namespace {

using Place = std::optional<std::size_t> Places::*;

bool is_on_all(const Places& row) {
  return row.base && row.mine && row.theirs;
}

/// Those that the side has.
Ranks in_order(const std::vector<Places>& rows, Place side) {
  Ranks out;
  for (std::size_t rank = 0; rank < rows.size(); ++rank)
    if (rows[rank].*side) out.push_back(rank);
  std::sort(out.begin(), out.end(),
            [&](std::size_t a, std::size_t b) { return rows[a].*side < rows[b].*side; });
  return out;
}

/// The rows of one side that are not on all, by the rank of the one on all that they follow; last,
/// those that follow none.
std::vector<Ranks> runs(const std::vector<Places>& rows, Place side) {
  std::vector<Ranks> out(rows.size() + 1);
  std::size_t anchor = rows.size();
  for (const std::size_t rank : in_order(rows, side)) {
    if (is_on_all(rows[rank]))
      anchor = rank;
    else
      out[anchor].push_back(rank);
  }
  return out;
}

}  // namespace

ThreeWay<Ranks> on_all_sides(const std::vector<Places>& rows) {
  const auto only = [&](Place side) {
    Ranks out = in_order(rows, side);
    std::erase_if(out, [&](std::size_t rank) { return !is_on_all(rows[rank]); });
    return out;
  };
  return {only(&Places::base), only(&Places::mine), only(&Places::theirs)};
}

Ranks threaded(const std::vector<Places>& rows, const Ranks& spine) {
  std::vector<Ranks> mine = runs(rows, &Places::mine);
  std::vector<Ranks> theirs = runs(rows, &Places::theirs);
  std::vector<bool> placed(rows.size());  // a row that both sides have may have two anchors
  Ranks out;
  const auto place = [&](std::size_t anchor) {
    Ranks& first = mine[anchor];
    Ranks& second = theirs[anchor];
    for (Ranks* run : {&first, &second})
      std::erase_if(*run, [&](std::size_t rank) { return placed[rank]; });
    if (second < first) std::swap(first, second);
    for (const Ranks* run : {&first, &second})
      for (const std::size_t rank : *run) {
        if (!placed[rank]) out.push_back(rank);
        placed[rank] = true;
      }
  };
  place(rows.size());
  for (const std::size_t rank : spine) {
    out.push_back(rank);
    place(rank);
  }
  return out;
}

Ranks theirs_first(const std::vector<Places>& rows) {
  Ranks out = in_order(rows, &Places::theirs);
  for (std::size_t rank = 0; rank < rows.size(); ++rank)
    if (!rows[rank].theirs) out.push_back(rank);
  return out;
}

}  // namespace rowan::change
