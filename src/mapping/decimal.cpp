/// Decimal arithmetic on 128-bit magnitudes: each step is checked before it could wrap.

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>

#include <rowan/decimal.hpp>

namespace rowan {
namespace {

using detail::UInt128;

constexpr auto powers_of_ten = [] {
  std::array<UInt128, Decimal::max_digits + 1> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();
constexpr UInt128 max_magnitude = powers_of_ten[Decimal::max_digits] - 1;

[[noreturn]] void overflow() {
  throw std::overflow_error("the result is beyond the 38 digits of a decimal");
}

void require_scale(unsigned scale) {
  if (scale > Decimal::max_scale) {
    throw std::invalid_argument("the scale of a decimal is at most 38");
  }
}

UInt128 checked(UInt128 magnitude) {
  if (magnitude > max_magnitude) overflow();
  return magnitude;
}

/// `magnitude` with `zeros` zeros appended; throws std::overflow_error above `limit`.
UInt128 widened(UInt128 magnitude, unsigned zeros, UInt128 limit) {
  if (magnitude > limit / powers_of_ten[zeros]) overflow();
  return magnitude * powers_of_ten[zeros];
}

struct Digits {
  UInt128 magnitude;
  unsigned scale;
};

/// The one spelling that all equal numbers share: no trailing zeros after the point.
Digits shortest(Digits digits) noexcept {
  while (digits.scale > 0 && digits.magnitude % 10 == 0) {
    digits.magnitude /= 10;
    --digits.scale;
  }
  return digits;
}

std::weak_ordering compare(Digits a, Digits b) noexcept {
  if (a.scale == b.scale) return a.magnitude <=> b.magnitude;
  // A common scale may need 76 digits; whole part and fraction one after the other never do.
  const UInt128 one_a = powers_of_ten[a.scale];
  const UInt128 one_b = powers_of_ten[b.scale];
  const auto whole = a.magnitude / one_a <=> b.magnitude / one_b;
  if (std::is_neq(whole)) return whole;
  return a.magnitude % one_a * powers_of_ten[Decimal::max_scale - a.scale] <=>
         b.magnitude % one_b * powers_of_ten[Decimal::max_scale - b.scale];
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Appends the digits at the front of `text` to `magnitude` and drops them from `text`.
/// Gives how many there were; none if there were none or the magnitude outgrew 38 digits.
std::optional<std::int64_t> take_digits(std::string_view& text, UInt128& magnitude) {
  const auto end = std::ranges::find_if_not(text, is_digit);
  const auto count = std::distance(text.begin(), end);
  if (count == 0) return std::nullopt;
  for (auto at = text.begin(); at != end; ++at) {
    const auto digit = static_cast<unsigned>(*at - '0');
    if (magnitude > (max_magnitude - digit) / 10) return std::nullopt;
    magnitude = magnitude * 10 + digit;
  }
  text.remove_prefix(static_cast<std::size_t>(count));
  return count;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

/// Takes a leading sign, if there is one; true for '-'.
bool take_minus(std::string_view& text) {
  return take(text, '-') || (take(text, '+'), false);
}

}  // namespace

Decimal::Decimal(std::string_view text) {
  const auto parsed = parse(text);
  if (!parsed) throw std::invalid_argument("the text is not a decimal of at most 38 digits");
  *this = *parsed;
}

std::optional<Decimal> Decimal::parse(std::string_view text) {
  const bool negative = take_minus(text);
  UInt128 magnitude = 0;
  if (!take_digits(text, magnitude)) return std::nullopt;
  std::int64_t scale = 0;
  if (take(text, '.')) {
    const auto count = take_digits(text, magnitude);
    if (!count) return std::nullopt;
    scale = *count;
  }
  if (take(text, 'e') || take(text, 'E')) {
    const bool smaller = take_minus(text);
    UInt128 exponent = 0;
    if (!take_digits(text, exponent)) return std::nullopt;
    // No text is long enough for its point to come back from that far.
    const auto places = static_cast<std::int64_t>(std::min<UInt128>(exponent, 1ULL << 62U));
    scale += smaller ? places : -places;
  }
  if (!text.empty() || scale > std::int64_t{max_scale}) return std::nullopt;
  if (magnitude == 0) scale = std::max<std::int64_t>(scale, 0);
  for (; scale < 0; ++scale) {
    if (magnitude > max_magnitude / 10) return std::nullopt;
    magnitude *= 10;
  }
  return Decimal(negative, magnitude, static_cast<unsigned>(scale));
}

std::string Decimal::to_string() const {
  // Two halves of 19 digits, because std::to_chars takes 64 bits.
  constexpr std::size_t half = 19;
  std::array<char, 2 * half> digits{};
  digits.fill('0');
  const auto write = [&](std::size_t end, std::uint64_t part) {
    std::array<char, 20> text{};
    const auto* last = std::to_chars(text.begin(), text.end(), part).ptr;
    std::copy_backward(text.cbegin(), last, digits.begin() + end);
  };
  write(half, static_cast<std::uint64_t>(magnitude() / powers_of_ten[half]));
  write(2 * half, static_cast<std::uint64_t>(magnitude() % powers_of_ten[half]));

  const std::string_view all(digits.data(), digits.size());
  const auto whole = all.substr(0, all.size() - scale_);
  const auto first = whole.find_first_not_of('0');
  std::string text(negative_ ? "-" : "");
  text += first == std::string_view::npos ? std::string_view("0") : whole.substr(first);
  if (scale_ > 0) text.append(1, '.').append(all.substr(whole.size()));
  return text;
}

unsigned Decimal::significant_digits() const noexcept {
  const UInt128 digits = shortest({magnitude(), scale_}).magnitude;
  const auto larger = std::ranges::upper_bound(powers_of_ten, digits);
  return std::max(1U, static_cast<unsigned>(larger - powers_of_ten.begin()));
}

Decimal Decimal::rounded_half_away(unsigned scale) const {
  require_scale(scale);
  if (scale >= scale_) {
    return {negative_, widened(magnitude(), scale - scale_, max_magnitude), scale};
  }
  const UInt128 unit = powers_of_ten[scale_ - scale];
  const bool up = magnitude() % unit >= unit / 2;
  return {negative_, magnitude() / unit + (up ? 1 : 0), scale};
}

Decimal operator+(const Decimal& a, const Decimal& b) {
  const unsigned scale = std::max(a.scale_, b.scale_);
  // One of the two keeps its width, so the other may be at most twice the limit if the sum is to
  // fit; even then their sum stays below 2^128.
  const UInt128 left = widened(a.magnitude(), scale - a.scale_, 2 * max_magnitude);
  const UInt128 right = widened(b.magnitude(), scale - b.scale_, 2 * max_magnitude);
  if (a.negative_ == b.negative_) return {a.negative_, checked(left + right), scale};
  if (left >= right) return {a.negative_, checked(left - right), scale};
  return {b.negative_, checked(right - left), scale};
}

Decimal operator*(const Decimal& a, const Decimal& b) {
  const unsigned scale = unsigned{a.scale_} + b.scale_;
  const UInt128 left = a.magnitude();
  const UInt128 right = b.magnitude();
  if (scale > Decimal::max_scale || (left != 0 && right > max_magnitude / left)) overflow();
  return {a.negative_ != b.negative_, left * right, scale};
}

std::weak_ordering operator<=>(const Decimal& a, const Decimal& b) noexcept {
  if (a.negative_ != b.negative_) return b.negative_ <=> a.negative_;
  const Digits left{a.magnitude(), a.scale_};
  const Digits right{b.magnitude(), b.scale_};
  return a.negative_ ? compare(right, left) : compare(left, right);
}

}  // namespace rowan

std::size_t std::hash<rowan::Decimal>::operator()(const rowan::Decimal& number) const noexcept {
  const auto digits = rowan::shortest({number.magnitude(), number.scale_});
  // Odd multipliers keep every bit of each part; the shift brings the upper half down.
  std::uint64_t hash = static_cast<std::uint64_t>(digits.magnitude) * 0x9E3779B97F4A7C15ULL;
  hash ^= static_cast<std::uint64_t>(digits.magnitude >> 64U) * 0xC2B2AE3D27D4EB4FULL;
  hash ^= (digits.scale * 2ULL + (number.negative_ ? 1 : 0)) * 0x165667B19E3779F9ULL;
  return static_cast<std::size_t>(hash ^ hash >> 32U);
}
