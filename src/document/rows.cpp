#include "rows.hpp"

#include <algorithm>
#include <compare>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include <rowan/errors.hpp>

#include "../mapping/row_key.hpp"
#include "cell.hpp"
#include "members.hpp"

namespace rowan::document {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

/// As cells are compared everywhere, but in one order with NaN, which a document can hold.
bool is_less(const Value& a, const Value& b) {
  const auto* x = std::get_if<double>(&a);
  const auto* y = std::get_if<double>(&b);
  return x && y ? std::is_lt(std::weak_order(*x, *y)) : a < b;
}

void check_keys(const Shape& shape, const std::vector<Snapshot>& rows, const Path& at) {
  if (shape.key_width == 0) return;
  const auto less = [&](const Snapshot* a, const Snapshot* b) {
    const auto width = static_cast<std::ptrdiff_t>(shape.key_width);
    return std::lexicographical_compare(a->row.begin(), a->row.begin() + width, b->row.begin(),
                                        b->row.begin() + width, is_less);
  };
  std::set<const Snapshot*, decltype(less)> seen(less);
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (!seen.insert(&rows[i]).second)
      throw DocumentError(Path(at, i).pointer(), "a key that no row before it in the list has");
}

std::vector<std::string> members_of(const Shape& shape) {
  std::vector<std::string> out = child_members(shape);
  for (const Column& column : shape.columns) out.push_back(column.name);
  return out;
}

}  // namespace

std::vector<std::string> child_members(const Shape& shape) {
  std::vector<std::string> out;
  for (const Shape& child : shape.children) {
    std::string name = child.table;
    const auto is_name = [&](const Column& column) { return column.name == name; };
    while (std::any_of(shape.columns.begin(), shape.columns.end(), is_name) ||
           std::find(out.begin(), out.end(), name) != out.end())
      name += "[]";
    out.push_back(std::move(name));
  }
  return out;
}

bool is_single(const Shape& child) noexcept {
  return child.rows == Shape::Rows::one_at_most || (child.key_width == 0 && !child.position);
}

ordered_json to_json(const Shape& shape, const Snapshot& row, const Path& at) {
  auto out = ordered_json::object();
  for (std::size_t i = 0; i < shape.columns.size(); ++i) {
    const Column& column = shape.columns[i];
    out[column.name] = to_json(column, row.row[i], Path(at, column.name));
  }
  const std::vector<std::string> names = child_members(shape);
  for (std::size_t i = 0; i < shape.children.size(); ++i) {
    const Shape& child = shape.children[i];
    const std::vector<Snapshot>& rows = row.children[i];
    const std::string& name = names[i];
    const Path there(at, name);
    if (!is_single(child))
      out[name] = to_json(child, rows, there);
    else
      out[name] = rows.empty() ? ordered_json() : to_json(child, rows.front(), there);
  }
  return out;
}

ordered_json to_json(const Shape& shape, const std::vector<Snapshot>& rows, const Path& at) {
  check_keys(shape, rows, at);
  auto out = ordered_json::array();
  for (std::size_t i = 0; i < rows.size(); ++i) out.push_back(to_json(shape, rows[i], Path(at, i)));
  return out;
}

ordered_json to_json(const Shape& shape, const FieldRun& field, ConstCells cells, const Path& at) {
  if (field.count == 1) return to_json(shape.columns[field.first], cells.front(), at);
  auto out = ordered_json::object();
  for (std::size_t i = 0; i < field.count; ++i) {
    const Column& column = shape.columns[field.first + i];
    out[column.name] = to_json(column, cells[i], Path(at, column.name));
  }
  return out;
}

ordered_json key_to_json(const Shape& shape, ConstCells key, const Path& at) {
  auto out = ordered_json::object();
  for (std::size_t i = 0; i < shape.key_width; ++i) {
    const Column& column = shape.columns[i];
    out[column.name] = to_json(column, key[i], Path(at, column.name));
  }
  return out;
}

Snapshot RowReader::row(const Shape& shape, const json& from, const Path& at, Absent absent) {
  Members members(from, at);
  if (++rows_ > max_rows_)
    throw DocumentError(at.pointer(), "no more than " + std::to_string(max_rows_) + " rows");
  Snapshot out;
  out.row.reserve(shape.columns.size());
  for (const Column& column : shape.columns) {
    const json* cell = members.find(column.name);
    const Path there(at, column.name);
    if (cell)
      out.row.push_back(from_json(column, *cell, there));
    else if (column.nullable && absent != Absent::refused)
      out.row.emplace_back(Null{});
    else
      throw DocumentError(there.pointer(), expected_of(column));
  }
  mapping::spell_key(Cells(out.row).first(shape.key_width));
  const std::vector<std::string> names = child_members(shape);
  out.children.reserve(names.size());
  for (std::size_t i = 0; i < shape.children.size(); ++i) {
    const Shape& child = shape.children[i];
    const json* rows = members.find(names[i]);
    const Path there(at, names[i]);
    if (rows)
      out.children.push_back(children(child, *rows, there, absent));
    else if (absent == Absent::empty || (is_single(child) && absent == Absent::null))
      out.children.emplace_back();
    else
      throw DocumentError(there.pointer(), is_single(child) ? "an object, or null" : "a list");
  }
  if (members.are_more()) members.refuse_others_than(members_of(shape));
  return out;
}

std::vector<Snapshot> RowReader::children(const Shape& shape, const json& from, const Path& at,
                                          Absent absent) {
  std::vector<Snapshot> out;
  if (is_single(shape)) {
    if (from.is_null()) return out;
    if (!from.is_object()) throw DocumentError(at.pointer(), "an object, or null");
    out.push_back(row(shape, from, at, absent));
    return out;
  }
  if (!from.is_array()) throw DocumentError(at.pointer(), "a list");
  for (std::size_t i = 0; i < from.size(); ++i) {
    out.push_back(row(shape, from[i], Path(at, i), absent));
    out.back().position = static_cast<std::int64_t>(i);
  }
  check_keys(shape, out, at);
  return out;
}

KeyValues RowReader::key(const Shape& shape, const json& from, const Path& at) {
  Members members(from, at);
  KeyValues out;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < shape.key_width; ++i) {
    const Column& column = shape.columns[i];
    const Path there(at, column.name);
    const json* cell = members.find(column.name);
    if (!cell) throw DocumentError(there.pointer(), expected_of(column));
    out.push_back(from_json(column, *cell, there));
    names.push_back(column.name);
  }
  if (members.are_more()) members.refuse_others_than(names);
  mapping::spell_key(out);
  return out;
}

}  // namespace rowan::document
