#pragma once
/// A UUID: keys that collide with nobody's, made without asking the database.

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace rowan {

/// 16 bytes in the order of RFC 9562 (and of their text); comparison is bytewise.
class Uuid {
 public:
  using Bytes = std::array<std::byte, 16>;

  /// The nil UUID, all zeros.
  constexpr Uuid() noexcept = default;
  /// Exactly these bytes, of whatever version.
  constexpr explicit Uuid(const Bytes& bytes) noexcept : bytes_(bytes) {}

  /// A new version 7 UUID: Unix time in milliseconds, a counter, then 62 random bits.
  ///
  /// Each is greater than all that this process made before it, on any thread, also within one
  /// millisecond and after the clock stepped back. Between processes only the clocks give an order.
  [[nodiscard]] static Uuid v7();

  /// A new version 4 UUID: 122 random bits, in no order.
  [[nodiscard]] static Uuid v4();

  /// The UUID spelt in 36 characters, 8-4-4-4-12 hexadecimal digits of either case; none if `text`
  /// is anything else. Any version and variant will do.
  [[nodiscard]] static std::optional<Uuid> parse(std::string_view text) noexcept;

  /// 36 characters, lower case.
  [[nodiscard]] std::string to_string() const;

  [[nodiscard]] constexpr const Bytes& bytes() const noexcept { return bytes_; }

  [[nodiscard]] friend constexpr auto operator<=>(const Uuid&, const Uuid&) noexcept = default;
  [[nodiscard]] friend constexpr bool operator==(const Uuid&, const Uuid&) noexcept = default;

 private:
  Bytes bytes_{};
};

namespace detail {

/// The stamp of the next version 7 UUID, always above `last`: Unix milliseconds, then 12 bits of
/// counter (RFC 9562, 6.2, method 1).
///
/// A new millisecond starts the counter at 11 bits of `noise`; the bit left clear gives room for
/// 2048 more, after which the counter carries into the milliseconds and runs ahead of the clock.
constexpr std::uint64_t next_stamp(std::uint64_t last, std::uint64_t milliseconds,
                                   std::uint64_t noise) noexcept {
  return milliseconds > last >> 12U ? milliseconds << 12U | (noise & 0x7FFU) : last + 1;
}

}  // namespace detail
}  // namespace rowan

template <>
struct std::hash<rowan::Uuid> {
  [[nodiscard]] std::size_t operator()(const rowan::Uuid& uuid) const noexcept;
};
