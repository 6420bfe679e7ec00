#pragma once
/// Shapes, rows and clashes, as the tests of merge write and read them.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "change/merge.hpp"

namespace merge_trees {

using rowan::ColumnType, rowan::FieldRun, rowan::MergeRule, rowan::Shape, rowan::Snapshot,
    rowan::Value;
using rowan::change::Clash;

using Strings = std::vector<std::string>;
using Rows = std::vector<Snapshot>;

inline Value number(std::int64_t n) {
  return n;
}
inline Value text(const char* t) {
  return std::string(t);
}

/// A table of integer columns, each a field; the first `key_width` are the key.
inline Shape table(std::string name, const Strings& columns, std::size_t key_width,
                   std::vector<Shape> children = {}) {
  Shape out;
  out.table = std::move(name);
  for (const std::string& column : columns) {
    out.fields.push_back({out.columns.size(), 1});
    out.columns.push_back({column, ColumnType::integer, false, {}});
  }
  out.key_width = key_width;
  out.children = std::move(children);
  return out;
}
inline Shape with_position(Shape shape) {
  shape.position = "place";
  return shape;
}
inline Shape merging(MergeRule rule, Shape list) {
  list.merge = rule;
  return list;
}

inline Snapshot row(std::vector<Value> cells, std::vector<Rows> children = {}) {
  return {std::move(cells), 0, 0, std::move(children)};
}

/// "3: a, 4; [...] [...]": cells, then lists; with the version where it is not 0. A list whose
/// order is not state reads the same in every order.
inline std::string spelled(const Shape& shape, const Snapshot& from) {
  std::string out = rowan::to_string(from.row);
  if (from.version != 0) out += "@" + std::to_string(from.version);
  for (std::size_t i = 0; i < shape.children.size(); ++i) {
    Strings rows;
    for (const Snapshot& child : from.children[i])
      rows.push_back(spelled(shape.children[i], child));
    if (!shape.children[i].position) std::sort(rows.begin(), rows.end());
    out += " [";
    for (const std::string& one : rows) out += (&one == rows.data() ? "" : ", ") + one;
    out += ']';
  }
  return out;
}

/// "field lines 1, notes 2: text", "order lines 1: notes", "row lines 1".
inline std::string told(const Shape& root, const Clash& clash) {
  std::string out = clash.kind == Clash::Kind::field  ? "field"
                    : clash.kind == Clash::Kind::row  ? "row"
                    : clash.kind == Clash::Kind::list ? "list"
                                                      : "order";
  const Shape* shape = &root;
  const char* before = " ";
  for (const auto& step : clash.path) {
    shape = &shape->children[step.list];
    out += before + shape->table;
    if (!step.key.empty()) out += ' ' + rowan::to_string(step.key);
    before = ", ";
  }
  if (clash.kind == Clash::Kind::row) return out;
  return out + ": " +
         (clash.kind == Clash::Kind::field ? shape->columns[shape->fields[clash.index].first].name
                                           : shape->children[clash.index].table);
}
inline Strings told(const Shape& root, const std::vector<Clash>& clashes) {
  Strings out;
  for (const Clash& clash : clashes) out.push_back(told(root, clash));
  return out;
}

}  // namespace merge_trees
