#include "child_moves.hpp"

#include <algorithm>
#include <map>

#include "../change/diff.hpp"
#include "version_value.hpp"

namespace rowan::work {

using change::RowChange;
using Kind = RowChange::Kind;

void match_moves(ChangeSet& changes) {
  using Identity = std::pair<const Shape*, KeyValues>;
  std::map<Identity, std::pair<Change*, std::size_t>> left;
  const auto identity = [](const RowChange& row) {
    const auto& cells = row.kind == Kind::remove ? row.before->row : row.after->row;
    return Identity{row.shape, KeyValues(cells.begin(), cells.begin() + static_cast<std::ptrdiff_t>(
                                                                            row.shape->key_width))};
  };
  const auto may_move = [](const RowChange& row) {
    return row.depth == 1 && row.shape->scope == KeyScope::table;
  };
  for (Change& change : changes)
    for (std::size_t i = 0; i < change.beneath.size(); ++i)
      if (const RowChange& row = change.beneath[i]; may_move(row) && row.kind == Kind::remove)
        left[identity(row)] = {&change, i};
  std::map<Change*, std::vector<std::size_t>> matched;
  for (Change& change : changes)
    for (RowChange& row : change.beneath) {
      if (!may_move(row) || row.kind != Kind::insert) continue;
      const auto found = left.find(identity(row));
      if (found == left.end()) continue;
      const auto [from, i] = found->second;
      const RowChange& removed = from->beneath[i];
      if (row.moves == Moves::version)
        check_not_last(*row.shape, removed.key, removed.before->version);
      const bool counts = row.shape->version && row.moves == Moves::version;
      row.after->version = removed.before->version + (counts ? 1 : 0);
      row.kind = Kind::update;
      row.new_owner = change.entry->key;
      row.key = removed.key;
      row.columns = change::changed_columns(*row.shape, *removed.before, *row.after);
      if (row.position == removed.before->position) row.position.reset();
      row.before = removed.before;
      matched[from].push_back(i);
      left.erase(found);
    }
  for (auto& [change, gone] : matched) {
    std::sort(gone.rbegin(), gone.rend());
    for (const std::size_t i : gone)
      change->beneath.erase(change->beneath.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

}  // namespace rowan::work
