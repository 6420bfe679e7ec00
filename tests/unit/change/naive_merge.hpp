#pragma once
/// merge once more, as plainly as it can be said and however slow: what the other is held against.

#include <optional>
#include <string>

#include "merge_trees.hpp"

namespace naive {

using namespace merge_trees;

struct Merge {
  Strings clashes;  ///< as told() tells them

  Snapshot row(const Shape& shape, const std::string& path, const Snapshot& base,
               const Snapshot& mine, const Snapshot& theirs) {
    Snapshot out = theirs;
    for (const FieldRun& field : shape.fields) {
      if (field.first < shape.key_width) continue;
      const auto cells =
          merged(shape, field, path, part(base, field), part(mine, field), part(theirs, field));
      for (std::size_t c = 0; c < field.count; ++c) out.row[field.first + c] = cells[c];
    }
    for (std::size_t i = 0; i < shape.children.size(); ++i) {
      const Shape& list = shape.children[i];
      out.children[i] =
          list.merge == MergeRule::always_clash || is_by_position_alone(list)
              ? whole(list, path, base.children[i], mine.children[i], theirs.children[i])
              : keyed(list, path, base.children[i], mine.children[i], theirs.children[i]);
    }
    return out;
  }

 private:
  using Cells = std::vector<Value>;

  static bool is_by_position_alone(const Shape& list) {
    return list.key_width == 0 && list.position;
  }
  static Cells part(const Snapshot& row, const FieldRun& field) {
    Cells out;
    for (std::size_t c = 0; c < field.count; ++c) out.push_back(row.row[field.first + c]);
    return out;
  }
  static Cells key(const Shape& list, const Snapshot& row) {
    Cells out;
    for (std::size_t c = 0; c < list.key_width; ++c) out.push_back(row.row[c]);
    return out;
  }
  static const Snapshot* find(const Shape& list, const Rows& rows, const Cells& wanted) {
    for (const Snapshot& row : rows)
      if (key(list, row) == wanted) return &row;
    return nullptr;
  }
  static Snapshot unversioned(Snapshot row) {
    row.version = 0;
    for (Rows& rows : row.children)
      for (Snapshot& child : rows) child = unversioned(std::move(child));
    return row;
  }
  static bool alike(const Shape& list, const Snapshot& a, const Snapshot& b) {
    return spelled(list, unversioned(a)) == spelled(list, unversioned(b));
  }
  static bool alike(const Shape& list, const Rows& a, const Rows& b) {
    Shape owner;
    owner.children = {list};
    return alike(owner, {{}, 0, 0, {a}}, {{}, 0, 0, {b}});
  }
  static bool contains(const Shape& list, const Rows& rows, const Snapshot& wanted) {
    for (const Snapshot& row : rows)
      if (alike(list, row, wanted)) return true;
    return false;
  }
  /// By cells, then list by list.
  static bool less(const Shape& list, const Snapshot& a, const Snapshot& b) {
    if (a.row != b.row) return a.row < b.row;
    for (std::size_t i = 0; i < list.children.size(); ++i) {
      Rows left = a.children[i];
      Rows right = b.children[i];
      const auto beneath = [&](const Snapshot& x, const Snapshot& y) {
        return less(list.children[i], x, y);
      };
      if (!list.children[i].position) {
        std::sort(left.begin(), left.end(), beneath);
        std::sort(right.begin(), right.end(), beneath);
      }
      for (std::size_t r = 0; r < left.size() && r < right.size(); ++r)
        if (!alike(list.children[i], left[r], right[r])) return beneath(left[r], right[r]);
      if (left.size() != right.size()) return left.size() < right.size();
    }
    return false;
  }

  /// Whether mine is taken.
  bool clash(MergeRule rule, const std::string& what) {
    if (rule == MergeRule::mine) return true;
    if (rule != MergeRule::theirs) clashes.push_back(what);
    return false;
  }

  Cells merged(const Shape& shape, const FieldRun& field, const std::string& path,
               const Cells& base, const Cells& mine, const Cells& theirs) {
    if (mine == base) return theirs;
    if (theirs == base) return mine;
    const std::string what = "field" + path + ": " + shape.columns[field.first].name;
    if (field.merge == MergeRule::sum_of_deltas) {
      const auto* b = std::get_if<std::int64_t>(&base[0]);
      const auto* m = std::get_if<std::int64_t>(&mine[0]);
      const auto* t = std::get_if<std::int64_t>(&theirs[0]);
      if (b && m && t) return {*b + (*m - *b) + (*t - *b)};
      clashes.push_back(what);
      return theirs;
    }
    if (field.merge == MergeRule::custom) {
      Cells out(field.count);
      (*field.merge_cells)(base, mine, theirs, out);
      return out;
    }
    if (mine == theirs && field.merge != MergeRule::always_clash) return theirs;
    return clash(field.merge, what) ? mine : theirs;
  }

