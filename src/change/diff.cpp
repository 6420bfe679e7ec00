#include "diff.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>

#include <rowan/errors.hpp>

#include "../mapping/row_key.hpp"

namespace rowan::change {
namespace {

bool same_key(const Shape& shape, const Snapshot& a, const Snapshot& b) {
  const ConstCells key = local_key(shape, a);
  return std::equal(key.begin(), key.end(), b.row.begin());
}

/// A row of a list on both sides; one of them may be missing.
struct Pair {
  const Snapshot* before = nullptr;
  Snapshot* after = nullptr;
};

class Differ {
 public:
  std::vector<RowChange> out;

  /// `moves`: whether coming or going, the row moves the version.
  void row(const Shape& shape, KeyValues key, Pair pair, std::size_t depth, Moves moves) {
    const auto [before, after] = pair;
    const auto own_key = [&]() -> KeyValues {
      if (shape.children.empty()) return std::move(key);
      return key;
    };
    if (before && after)
      update(shape, own_key(), *before, *after, depth, moves);
    else if (after)
      insert(shape, own_key(), *after, depth, moves);
    else
      out.push_back(
          {RowChange::Kind::remove, &shape, depth, own_key(), {}, {}, before, nullptr, {}, moves});
    for (std::size_t i = 0; i < shape.children.size(); ++i)
      list(shape.children[i], key, before ? &before->children[i] : nullptr,
           after ? &after->children[i] : nullptr, depth + 1, moves);
  }

 private:
  void insert(const Shape& shape, KeyValues key, Snapshot& after, std::size_t depth, Moves moves) {
    RowChange c{
        RowChange::Kind::insert, &shape, depth, std::move(key), {}, {}, nullptr, &after, {}, moves};
    c.columns.resize(shape.columns.size() - shape.key_width);
    std::iota(c.columns.begin(), c.columns.end(), shape.key_width);
    if (shape.position && shape.key_width > 0) c.position = after.position;
    if (depth > 0) after.version = shape.version ? 1 : 0;
    out.push_back(std::move(c));
  }

  void update(const Shape& shape, KeyValues key, const Snapshot& before, Snapshot& after,
              std::size_t depth, Moves moves) {
    RowChange c = update_of(shape, std::move(key), before, after, depth, moves);
    if (c.writes()) out.push_back(std::move(c));
  }

  void list(const Shape& shape, const KeyValues& owner, const Rows* before, Rows* after,
            std::size_t depth, Moves moves) {
    if (shape.moves == Moves::nothing) moves = Moves::nothing;
    for (Pair pair : shape.key_width > 0 ? by_key(shape, owner, before, after)
                                         : by_place(shape, owner, before, after)) {
      if (rests(shape, pair)) continue;
      row(shape, mapping::row_key(shape, owner, pair.before ? *pair.before : *pair.after), pair,
          depth, moves);
    }
  }

  /// Most rows are what they were, and have nothing beneath them.
  static bool rests(const Shape& shape, const Pair& pair) {
    const auto [before, after] = pair;
    if (!before || !after || !shape.children.empty() || before->position != after->position ||
        !changed_columns(shape, *before, *after).empty())
      return false;
    after->version = before->version;
    return true;
  }

  static std::int64_t next_place(const Shape& shape, const KeyValues& owner, const Snapshot& last) {
    if (last.position == std::numeric_limits<std::int64_t>::max())
      throw DataError(mapping::place(shape.table, owner) +
                      ": its last row is at the last position that there is");
    return last.position + 1;
  }

  /// The order is the identity; rows that are there keep their stored position.
  static std::vector<Pair> by_place(const Shape& shape, const KeyValues& owner, const Rows* before,
                                    Rows* after) {
    std::vector<Pair> out(std::max(before ? before->size() : 0, after ? after->size() : 0));
    const Snapshot* last = nullptr;
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (before && i < before->size()) out[i].before = &(*before)[i];
      if (after && i < after->size()) {
        out[i].after = &(*after)[i];
        out[i].after->position = out[i].before ? out[i].before->position
                                 : last        ? next_place(shape, owner, *last)
                                               : 0;
      }
      last = out[i].before ? out[i].before : out[i].after;
    }
    return out;
  }

