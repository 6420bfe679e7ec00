#pragma once
/// What tells the documents of one mapping from those of another.

#include <string>

#include <rowan/shape.hpp>

namespace rowan::document {

/// 16 hexadecimal digits, the same on every machine, of what the meaning of a document depends on:
/// tables and what they lie beneath, columns, their types, which may be NULL, keys, and which lists
/// are ordered. Not of the order in which columns and children are mapped.
[[nodiscard]] std::string fingerprint(const Shape& root);

}  // namespace rowan::document
