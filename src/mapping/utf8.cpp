#include "utf8.hpp"

namespace rowan::mapping {

bool is_utf8(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size();) {
    const auto at = [&](std::size_t k) {
      return i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0U;
    };
    const unsigned first = at(0);
    const std::size_t length = first < 0x80   ? 1
                               : first < 0xC2 ? 0
                               : first < 0xE0 ? 2
                               : first < 0xF0 ? 3
                               : first < 0xF5 ? 4
                                              : 0;
    if (length == 0) return false;
    for (std::size_t k = 1; k < length; ++k)
      if ((at(k) & 0xC0U) != 0x80) return false;
    if (first == 0xE0 && at(1) < 0xA0) return false;
    if (first == 0xED && at(1) > 0x9F) return false;
    if (first == 0xF0 && at(1) < 0x90) return false;
    if (first == 0xF4 && at(1) > 0x8F) return false;
    i += length;
  }
  return true;
}

}  // namespace rowan::mapping
