#pragma once
/// Bytes as text, by RFC 4648, section 4.

#include <optional>
#include <string>
#include <string_view>

#include <rowan/value.hpp>

namespace rowan::document {

/// With "=" at its end where that makes whole groups of four.
[[nodiscard]] std::string to_base64(const Bytes& bytes);

/// None for what to_base64 would not have written, so that no two texts are the same bytes.
[[nodiscard]] std::optional<Bytes> from_base64(std::string_view text);

}  // namespace rowan::document
