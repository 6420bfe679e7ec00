#pragma once
/// How a cell lies in a Packed: a byte whose lower half is its type and whose upper half is as much
/// of it as fits, then the rest.

#include <cstddef>
#include <cstdint>

#include <rowan/value.hpp>

namespace rowan::mapping {

/// Along the alternatives of Value.
enum class CellType : std::uint8_t {
  null,
  boolean,
  integer,
  real,
  text,
  bytes,
  timestamp,
  date,
  uuid,
  decimal,
};

/// An upper half that says: it did not fit, it is behind.
inline constexpr unsigned too_much = 15;

/// Small numbers of either sign as small numbers without.
constexpr std::uint64_t zigzag(std::int64_t number) noexcept {
  return static_cast<std::uint64_t>(number) << 1U ^ static_cast<std::uint64_t>(number >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t number) noexcept {
  return static_cast<std::int64_t>(number >> 1U ^ (~(number & 1U) + 1U));
}

}  // namespace rowan::mapping
