#pragma once
/// Bytes and doubles to the text that databases spell them in, and back.
///
/// Every parse takes the whole text or gives none, and every text that is written parses back to
/// the same value. No message carries a value.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rowan::driver {

/// PostgreSQL's hex form: "\x00ff".
[[nodiscard]] std::string bytea_text(std::span<const std::byte> bytes);

/// The bytes in PostgreSQL's hex form ("\x00ff") or in the older escape form ("\000\377", "\\").
[[nodiscard]] std::optional<std::vector<std::byte>> parse_bytea(std::string_view text);

/// The shortest text that parses back to the same double; "NaN", "Infinity" and "-Infinity" as in
/// PostgreSQL. A NaN loses its sign and payload.
[[nodiscard]] std::string double_text(double number);

/// The nearest double of [-]digits[.digits][e[+-]digits], "NaN", "Infinity" or "-Infinity"; none
/// if `text` is anything else or too large or too small for a double.
[[nodiscard]] std::optional<double> parse_double(std::string_view text);

}  // namespace rowan::driver
