/// Decimal: what parses, how it prints, and that no operation rounds or wraps in silence.

#include <algorithm>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_set>

#include <doctest/doctest.h>

#include <rowan/decimal.hpp>

using rowan::Decimal;

namespace {

const std::string nines(38, '9');

std::string printed(const char* text) {
  return Decimal(text).to_string();
}

/// Numbers of all lengths and scales up to a limit, the same ones in every run.
class Numbers {
 public:
  Decimal next(std::size_t max_digits = 38) {
    std::string digits(1 + random_() % max_digits, '0');
    for (char& c : digits) c = static_cast<char>('0' + random_() % 10);
    const std::size_t scale = random_() % digits.size();
    if (scale > 0) digits.insert(digits.size() - scale, 1, '.');
    if (random_() % 2 == 0) digits.insert(0, 1, '-');
    return Decimal(digits);
  }
  std::int64_t whole() { return static_cast<std::int64_t>(random_() >> (random_() % 64)); }

 private:
  std::mt19937_64 random_{20210131};
};

/// An oracle for the order of two positive numbers: digits left and right of the point, padded.
std::string padded(const Decimal& positive) {
  std::string text = positive.to_string();
  const std::size_t point = std::min(text.find('.'), text.size());
  std::string fraction = point == text.size() ? "" : text.substr(point + 1);
  fraction.resize(38, '0');
  return std::string(38 - point, '0') + text.substr(0, point) + fraction;
}

}  // namespace

static_assert(std::is_trivially_copyable_v<Decimal>);
static_assert(sizeof(Decimal) == 24);
static_assert(!std::is_constructible_v<Decimal, double>);
static_assert(!std::is_constructible_v<Decimal, bool>);
static_assert(!std::is_convertible_v<const char*, Decimal>);
static_assert(std::is_convertible_v<std::int64_t, Decimal>);
static_assert(!std::is_convertible_v<std::size_t, Decimal>);
static_assert(Decimal::of(-1999, 2).unscaled() == -1999);

TEST_CASE("a decimal prints with the scale it was given") {
  CHECK(Decimal().to_string() == "0");
  CHECK(Decimal(-7).to_string() == "-7");
  CHECK(Decimal::of(1999, 2).to_string() == "19.99");
  CHECK(Decimal::of(1990, 2).to_string() == "19.90");
  CHECK(Decimal::of(-5, 3).to_string() == "-0.005");
  CHECK(Decimal::of(0, 2).to_string() == "0.00");
  CHECK(Decimal::of(1, 38).to_string() == "0." + std::string(37, '0') + "1");
  CHECK_THROWS_AS((void)Decimal::of(1, 39), std::invalid_argument);
}

TEST_CASE("every 64-bit whole number is taken exactly") {
  CHECK(Decimal(std::numeric_limits<std::int64_t>::min()).to_string() == "-9223372036854775808");
  CHECK(Decimal(std::numeric_limits<std::int64_t>::max()).to_string() == "9223372036854775807");
  CHECK(Decimal(std::numeric_limits<std::uint64_t>::max()).to_string() == "18446744073709551615");
  CHECK(Decimal::of(std::numeric_limits<std::int64_t>::min(), 19).to_string() ==
        "-0.9223372036854775808");
}

TEST_CASE("text is read with sign, point and exponent") {
  CHECK(printed("19.90") == "19.90");
  CHECK(printed("+1.5") == "1.5");
  CHECK(printed("-0.00") == "0.00");
  CHECK(printed("000123") == "123");
  CHECK(printed("1e2") == "100");
  CHECK(printed("1.50e1") == "15.0");
  CHECK(printed("1.5E+3") == "1500");
  CHECK(printed("-25e-3") == "-0.025");
  CHECK(printed("0e99999999999999999999") == "0");
  CHECK(printed("1e37") == "1" + std::string(37, '0'));
  CHECK(printed("1e-38") == "0." + std::string(37, '0') + "1");
  CHECK(printed(nines.c_str()) == nines);
  CHECK(printed(("-0." + nines).c_str()) == "-0." + nines);
  CHECK(printed((std::string(100, '0') + nines).c_str()) == nines);
}

