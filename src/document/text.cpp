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
  return printed(to_json(shape, field, cells, Path()));
}

std::string text(const Shape& shape, const Snapshot& row) {
  return printed(to_json(shape, row, Path()));
}

std::string text(const Shape& shape, const std::vector<Snapshot>& rows) {
  return printed(to_json(shape, rows, Path()));
}

}  // namespace rowan::document
