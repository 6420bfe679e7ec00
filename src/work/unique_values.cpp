#include "unique_values.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "references.hpp"

namespace rowan::work {
namespace {

using change::RowChange;
using Constraint = std::optional<std::size_t>;

/// A value, where it has to be unique: table, constraint, owner, cells.
using Held = std::tuple<const Shape*, Constraint, KeyValues, KeyValues>;

/// None where a NULL is part of it: it is never the same as another.
std::optional<Held> held(const RowChange& row, const Snapshot* state, std::size_t constraint) {
  if (!state) return {};
  Held out{row.shape, constraint, state == row.after ? new_owner(row) : old_owner(row), {}};
  for (const std::size_t c : row.shape->unique[constraint]) {
    if (std::holds_alternative<Null>(state->row[c])) return {};
    std::get<3>(out).push_back(state->row[c]);
  }
  return out;
}

/// A key is given up only by who is removed, and taken only by who is inserted.
std::optional<Held> held_key(const RowChange& row, RowChange::Kind kind) {
  if (row.kind != kind || row.depth == 0 || row.shape->scope != KeyScope::table) return {};
  return Held{row.shape, Constraint{}, {}, row.local_key()};
}

}  // namespace

std::vector<HandedOn> handed_on(const std::vector<const RowChange*>& rows) {
  std::map<Held, const RowChange*> given_up;
  for (const RowChange* row : rows) {
    for (std::size_t u = 0; u < row->shape->unique.size(); ++u) {
      const auto before = held(*row, row->before, u);
      if (before && before != held(*row, row->after, u)) given_up[*before] = row;
    }
    if (const auto key = held_key(*row, RowChange::Kind::remove)) given_up[*key] = row;
  }
  std::vector<HandedOn> out;
  if (given_up.empty()) return out;
  const auto take = [&](const std::optional<Held>& value, const RowChange* to) {
    const auto from = value ? given_up.find(*value) : given_up.end();
    if (from != given_up.end() && from->second != to)
      out.push_back({from->second, to, std::get<Constraint>(*value)});
  };
  for (const RowChange* row : rows) {
    for (std::size_t u = 0; u < row->shape->unique.size(); ++u)
      if (const auto after = held(*row, row->after, u); after != held(*row, row->before, u))
        take(after, row);
    take(held_key(*row, RowChange::Kind::insert), row);
  }
  return out;
}

std::vector<std::size_t> changed_unique_columns(const RowChange& update) {
  std::vector<std::size_t> out;
  for (const auto& columns : update.shape->unique)
    for (const std::size_t c : columns)
      if (!same_cell(update.before->row[c], update.after->row[c])) out.push_back(c);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::optional<std::size_t> parkable_column(const RowChange& row, std::size_t constraint) {
  for (const std::size_t c : row.shape->unique[constraint])
    if (row.shape->columns[c].nullable &&
        (!row.after || !same_cell(row.before->row[c], row.after->row[c])))
      return c;
  return {};
}

}  // namespace rowan::work