TEST_CASE("text that is no decimal, or too long for one, is refused") {
  for (const char* text : {"",
                           "+",
                           "-",
                           ".",
                           "1.",
                           ".5",
                           "1.5.",
                           "1..5",
                           " 1",
                           "1 ",
                           "1,5",
                           "--1",
                           "+-1",
                           "1e",
                           "1e+",
                           "e5",
                           "1e5.0",
                           "0x10",
                           "NaN",
                           "Infinity",
                           "1_000",
                           "\xD9\xA1",
                           "1e38",
                           "1e-39",
                           "1e9223372036854775808",
                           "1e-9223372036854775808",
                           "1e18446744073709551616",
                           "1e99999999999999999999999999999999999999999"}) {
    CAPTURE(text);
    CHECK_FALSE(Decimal::parse(text));
  }
  CHECK_FALSE(Decimal::parse(std::string_view("1\0", 2)));
  CHECK_FALSE(Decimal::parse("1" + std::string(38, '0')));
  CHECK_FALSE(Decimal::parse(nines + ".0"));
  CHECK_FALSE(Decimal::parse("0." + std::string(39, '0')));
  CHECK_FALSE(Decimal::parse(std::string(500, '9')));
  // Beyond 128 bits these come back to less than 38 digits.
  for (const char* front : {"34", "35", "70", "99"})
    for (const std::size_t zeros : {37U, 38U})
      CHECK_FALSE(Decimal::parse(front + std::string(zeros, '0')));
}

TEST_CASE("the error for bad text does not repeat the text") {
  CHECK_THROWS_WITH_AS((void)Decimal("secret"), "the text is not a decimal of at most 38 digits",
                       std::invalid_argument);
}

TEST_CASE("printing and parsing give back the same digits and scale") {
  Numbers numbers;
  for (int i = 0; i < 5000; ++i) {
    const Decimal number = numbers.next();
    const auto again = Decimal::parse(number.to_string());
    REQUIRE(again);
    CHECK(*again == number);
    CHECK(again->scale() == number.scale());
    CHECK(again->unscaled() == number.unscaled());
  }
}

TEST_CASE("equality, order and hash go by value and not by scale") {
  const std::hash<Decimal> hash;
  CHECK(Decimal("1.50") == Decimal("1.5"));
  CHECK(hash(Decimal("1.50")) == hash(Decimal("1.5")));
  CHECK(hash(Decimal("0.000")) == hash(Decimal(0)));
  CHECK(hash(Decimal("1")) != hash(Decimal("-1")));
  CHECK(hash(Decimal("1")) != hash(Decimal("0.1")));
  CHECK(Decimal("-0.0") == 0);
  CHECK(Decimal("1.5") != 1);
  CHECK(Decimal("-2") < Decimal("-1.99"));
  CHECK(Decimal("-0.1") < 0);
  CHECK(Decimal(nines) > Decimal("0." + nines));
  CHECK(Decimal("-" + nines) < Decimal("-0." + nines));
  CHECK(Decimal("0." + nines) < 1);
  CHECK(std::unordered_set<Decimal>{Decimal("2"), Decimal("2.0"), Decimal("2.00")}.size() == 1);
}

TEST_CASE("order agrees with that of the digits on paper") {
  Numbers numbers;
  for (int i = 0; i < 5000; ++i) {
    Decimal a = numbers.next(1 + static_cast<std::size_t>(i) % 38);
    Decimal b = numbers.next(1 + static_cast<std::size_t>(i) % 38);
    if (a < 0) a = -a;
    if (b < 0) b = -b;
    CHECK((a < b) == (padded(a) < padded(b)));
    CHECK((a == b) == (padded(a) == padded(b)));
    CHECK((-a < -b) == (b < a));
    CHECK(((a == 0 && b == 0) || -a < b));
    if (a == b) CHECK(std::hash<Decimal>{}(a) == std::hash<Decimal>{}(b));
  }
}

TEST_CASE("sums and products are exact and keep the digits of both sides") {
  CHECK((Decimal("0.1") + Decimal("0.2")).to_string() == "0.3");
  CHECK((Decimal("1.50") + Decimal("2.5")).to_string() == "4.00");
  CHECK((Decimal("1") - Decimal("0.01")).to_string() == "0.99");
  CHECK((Decimal("19.99") * 3).to_string() == "59.97");
  CHECK((Decimal("-0.5") * Decimal("0.50")).to_string() == "-0.250");
  CHECK((-Decimal("0.00")).to_string() == "0.00");
  CHECK((Decimal("0.00") * -1).to_string() == "0.00");
  Decimal total;
  total += Decimal("19.99");
  total -= Decimal("0.09");
  total *= 2;
  total += total;
  CHECK(total.to_string() == "79.60");
}

TEST_CASE("arithmetic agrees with that of 128-bit whole numbers") {
  Numbers numbers;
  for (int i = 0; i < 5000; ++i) {
    const std::int64_t a = numbers.whole() / 1000;
    const std::int64_t b = -numbers.whole();
    CHECK((Decimal::of(a, 3) + Decimal::of(b, 6)).unscaled() ==
          rowan::detail::Int128{a} * 1000 + b);
    CHECK((Decimal::of(b, 6) - Decimal::of(a, 3)).unscaled() ==
          b - rowan::detail::Int128{a} * 1000);
    if (a < 1'000'000'000'000'000) {
      CHECK((Decimal::of(a, 3) * Decimal::of(b, 6)).unscaled() == rowan::detail::Int128{a} * b);
    }
  }
}

