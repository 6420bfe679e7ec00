#pragma once
/// An exact decimal number for NUMERIC columns, made from text or whole numbers, never from double.

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace rowan {

namespace detail {
// -Wpedantic lets __int128 pass behind __extension__ only, which `using` does not take.
__extension__ typedef __int128 Int128;            // NOLINT(modernize-use-using)
__extension__ typedef unsigned __int128 UInt128;  // NOLINT(modernize-use-using)

template <class T>
concept WholeNumber =
    std::integral<T> && !std::same_as<T, bool> && sizeof(T) <= sizeof(std::int64_t);
}  // namespace detail

/// A whole number of at most 38 digits, and how many of them stand after the point (the scale).
///
/// The scale is kept as written ("19.90" stays "19.90") but is no part of the value: 1.50 == 1.5.
/// Nothing rounds unless told to, and nothing wraps: what does not fit is an error.
class Decimal {
 public:
  static constexpr unsigned max_digits = 38;
  static constexpr unsigned max_scale = 38;

  /// Zero, without digits after the point.
  constexpr Decimal() noexcept = default;

  /// A whole number, exactly; any standard integer type but bool. Not implicit from unsigned 64-bit
  /// types, so that a size_t does not become a Decimal where an std::int64_t was meant.
  template <detail::WholeNumber T>
  constexpr explicit(std::numeric_limits<T>::digits > 63) Decimal(T whole) noexcept
      : Decimal(whole < T{},
                whole < T{} ? detail::UInt128{} - static_cast<detail::UInt128>(whole)
                            : static_cast<detail::UInt128>(whole),
                0) {}

  /// The number that `text` spells, as parse() reads it. Throws std::invalid_argument.
  explicit Decimal(std::string_view text);

  /// `unscaled` with its last `scale` digits after the point: of(1999, 2) is 19.99.
  /// Throws std::invalid_argument if `scale` is above 38.
  [[nodiscard]] static constexpr Decimal of(std::int64_t unscaled, unsigned scale) {
    if (scale > max_scale) throw std::invalid_argument("the scale of a decimal is at most 38");
    Decimal result(unscaled);
    result.scale_ = static_cast<std::uint8_t>(scale);
    return result;
  }

  /// The number spelt [+-]digits[.digits][e[+-]digits]; none if `text` is anything else or if,
  /// with the scale it is written in, it takes more than 38 digits or a scale above 38.
  ///
  /// An exponent moves the point: "1.50e1" is 15.0 and "1e2" is 100.
  [[nodiscard]] static std::optional<Decimal> parse(std::string_view text);

  /// Plain notation with exactly scale() digits after the point; parse() gives the same back.
  [[nodiscard]] std::string to_string() const;

  /// The digits as one whole number: 1990 for 19.90.
  [[nodiscard]] constexpr detail::Int128 unscaled() const noexcept {
    const auto magnitude = static_cast<detail::Int128>(this->magnitude());
    return negative_ ? -magnitude : magnitude;
  }
  /// How many digits stand after the point, 0 to 38.
  [[nodiscard]] constexpr unsigned scale() const noexcept { return scale_; }

  /// How many digits the value takes, 1 to 38: neither leading zeros nor trailing zeros after the
  /// point count, so 1500, 0.1500 and 0 take 4, 2 and 1.
  [[nodiscard]] unsigned significant_digits() const noexcept;

  /// The nearest number with exactly `scale` digits after the point; a tie goes away from zero, as
  /// in PostgreSQL's round(numeric): 2.5 gives 3 and -2.5 gives -3. A larger scale adds zeros.
  /// Throws std::invalid_argument if `scale` is above 38, std::overflow_error if it does not fit.
  [[nodiscard]] Decimal rounded_half_away(unsigned scale) const;

  [[nodiscard]] constexpr Decimal operator-() const noexcept {
    return {!negative_, magnitude(), scale_};
  }

  /// Exact, at the larger of both scales. Throws std::overflow_error beyond 38 digits.
  friend Decimal operator+(const Decimal& a, const Decimal& b);
  [[nodiscard]] friend Decimal operator-(const Decimal& a, const Decimal& b) { return a + -b; }
  /// Exact, at the sum of both scales. Throws std::overflow_error beyond 38 digits or scale 38;
  /// round the factors or every product of a long chain.
  friend Decimal operator*(const Decimal& a, const Decimal& b);

  Decimal& operator+=(const Decimal& other) { return *this = *this + other; }
  Decimal& operator-=(const Decimal& other) { return *this = *this - other; }
  Decimal& operator*=(const Decimal& other) { return *this = *this * other; }

  /// Compares values; never throws. Equal numbers may differ in scale, hence weak_ordering.
  friend std::weak_ordering operator<=>(const Decimal& a, const Decimal& b) noexcept;
  [[nodiscard]] friend bool operator==(const Decimal& a, const Decimal& b) noexcept {
    return std::is_eq(a <=> b);
  }

 private:
  friend struct std::hash<Decimal>;

  constexpr Decimal(bool negative, detail::UInt128 magnitude, unsigned scale) noexcept
      : high_(static_cast<std::uint64_t>(magnitude >> 64U)),
        low_(static_cast<std::uint64_t>(magnitude)),
        scale_(static_cast<std::uint8_t>(scale)),
        negative_(negative && magnitude != 0) {}

  [[nodiscard]] constexpr detail::UInt128 magnitude() const noexcept {
    return static_cast<detail::UInt128>(high_) << 64U | low_;
  }

  // Two words instead of one __int128, whose alignment would make this 32 bytes instead of 24.
  std::uint64_t high_ = 0;
  std::uint64_t low_ = 0;
  std::uint8_t scale_ = 0;
  bool negative_ = false;  // never for zero
};

}  // namespace rowan

/// Equal numbers have equal hashes, whatever their scales.
template <>
struct std::hash<rowan::Decimal> {
  [[nodiscard]] std::size_t operator()(const rowan::Decimal& number) const noexcept;
};
