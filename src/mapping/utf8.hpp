#pragma once
/// Whether a text is what it should be.

#include <string_view>

namespace rowan::mapping {

/// RFC 3629, section 4: no overlong forms, no surrogates, nothing beyond U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

}  // namespace rowan::mapping
