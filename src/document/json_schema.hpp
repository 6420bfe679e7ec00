#pragma once
/// What a document may be, for those who know nothing of the mapping.

#include <string>

#include <rowan/shape.hpp>

namespace rowan::document {

/// JSON Schema, draft 2020-12, indented. It tells all but what JSON Schema has no words for: that
/// keys are those of the document and no two rows have one, and how long a number may be.
[[nodiscard]] std::string json_schema(const Shape& root);

}  // namespace rowan::document
