#pragma once
/// Tables of the tests of documents, and whether two documents hold the same.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <rowan/shape.hpp>
#include <rowan/snapshot.hpp>

#include "document/document.hpp"

namespace rowan::document {

inline Column column(std::string name, ColumnType type) {
  return {std::move(name), type, false, {}};
}
inline Column nullable(std::string name, ColumnType type) {
  return {std::move(name), type, true, {}};
}

inline Shape table(std::string name, std::vector<Column> columns, std::size_t key_width) {
  Shape out;
  out.table = std::move(name);
  out.columns = std::move(columns);
  for (std::size_t i = 0; i < out.columns.size(); ++i) out.fields.push_back({i, 1});
  out.key_width = key_width;
  return out;
}

/// orders(id, version, status, weight), lines(no, quantity) beneath it, discounts(percent) in order
/// beneath those, and one note(text) at most.
inline Shape orders() {
  Shape discounts = table("discounts", {column("percent", ColumnType::decimal)}, 0);
  discounts.position = "place";
  discounts.parent = {"order_id", "line_no"};
  Shape lines = table(
      "lines", {column("no", ColumnType::integer), column("quantity", ColumnType::integer)}, 1);
  lines.parent = {"order_id"};
  lines.children = {discounts};
  Shape note = table("note", {column("text", ColumnType::text)}, 0);
  note.parent = {"order_id"};
  Shape out = table("orders",
                    {column("id", ColumnType::integer), column("status", ColumnType::text),
                     nullable("weight", ColumnType::real)},
                    1);
  out.version = VersionColumn{"version", 1000, VersionColumn::Assigned::counted};
  out.children = {lines, note};
  return out;
}

/// Each type of column, with NULL and without, also as keys of one list; names that have to be
/// escaped in pointers, and a list that has the name of a column.
inline Shape everything() {
  std::vector<Column> cells;
  for (const ColumnType type : {ColumnType::boolean, ColumnType::integer, ColumnType::real,
                                ColumnType::text, ColumnType::blob, ColumnType::timestamp,
                                ColumnType::date, ColumnType::uuid, ColumnType::decimal}) {
    cells.push_back(column(to_string(type), type));
    cells.push_back(nullable(std::string("no ") + to_string(type), type));
  }
  Shape values = table("values", cells, 0);
  values.position = "place";
  std::vector<Column> keys;
  for (std::size_t i = 0; i < cells.size(); i += 2) keys.push_back(cells[i]);
  Shape keyed = table("a/b~c", keys, keys.size());
  keyed.position = "place";
  Shape leaf = table("leaf", {nullable("n", ColumnType::integer)}, 0);
  Shape single = table("one", {column("n", ColumnType::integer)}, 0);
  single.children = {leaf};
  Shape out = table("everything",
                    {column("id", ColumnType::integer), column("part", ColumnType::text),
                     nullable("values", ColumnType::text)},
                    2);
  out.children = {values, keyed, single};
  return out;
}

inline bool same(const Snapshot& a, const Snapshot& b) {
  if (a.position != b.position || a.version != b.version ||
      a.children.size() != b.children.size() ||
      !std::equal(a.row.begin(), a.row.end(), b.row.begin(), b.row.end(), same_cell))
    return false;
  for (std::size_t i = 0; i < a.children.size(); ++i)
    if (!std::equal(a.children[i].begin(), a.children[i].end(), b.children[i].begin(),
                    b.children[i].end(), same))
      return false;
  return true;
}

inline bool same(const Document& a, const Document& b) {
  return std::equal(a.key.begin(), a.key.end(), b.key.begin(), b.key.end(), same_cell) &&
         a.version == b.version && a.fingerprint == b.fingerprint &&
         a.state.has_value() == b.state.has_value() && a.base.has_value() == b.base.has_value() &&
         (!a.state || same(*a.state, *b.state)) && (!a.base || same(*a.base, *b.base));
}

}  // namespace rowan::document
