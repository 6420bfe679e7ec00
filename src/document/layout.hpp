#pragma once
/// How a document is laid out.

namespace rowan::document {

enum class Layout { compact, indented };

}  // namespace rowan::document
