#include "base64.hpp"

#include <algorithm>
#include <cstddef>

namespace rowan::document {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// 64 for what is no digit.
unsigned digit_value(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<unsigned>(c - 'A');
  if (c >= 'a' && c <= 'z') return static_cast<unsigned>(c - 'a') + 26;
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0') + 52;
  return c == '+' ? 62 : c == '/' ? 63 : 64;
}

}  // namespace

std::string to_base64(const Bytes& bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    unsigned group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8U | (k < count ? std::to_integer<unsigned>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      out += k <= count ? alphabet[group >> (18 - 6 * k) & 63U] : '=';
  }
  return out;
}

std::optional<Bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  text.remove_suffix(padding);
  Bytes out;
  out.reserve(text.size() / 4 * 3 + 2);
  unsigned pending = 0;  // bits that make no byte yet
  unsigned width = 0;
  for (const char c : text) {
    const unsigned value = digit_value(c);
    if (value > 63) return std::nullopt;
    pending = pending << 6U | value;
    width += 6;
    if (width < 8) continue;
    width -= 8;
    out.push_back(static_cast<std::byte>(pending >> width));
    pending &= (1U << width) - 1;
  }
  if (pending != 0) return std::nullopt;
  return out;
}

}  // namespace rowan::document
