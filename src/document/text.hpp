#pragma once
/// Parts of a document by themselves, for whoever shows what differs. They throw DocumentError as
/// write() does; pointers begin at what is printed.

#include <string>
#include <vector>

#include <rowan/shape.hpp>
#include <rowan/snapshot.hpp>
#include <rowan/value.hpp>

namespace rowan::document {

[[nodiscard]] std::string text(const Column& column, const Value& cell);

/// The cells of one field, of which `cells` are all: the plain value of one column, or an object of
/// several by name.
[[nodiscard]] std::string text(const Shape& shape, const FieldRun& field, ConstCells cells);

/// A row with all that is beneath it.
[[nodiscard]] std::string text(const Shape& shape, const Snapshot& row);
[[nodiscard]] std::string text(const Shape& shape, const std::vector<Snapshot>& rows);

}  // namespace rowan::document
