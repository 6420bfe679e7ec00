#include "merge.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include <rowan/codec.hpp>
#include <rowan/errors.hpp>

#include "../mapping/row_key.hpp"
#include "merger.hpp"

namespace rowan::change {
namespace {

bool same(ConstCells a, ConstCells b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_cell);
}

template <class Number>
std::optional<ThreeWay<Number>> numbers(const ThreeWay<ConstCells>& of) {
  const auto* base = std::get_if<Number>(&of.base[0]);
  const auto* mine = std::get_if<Number>(&of.mine[0]);
  const auto* theirs = std::get_if<Number>(&of.theirs[0]);
  if (!base || !mine || !theirs) return std::nullopt;
  return ThreeWay<Number>{*base, *mine, *theirs};
}

/// None where it does not fit.
std::optional<Value> sum_of_deltas(const ThreeWay<std::int64_t>& of) {
  using Limits = std::numeric_limits<std::int64_t>;
  const detail::Int128 sum = detail::Int128{of.mine} + of.theirs - of.base;
  if (sum < Limits::min() || sum > Limits::max()) return std::nullopt;
  return static_cast<std::int64_t>(sum);
}
std::optional<Value> sum_of_deltas(const ThreeWay<Decimal>& of) {
  try {
    return of.mine + of.theirs - of.base;
  } catch (const std::overflow_error&) {
    return std::nullopt;
  }
}
/// Nor where one is NULL.
std::optional<Value> sum_of_deltas(const ThreeWay<ConstCells>& of) {
  if (const auto whole = numbers<std::int64_t>(of)) return sum_of_deltas(*whole);
  if (const auto exact = numbers<Decimal>(of)) return sum_of_deltas(*exact);
  return std::nullopt;
}

/// As captured: places in their lists.
void set_positions(Snapshot& owner) {
  for (Rows& rows : owner.children)
    for (std::size_t i = 0; i < rows.size(); ++i) {
      rows[i].position = static_cast<std::int64_t>(i);
      set_positions(rows[i]);
    }
}

}  // namespace

Snapshot Merger::row(const Shape& shape, const ThreeWay<const Snapshot*>& of) {
  Snapshot out{of.theirs->row, of.theirs->version, 0, {}};
  for (std::size_t f = 0; f < shape.fields.size(); ++f)
    if (shape.fields[f].first >= shape.key_width) field(shape, f, of, out);
  out.children.reserve(shape.children.size());
  for (std::size_t i = 0; i < shape.children.size(); ++i)
    out.children.push_back(
        list(shape.children[i], i,
             {&of.base->children[i], &of.mine->children[i], &of.theirs->children[i]}));
  return out;
}

void Merger::field(const Shape& shape, std::size_t index, const ThreeWay<const Snapshot*>& of,
                   Snapshot& to) {
  const FieldRun& field = shape.fields[index];
  const auto cells = [&](const Snapshot* row) {
    return ConstCells(row->row).subspan(field.first, field.count);
  };
  const ThreeWay<ConstCells> held{cells(of.base), cells(of.mine), cells(of.theirs)};
  const Cells merged = Cells(to.row).subspan(field.first, field.count);  // theirs so far
  const auto take_mine = [&] { std::copy(held.mine.begin(), held.mine.end(), merged.begin()); };

  if (same(held.base, held.mine)) return;
  if (same(held.base, held.theirs)) return take_mine();
  switch (field.merge) {
    case MergeRule::custom: return by_function(shape, field, held, merged);
    case MergeRule::sum_of_deltas:
      if (auto sum = sum_of_deltas(held)) {
        merged[0] = std::move(*sum);
        return;
      }
      break;
    case MergeRule::always_clash: break;
    default:
      if (same(held.mine, held.theirs)) return;
  }
  if (decide(field.merge, Clash::Kind::field, index, held) == Side::mine) take_mine();
}

void Merger::by_function(const Shape& shape, const FieldRun& field, const ThreeWay<ConstCells>& of,
                         Cells to) {
  try {
    (*field.merge_cells)(of.base, of.mine, of.theirs, to);
  } catch (const detail::CellError& error) {
    throw DataError(mapping::place(shape.table, key()) + ", column " +
                    shape.columns[field.first].name + ": " + error.what);
  }
}

Side Merger::ask(Clash clash) {
  if (answers_)
    if (const auto answer = answers_(clash)) return *answer;
  clashes.push_back(std::move(clash));
  return Side::theirs;
}

KeyValues Merger::key() const {
  KeyValues out = root_key_;
  for (const Step& step : path_) out.insert(out.end(), step.key.begin(), step.key.end());
  return out;
}

Merged merge(const Shape& root, const Sides& sides, const Answers& answers) {
  const ConstCells key = local_key(root, sides.theirs);
  Merger merger({key.begin(), key.end()}, answers);
  Snapshot state = merger.row(root, {&sides.base, &sides.mine, &sides.theirs});
  set_positions(state);
  return {std::move(state), std::move(merger.clashes)};
}

}  // namespace rowan::change
