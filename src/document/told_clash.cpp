#include "told_clash.hpp"

#include <algorithm>
#include <list>

#include "path.hpp"
#include "rows.hpp"
#include "text.hpp"

namespace rowan::document {
namespace {

using Kind = change::Clash::Kind;

/// The row that the path leads to.
const Shape& shape_at(const Shape& root, const change::Clash& clash) {
  const Shape* shape = &root;
  for (const change::Step& step : clash.path) shape = &shape->children[step.list];
  return *shape;
}

bool is_mine(const change::Clash& clash) {
  return std::all_of(clash.path.begin(), clash.path.end(),
                     [](const change::Step& step) { return step.places.mine.has_value(); });
}

std::optional<std::string> text_of(const Shape& shape, const change::Clash& clash,
                                   const change::Clash::Held& held) {
  switch (clash.kind) {
    case Kind::field:
      return text(shape, shape.fields[clash.index], std::get<std::vector<Value>>(held));
    case Kind::row:
      if (const auto& row = std::get<std::optional<Snapshot>>(held)) return text(shape, *row);
      return {};
    case Kind::list:
    case Kind::order: break;
  }
  return text(shape.children[clash.index], std::get<std::vector<Snapshot>>(held));
}

Clash::Kind kind_of(Kind kind) {
  switch (kind) {
    case Kind::field: return Clash::Kind::field;
    case Kind::row: return Clash::Kind::row;
    case Kind::list: return Clash::Kind::list;
    case Kind::order: break;
  }
  return Clash::Kind::order;
}

std::string pointer_to(const Shape& root, const change::Clash& clash) {
  const bool mine = is_mine(clash);
  std::list<std::vector<std::string>> names;  // which steps refer to
  std::vector<Step> steps{mine ? "state" : "base"};
  const Shape* shape = &root;
  const auto enter = [&](std::size_t list) {
    steps.emplace_back(names.emplace_back(child_members(*shape))[list]);
    shape = &shape->children[list];
  };
  for (const change::Step& step : clash.path) {
    enter(step.list);
    if (!is_single(*shape)) steps.emplace_back(*(mine ? step.places.mine : step.places.base));
  }
  if (clash.kind == Kind::field)
    steps.emplace_back(shape->columns[shape->fields[clash.index].first].name);
  else if (clash.kind != Kind::row)
    enter(clash.index);
  return pointer(steps);
}

}  // namespace

Clash told(const Shape& root, const KeyValues& key, const change::Clash& clash) {
  const Shape& shape = shape_at(root, clash);
  Clash out;
  out.kind = kind_of(clash.kind);
  out.pointer = pointer_to(root, clash);
  out.table = shape.table;
  out.key = key;
  for (const change::Step& step : clash.path)
    out.key.insert(out.key.end(), step.key.begin(), step.key.end());
  if (clash.kind == Kind::field) {
    const FieldRun& field = shape.fields[clash.index];
    for (std::size_t c = field.first; c < field.first + field.count; ++c)
      out.columns.push_back(shape.columns[c].name);
  } else if (clash.kind != Kind::row)
    out.table = shape.children[clash.index].table;
  out.base = text_of(shape, clash, clash.held.base);
  out.mine = text_of(shape, clash, clash.held.mine);
  out.theirs = text_of(shape, clash, clash.held.theirs);
  return out;
}

}  // namespace rowan::document