TEST_CASE("the laws of arithmetic hold wherever the result fits") {
  Numbers numbers;
  for (int i = 0; i < 5000; ++i) {
    const Decimal a = numbers.next(18), b = numbers.next(18), c = numbers.next(18);
    CHECK(a + b + c == a + (b + c));
    CHECK(a + b == b + a);
    CHECK(a + b - b == a);
    CHECK(a - b == -(b - a));
    CHECK((a < b) == (a - b < 0));
    CHECK(a * b == b * a);

    const Decimal x = numbers.next(12), y = numbers.next(12), z = numbers.next(12);
    CHECK(x * (y + z) == x * y + x * z);
    CHECK(x * y * z == x * (y * z));
  }
}

TEST_CASE("what does not fit is an overflow_error and never wraps") {
  const Decimal largest(nines);
  CHECK((largest + 0).to_string() == nines);
  CHECK((largest * -1).to_string() == "-" + nines);
  CHECK(largest - largest == 0);
  CHECK_THROWS_AS((void)(largest + 1), std::overflow_error);
  CHECK_THROWS_AS((void)(-largest - 1), std::overflow_error);
  CHECK_THROWS_AS((void)(largest + largest), std::overflow_error);
  CHECK_THROWS_AS((void)(largest * largest), std::overflow_error);
  CHECK_THROWS_AS((void)(largest * 2), std::overflow_error);
  CHECK_THROWS_AS((void)(largest + Decimal("0.1")), std::overflow_error);
  CHECK_THROWS_AS((void)(largest + Decimal("0." + nines)), std::overflow_error);
  CHECK((Decimal("1e19") * Decimal("1e18")).to_string() == "1" + std::string(37, '0'));
  CHECK_THROWS_AS((void)(Decimal("1e19") * Decimal("1e19")), std::overflow_error);
  CHECK_THROWS_AS((void)(Decimal("1e-20") * Decimal("1e-19")), std::overflow_error);
  CHECK((Decimal("1e-19") * Decimal("1e-19")) == Decimal("1e-38"));

  SUBCASE("and leaves the left side of += as it was") {
    Decimal kept(nines);
    CHECK_THROWS_AS((void)(kept += 1), std::overflow_error);
    CHECK(kept == largest);
  }
  SUBCASE("but a difference fits although one side alone, widened, would not") {
    const Decimal wide("1e37");
    const Decimal close(nines.substr(0, 37) + ".9");
    CHECK((wide - close).to_string() == "0.1");
    CHECK((close - wide).to_string() == "-0.1");
    CHECK_THROWS_AS((void)(wide + close), std::overflow_error);
  }
}

TEST_CASE("rounding goes to the nearest number, ties away from zero") {
  CHECK(Decimal("2.5").rounded_half_away(0).to_string() == "3");
  CHECK(Decimal("-2.5").rounded_half_away(0).to_string() == "-3");
  CHECK(Decimal("2.4999").rounded_half_away(0).to_string() == "2");
  CHECK(Decimal("1.005").rounded_half_away(2).to_string() == "1.01");
  CHECK(Decimal("9.995").rounded_half_away(2).to_string() == "10.00");
  CHECK(Decimal("-0.004").rounded_half_away(2).to_string() == "0.00");
  CHECK(Decimal("0." + nines).rounded_half_away(0).to_string() == "1");
  CHECK(Decimal("0.4" + nines.substr(1)).rounded_half_away(0).to_string() == "0");
  CHECK(Decimal("19.9").rounded_half_away(3).to_string() == "19.900");
  CHECK_THROWS_AS((void)Decimal(nines).rounded_half_away(1), std::overflow_error);
  CHECK_THROWS_AS((void)Decimal(1).rounded_half_away(39), std::invalid_argument);
}

TEST_CASE("rounding never moves a number by more than half a unit") {
  Numbers numbers;
  for (int i = 0; i < 5000; ++i) {
    const Decimal number = numbers.next(36);
    const auto scale = static_cast<unsigned>(i) % (number.scale() + 1);
    const Decimal rounded = number.rounded_half_away(scale);
    const Decimal moved = rounded - number;
    const Decimal half = Decimal::of(5, scale + 1);
    CHECK(rounded.scale() == scale);
    CHECK(moved <= half);
    CHECK(-moved <= half);
  }
}

TEST_CASE("significant digits are those that a value cannot do without") {
  CHECK(Decimal(0).significant_digits() == 1);
  CHECK(Decimal("0.000").significant_digits() == 1);
  CHECK(Decimal(1500).significant_digits() == 4);
  CHECK(Decimal("1500.00").significant_digits() == 4);
  CHECK(Decimal("0.1500").significant_digits() == 2);
  CHECK(Decimal("-0.0015").significant_digits() == 2);
  CHECK(Decimal(10).significant_digits() == 2);
  CHECK(Decimal(9).significant_digits() == 1);
  CHECK(Decimal(nines).significant_digits() == 38);
}
