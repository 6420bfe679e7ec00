#pragma once
/// Whole numbers as PostgreSQL's binary forms have them: the highest byte first.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace rowan::driver {

template <class Integer>
void put_number(std::string& to, Integer number) {
  auto bits = static_cast<std::make_unsigned_t<Integer>>(number);
  std::array<char, sizeof bits> bytes;
  for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte) {
    *byte = static_cast<char>(bits & 0xFFU);
    if constexpr (sizeof bits > 1) bits = static_cast<decltype(bits)>(bits >> 8U);
  }
  to.append(bytes.data(), bytes.size());
}

/// The number that all of these bytes are, at most eight.
template <class Integer>
[[nodiscard]] Integer number_of(std::string_view bytes) noexcept {
  std::uint64_t bits = 0;
  for (const char byte : bytes) bits = bits << 8U | static_cast<unsigned char>(byte);
  return static_cast<Integer>(static_cast<std::make_unsigned_t<Integer>>(bits));
}

}  // namespace rowan::driver
