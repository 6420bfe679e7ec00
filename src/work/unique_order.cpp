#include "unique_order.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "dependency_order.hpp"

namespace rowan::work {
namespace {

using change::RowChange;

/// A value, where it has to be unique: table, constraint, owner, cells.
using Held = std::tuple<const Shape*, std::size_t, KeyValues, KeyValues>;

KeyValues owner_of(const RowChange& row, const Snapshot* state) {
  if (row.depth == 0) return {};
  if (row.new_owner && state == row.after) return *row.new_owner;
  const auto width = row.key.size() - row.shape->parent.size();
  return {row.key.begin(), row.key.end() - static_cast<std::ptrdiff_t>(width)};
}

/// None where a NULL is part of it: it is never the same as another.
std::optional<Held> held(const RowChange& row, const Snapshot* state, std::size_t constraint) {
  if (!state) return {};
  Held out{row.shape, constraint, owner_of(row, state), {}};
  for (const std::size_t c : row.shape->unique[constraint]) {
    if (std::holds_alternative<Null>(state->row[c])) return {};
    std::get<3>(out).push_back(state->row[c]);
  }
  return out;
}

}  // namespace

UniqueOrder unique_order(const std::vector<const RowChange*>& rows) {
  std::map<Held, std::size_t> given_up;
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t u = 0; u < rows[i]->shape->unique.size(); ++u) {
      const auto before = held(*rows[i], rows[i]->before, u);
      if (before && before != held(*rows[i], rows[i]->after, u)) given_up[*before] = i;
    }
  const auto dependencies = [&](std::size_t i) {
    std::vector<Dependency> out;
    if (given_up.empty()) return out;
    for (std::size_t u = 0; u < rows[i]->shape->unique.size(); ++u) {
      const auto after = held(*rows[i], rows[i]->after, u);
      const auto from = after ? given_up.find(*after) : given_up.end();
      if (from != given_up.end()) out.push_back({from->second, u, Dependency::Cut::may_be});
    }
    return out;
  };
  UniqueOrder out;
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (const Dependency& d : dependencies(i))
      if (d.on != i) out.handed_on.push_back({d.on, i});
  std::set<std::size_t> circle;
  const auto cut = [&](std::size_t, const Dependency& d) { circle.insert(d.on); };
  out.order = dependency_order(rows.size(), dependencies, cut);
  out.circle.assign(circle.begin(), circle.end());
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

std::vector<std::size_t> parkable_columns(const RowChange& update) {
  std::vector<std::size_t> out;
  for (const auto& columns : update.shape->unique) {
    const auto differs = [&](std::size_t c) {
      return !same_cell(update.before->row[c], update.after->row[c]);
    };
    if (std::none_of(columns.begin(), columns.end(), differs)) continue;
    const auto nullable = std::find_if(columns.begin(), columns.end(), [&](std::size_t c) {
      return update.shape->columns[c].nullable && differs(c);
    });
    if (nullable == columns.end()) return {};
    out.push_back(*nullable);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace rowan::work
