#include "text.hpp"

#include <nlohmann/json.hpp>

#include "cell.hpp"
#include "printed.hpp"
#include "rows.hpp"

namespace rowan::document {

std::string text(const Column& column, const Value& cell) {
  return printed(to_json(column, cell, Path()));
}

std::string text(const Shape& shape, const FieldRun& field, ConstCells cells) {
  if (field.count == 1) return text(shape.columns[field.first], cells.front());
  const Path root;
  auto out = nlohmann::ordered_json::object();
  for (std::size_t i = 0; i < field.count; ++i) {
    const Column& column = shape.columns[field.first + i];
    out[column.name] = to_json(column, cells[i], Path(root, column.name));
  }
  return printed(out);
}

std::string text(const Shape& shape, const Snapshot& row) {
  return printed(to_json(shape, row, Path()));
}

std::string text(const Shape& shape, const std::vector<Snapshot>& rows) {
  return printed(to_json(shape, rows, Path()));
}

}  // namespace rowan::document
