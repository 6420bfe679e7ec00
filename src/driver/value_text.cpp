/// Reads and writes the text forms of bytes and doubles, strictly.

#include "value_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace rowan::driver {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The value of one hexadecimal digit; above 15 if it is none.
unsigned hex_value(char c) {
  if (is_digit(c)) return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return 16;
}

std::optional<std::vector<std::byte>> read_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::vector<std::byte> bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const unsigned upper = hex_value(text[i]);
    const unsigned lower = hex_value(text[i + 1]);
    if (upper > 15 || lower > 15) return std::nullopt;
    bytes.push_back(static_cast<std::byte>(upper << 4U | lower));
  }
  return bytes;
}

/// The byte after a backslash in the escape form: a backslash, or three octal digits up to 377.
std::optional<std::byte> take_escaped(std::string_view& text) {
  if (text.starts_with('\\')) {
    text.remove_prefix(1);
    return std::byte{'\\'};
  }
  const auto octal = [](char c) { return c >= '0' && c <= '7'; };
  if (text.size() < 3 || !std::ranges::all_of(text.substr(0, 3), octal) || text.front() > '3') {
    return std::nullopt;
  }
  unsigned value = 0;
  for (const char c : text.substr(0, 3)) value = value * 8 + static_cast<unsigned>(c - '0');
  text.remove_prefix(3);
  return static_cast<std::byte>(value);
}

}  // namespace

std::string bytea_text(std::span<const std::byte> bytes) {
  std::string text;
  text.reserve(2 + 2 * bytes.size());
  text += "\\x";
  for (const std::byte byte : bytes) {
    text += hex_digits[std::to_integer<unsigned>(byte) >> 4U];
    text += hex_digits[std::to_integer<unsigned>(byte) & 15U];
  }
  return text;
}

std::optional<std::vector<std::byte>> parse_bytea(std::string_view text) {
  if (text.starts_with("\\x")) return read_hex(text.substr(2));
  std::vector<std::byte> bytes;
  bytes.reserve(text.size());
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    const auto byte = c == '\\' ? take_escaped(text) : static_cast<std::byte>(c);
    if (!byte) return std::nullopt;
    bytes.push_back(*byte);
  }
  return bytes;
}

std::string double_text(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  std::array<char, 32> text{};
  const char* end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {static_cast<const char*>(text.data()), end};
}

std::optional<double> parse_double(std::string_view text) {
  using Limits = std::numeric_limits<double>;
  if (text == "NaN") return Limits::quiet_NaN();
  if (text == "Infinity") return Limits::infinity();
  if (text == "-Infinity") return -Limits::infinity();
  // std::from_chars takes more than databases write: "nan(7)", "inf", ".5", "5.".
  const auto digit_at = [&](std::size_t i) { return i < text.size() && is_digit(text[i]); };
  if (!digit_at(text.starts_with('-') ? 1 : 0)) return std::nullopt;
  if (const auto point = text.find('.'); point != text.npos && !digit_at(point + 1)) {
    return std::nullopt;
  }
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

}  // namespace rowan::driver
