#include "postgres_numeric.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "postgres_bytes.hpp"

namespace rowan::driver {
namespace {

constexpr unsigned negative = 0x4000;

/// The digits of the base 10000, and where they stand.
struct Numeric {
  explicit Numeric(std::string_view bytes)
      : weight(number_of<std::int16_t>(bytes.substr(2, 2))),
        sign(number_of<std::uint16_t>(bytes.substr(4, 2))),
        scale(number_of<std::uint16_t>(bytes.substr(6, 2))),
        digits(bytes.substr(8)) {}

  /// The digit of this power of 10000; what was not sent is zero.
  [[nodiscard]] int at(int power) const {
    const auto place = static_cast<std::size_t>(weight - power);
    return power > weight || 2 * place >= digits.size()
               ? 0
               : number_of<std::int16_t>(digits.substr(2 * place, 2));
  }

  int weight;  ///< of the first digit: the power of 10000
  unsigned sign;
  std::size_t scale;  ///< how many decimal digits stand after the point
  std::string_view digits;
};

void put_four(std::string& to, int digit) {
  for (const int unit : {1000, 100, 10, 1}) to += static_cast<char>('0' + digit / unit % 10);
}

}  // namespace

std::string numeric_text(std::string_view bytes) {
  const Numeric number(bytes);
  switch (number.sign) {
    case 0xC000: return "NaN";
    case 0xD000: return "Infinity";
    case 0xF000: return "-Infinity";
    default: break;
  }
  std::string text(number.sign == negative ? "-" : "");
  text += std::to_string(number.weight < 0 ? 0 : number.at(number.weight));
  for (int power = number.weight - 1; power >= 0; --power) put_four(text, number.at(power));
  if (number.scale == 0) return text;
  text += '.';
  const std::size_t end = text.size() + number.scale;
  for (int power = -1; text.size() < end; --power) put_four(text, number.at(power));
  text.resize(end);
  return text;
}

std::optional<Decimal> short_numeric(std::string_view bytes) {
  constexpr int most = 4;  // digits: below 10^16
  const Numeric number(bytes);
  const int last = -static_cast<int>((number.scale + 3) / 4);  // power with a digit of the scale
  const bool is_signed = number.sign == negative;
  if (number.weight >= last + most || last < -most || (number.sign != 0 && !is_signed)) return {};
  std::int64_t unscaled = 0;
  for (int power = std::max(number.weight, last); power >= last; --power)
    unscaled = unscaled * 10000 + number.at(power);
  for (std::size_t scale = 4 * static_cast<std::size_t>(-last); scale > number.scale; --scale)
    unscaled /= 10;
  return Decimal::of(is_signed ? -unscaled : unscaled, static_cast<unsigned>(number.scale));
}

}  // namespace rowan::driver
