#pragma once
/// One cell as JSON, and back: what it is in a document, for each type of column.

#include <nlohmann/json_fwd.hpp>

#include <rowan/shape.hpp>
#include <rowan/value.hpp>

#include "path.hpp"

namespace rowan::document {

/// What JavaScript and most others hold a JSON number in is exact up to here.
inline constexpr std::int64_t largest_number = (std::int64_t{1} << 53) - 1;

/// Throws DocumentError where the cell is none of the column's type, or has no text: one that is
/// not UTF-8, a time outside the years 0001 to 9999.
[[nodiscard]] nlohmann::ordered_json to_json(const Column& column, const Value& cell,
                                             const Path& at);

/// Throws DocumentError for all that is no cell of the column.
[[nodiscard]] Value from_json(const Column& column, const nlohmann::json& json, const Path& at);

/// How messages call what a member of this column has to be.
[[nodiscard]] std::string expected_of(const Column& column);

}  // namespace rowan::document