  static std::vector<Pair> by_key(const Shape& shape, const KeyValues& owner, const Rows* before,
                                  Rows* after) {
    std::vector<Pair> out;
    out.reserve(std::max(before ? before->size() : 0, after ? after->size() : 0));
    const bool in_place =
        before && after && before->size() == after->size() &&
        std::equal(before->begin(), before->end(), after->begin(),
                   [&](const Snapshot& a, const Snapshot& b) { return same_key(shape, a, b); });
    if (in_place) {  // same rows in the same order: stored positions, gaps included, stand
      for (std::size_t i = 0; i < after->size(); ++i) {
        (*after)[i].position = (*before)[i].position;
        out.push_back({&(*before)[i], &(*after)[i]});
      }
      return out;
    }
    const KeyLess less(shape);
    if (!before || !after) {
      const auto not_less = [&](const Snapshot& a, const Snapshot& b) { return !less(&a, &b); };
      const auto is_in_order = [&](const Rows& all) {
        return std::adjacent_find(all.begin(), all.end(), not_less) == all.end();
      };
      if (before && is_in_order(*before)) {
        for (const Snapshot& s : *before) out.push_back({&s, nullptr});
        return out;
      }
      if (after && is_in_order(*after)) {
        for (Snapshot& s : *after) out.push_back({nullptr, &s});
        return out;
      }
    }
    std::map<const Snapshot*, Pair, KeyLess> rows(less);
    if (before)
      for (const Snapshot& s : *before) rows[&s].before = &s;
    if (after)
      for (Snapshot& s : *after) {
        Pair& pair = rows[&s];
        if (pair.after) throw_twice(shape, owner, s);
        pair.after = &s;
      }
    for (const auto& entry : rows) out.push_back(entry.second);
    return out;
  }
};

std::size_t count_rows(const Snapshot& from) {
  std::size_t out = 1;
  for (const Rows& rows : from.children)
    for (const Snapshot& row : rows) out += count_rows(row);
  return out;
}

}  // namespace

Moves moved_by(const Shape& shape, const std::vector<std::size_t>& columns) {
  for (const FieldRun& field : shape.fields)
    if (field.moves == Moves::version &&
        std::find(columns.begin(), columns.end(), field.first) != columns.end())
      return Moves::version;
  return Moves::nothing;
}

std::vector<std::size_t> changed_columns(const Shape& shape, const Snapshot& before,
                                         const Snapshot& after) {
  std::vector<std::size_t> out;
  for (const FieldRun& field : shape.fields) {
    // A field is written as one: a value object is never half mine and half somebody else's.
    const auto from = static_cast<std::ptrdiff_t>(field.first);
    const auto to = static_cast<std::ptrdiff_t>(field.first + field.count);
    if (field.first < shape.key_width ||
        std::equal(before.row.begin() + from, before.row.begin() + to, after.row.begin() + from,
                   same_cell))
      continue;
    for (std::size_t i = field.first; i < field.first + field.count; ++i) out.push_back(i);
  }
  return out;
}

RowChange update_of(const Shape& shape, KeyValues key, const Snapshot& before, Snapshot& after,
                    std::size_t depth, Moves moves) {
  RowChange out{RowChange::Kind::update,
                &shape,
                depth,
                std::move(key),
                changed_columns(shape, before, after),
                {},
                &before,
                &after,
                {},
                Moves::nothing};
  if (shape.position && shape.key_width > 0 && before.position != after.position)
    out.position = after.position;
  after.version = before.version;
  if (moves == Moves::version && (out.position || moved_by(shape, out.columns) == Moves::version)) {
    out.moves = Moves::version;
    // Where there is none after it, the flush says so before anything is written.
    constexpr auto last = std::numeric_limits<std::int64_t>::max();
    if (depth > 0 && shape.version && after.version != last) ++after.version;
  }
  return out;
}

std::vector<RowChange> diff(const Shape& root, const KeyValues& root_key, const Snapshot* before,
                            Snapshot* after) {
  Differ differ;
  if (!before || !after) differ.out.reserve(count_rows(before ? *before : *after));
  differ.row(root, root_key, {before, after}, 0, Moves::version);
  return std::move(differ.out);
}

}  // namespace rowan::change
