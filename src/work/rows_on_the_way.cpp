#include "rows_on_the_way.hpp"

namespace rowan::work {

using change::RowChange;
using Kind = RowChange::Kind;

/// Without what lies beneath it.
Snapshot* RowsOnTheWay::keep(const Snapshot& state) {
  return &states_.emplace_back(Snapshot{state.row, state.version, state.position, {}});
}

Snapshot* RowsOnTheWay::with_null(const Snapshot& state, const std::vector<std::size_t>& columns) {
  Snapshot* out = keep(state);
  for (const std::size_t c : columns) out->row[c] = Null{};
  return out;
}

const RowChange& RowsOnTheWay::first(const Write& write) {
  RowChange row = *write.row;
  if (write.detour->anew == Detour::Anew::yes) {
    row.kind = Kind::remove;
    return keep(std::move(row));
  }
  row.kind = Kind::update;
  row.after = with_null(*row.before, write.detour->parked);
  row.columns = write.detour->parked;
  row.moves = Moves::nothing;
  row.position.reset();
  row.new_owner.reset();
  return keep(std::move(row));
}

const RowChange& RowsOnTheWay::in_turn(const Write& write) {
  const bool anew = write.detour->anew == Detour::Anew::yes;
  if (!anew && write.detour->withheld.empty()) return *write.row;
  RowChange row = *write.row;
  if (!write.detour->withheld.empty()) row.after = with_null(*row.after, write.detour->withheld);
  if (!anew) return keep(std::move(row));
  row.kind = Kind::insert;
  row.columns.clear();
  for (std::size_t c = row.shape->key_width; c < row.shape->columns.size(); ++c)
    row.columns.push_back(c);
  if (row.shape->position && row.shape->key_width > 0) row.position = row.after->position;
  return keep(std::move(row));
}

const RowChange& RowsOnTheWay::last(const Write& write) {
  RowChange row = *write.row;
  row.kind = Kind::update;
  row.key = new_key(row);
  row.columns = write.detour->withheld;
  row.before = keep(*row.after);
  row.moves = Moves::nothing;
  row.position.reset();
  row.new_owner.reset();
  return keep(std::move(row));
}

}  // namespace rowan::work