  Rows whole(const Shape& list, const std::string& path, const Rows& base, const Rows& mine,
             const Rows& theirs) {
    if (alike(list, base, mine)) return theirs;
    if (alike(list, base, theirs)) return mine;
    if (alike(list, mine, theirs) && list.merge != MergeRule::always_clash) return theirs;
    if (list.merge != MergeRule::set_union)
      return clash(list.merge, "list" + path + ": " + list.table) ? mine : theirs;
    Rows out;
    for (const Snapshot& row : base)
      if (contains(list, mine, row) && !contains(list, out, row))
        for (const Snapshot& same : theirs)
          if (alike(list, row, same) && !contains(list, out, row)) out.push_back(same);
    Rows added;
    for (const Rows* side : {&theirs, &mine})
      for (const Snapshot& row : *side)
        if (!contains(list, base, row) && !contains(list, added, row)) added.push_back(row);
    std::sort(added.begin(), added.end(),
              [&](const Snapshot& a, const Snapshot& b) { return less(list, a, b); });
    out.insert(out.end(), added.begin(), added.end());
    return out;
  }

  Rows keyed(const Shape& list, const std::string& path, const Rows& base, const Rows& mine,
             const Rows& theirs) {
    std::vector<Cells> keys;
    for (const Rows* side : {&base, &mine, &theirs})
      for (const Snapshot& row : *side)
        if (std::find(keys.begin(), keys.end(), key(list, row)) == keys.end())
          keys.push_back(key(list, row));
    std::sort(keys.begin(), keys.end());

    Rows out;
    for (const Cells& k : keys) {
      const std::string here = path + (path.empty() ? " " : ", ") + list.table +
                               (k.empty() ? "" : ' ' + rowan::to_string(k));
      const auto one =
          child(list, here, find(list, base, k), find(list, mine, k), find(list, theirs, k));
      if (one) out.push_back(*one);
    }
    return list.position ? in_order(list, path, out, base, mine, theirs) : out;
  }

  std::optional<Snapshot> child(const Shape& list, const std::string& path, const Snapshot* base,
                                const Snapshot* mine, const Snapshot* theirs) {
    const auto copy = [](const Snapshot* row) {
      return row ? std::optional<Snapshot>(*row) : std::nullopt;
    };
    if (base && mine && theirs) return row(list, path, *base, *mine, *theirs);
    if (base && !mine && !theirs) return std::nullopt;
    if (base && !mine && alike(list, *base, *theirs)) return std::nullopt;
    if (base && !theirs && alike(list, *base, *mine)) return std::nullopt;
    if (base && list.merge == MergeRule::set_union) return copy(mine ? mine : theirs);
    if (!base && !mine) return copy(theirs);
    if (!base && !theirs) return copy(mine);
    if (!base && alike(list, *mine, *theirs)) return copy(theirs);
    return copy(clash(list.merge, "row" + path) ? mine : theirs);
  }

  Rows in_order(const Shape& list, const std::string& path, const Rows& merged, const Rows& base,
                const Rows& mine, const Rows& theirs) {
    const auto is_on_all = [&](const Cells& k) {
      return find(list, base, k) && find(list, mine, k) && find(list, theirs, k);
    };
    const auto spine_of = [&](const Rows& rows) {
      std::vector<Cells> out;
      for (const Snapshot& row : rows)
        if (is_on_all(key(list, row))) out.push_back(key(list, row));
      return out;
    };
    std::vector<Cells> spine = spine_of(theirs);
    if (spine_of(mine) != spine_of(base) && spine_of(mine) != spine_of(theirs))
      if (spine_of(theirs) == spine_of(base) ||
          clash(list.merge, "order" + path + ": " + list.table))
        spine = spine_of(mine);

    std::vector<Cells> order;
    const auto is_placed = [&](const Cells& k) {
      return std::find(order.begin(), order.end(), k) != order.end();
    };
    /// What follows `anchor` on one side, up to the next that is on all; none: from the beginning.
    const auto run = [&](const Rows& rows, const Cells* anchor) {
      std::vector<Cells> out;
      bool follows = !anchor;
      for (const Snapshot& row : rows) {
        const Cells k = key(list, row);
        if (is_on_all(k))
          follows = anchor && k == *anchor;
        else if (follows && find(list, merged, k) && !is_placed(k))
          out.push_back(k);
      }
      return out;
    };
    const auto place = [&](const Cells* anchor) {
      auto first = run(mine, anchor);
      auto second = run(theirs, anchor);
      if (second < first) std::swap(first, second);
      first.insert(first.end(), second.begin(), second.end());
      for (const Cells& k : first)
        if (!is_placed(k)) order.push_back(k);
    };
    place(nullptr);
    for (const Cells& anchor : spine) {
      order.push_back(anchor);
      place(&anchor);
    }
    Rows out;
    for (const Cells& k : order) out.push_back(*find(list, merged, k));
    return out;
  }
};

}  // namespace naive
