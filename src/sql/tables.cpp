#include "tables.hpp"

namespace rowan::sql {
namespace {

void add(std::vector<Table>& to, const Shape& shape, const Shape* owner,
         std::vector<ColumnType> parent_types) {
  to.push_back({&shape, owner, std::move(parent_types)});
  const auto key = to.back().key_types();
  for (const Shape& child : shape.children) add(to, child, &shape, key);
  if (shape.history) to.push_back({shape.history.get(), nullptr, {}, &shape});
}

}  // namespace

std::vector<Column> Table::columns() const {
  std::vector<Column> out;
  for (std::size_t i = 0; i < shape->parent.size(); ++i)
    out.push_back({shape->parent[i], parent_types[i], false, {}});
  const auto key_end = shape->columns.begin() + static_cast<std::ptrdiff_t>(shape->key_width);
  out.insert(out.end(), shape->columns.begin(), key_end);
  if (shape->position) out.push_back({*shape->position, ColumnType::integer, false, {}});
  if (shape->version) out.push_back({shape->version->name, ColumnType::integer, false, {}});
  out.insert(out.end(), key_end, shape->columns.end());
  return out;
}

std::vector<ColumnType> Table::key_types() const {
  std::vector<ColumnType> out = parent_types;
  for (std::size_t i = 0; i < shape->key_width; ++i) out.push_back(shape->columns[i].type);
  if (shape->key_width == 0 && shape->position) out.push_back(ColumnType::integer);
  return out;
}

std::vector<Table> tables(const Schema& schema) {
  std::vector<Table> out;
  for (const auto& entry : schema.all()) add(out, entry.second.shape, nullptr, {});
  return out;
}

TableName split(const std::string& table) {
  const auto dot = table.find('.');
  if (dot == std::string::npos) return {{}, table};
  return {table.substr(0, dot), table.substr(dot + 1)};
}

}  // namespace rowan::sql
