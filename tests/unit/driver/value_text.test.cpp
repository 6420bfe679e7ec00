/// The text of bytes and doubles: what is written, what is read, what is refused.

#include "driver/value_text.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace rowan::driver;

namespace {

std::vector<std::byte> bytes(std::initializer_list<unsigned> values) {
  std::vector<std::byte> out;
  for (const unsigned value : values) out.push_back(static_cast<std::byte>(value));
  return out;
}

}  // namespace

TEST_CASE("bytes are written in hex and read in hex of either case") {
  CHECK(bytea_text({}) == "\\x");
  CHECK(bytea_text(bytes({0x00, 0xFF, 0x5C})) == "\\x00ff5c");
  CHECK(parse_bytea("\\x") == bytes({}));
  CHECK(parse_bytea("\\x00fF5C") == bytes({0x00, 0xFF, 0x5C}));
}

TEST_CASE("bytes are read in the escape form") {
  CHECK(parse_bytea("") == bytes({}));
  CHECK(parse_bytea("abc") == bytes({'a', 'b', 'c'}));
  CHECK(parse_bytea("\\000\\377\\\\") == bytes({0x00, 0xFF, '\\'}));
  CHECK(parse_bytea("a\\134b\\\\x41") == bytes({'a', '\\', 'b', '\\', 'x', '4', '1'}));
  CHECK(parse_bytea("x00") == bytes({'x', '0', '0'}));
}

TEST_CASE("malformed bytes are refused") {
  for (const char* text : {"\\x0", "\\x0g", "\\x00 11", "\\X00", "\\", "a\\", "\\0", "\\00",
                           "\\400", "\\378", "\\08a", "\\a"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_bytea(text));
  }
}

TEST_CASE("bytes survive both forms") {
  std::mt19937 random(20210131);
  for (std::size_t size = 0; size < 600; ++size) {
    std::vector<std::byte> all(size);
    std::string escaped;
    for (std::byte& byte : all) {
      byte = static_cast<std::byte>(random());
      const auto value = std::to_integer<unsigned>(byte);
      escaped += '\\';
      for (const unsigned shift : {6U, 3U, 0U}) {
        escaped += static_cast<char>('0' + ((value >> shift) & 7U));
      }
    }
    CHECK(parse_bytea(bytea_text(all)) == all);
    CHECK(parse_bytea(escaped) == all);
  }
}

TEST_CASE("doubles are written in the fewest digits that bring them back") {
  using Limits = std::numeric_limits<double>;
  CHECK(double_text(0.1) == "0.1");
  CHECK(double_text(1.0) == "1");
  CHECK(double_text(0.1 + 0.2) == "0.30000000000000004");
  CHECK(double_text(-0.0) == "-0");
  CHECK(double_text(1e300) == "1e+300");
  CHECK(double_text(Limits::denorm_min()) == "5e-324");
  CHECK(double_text(Limits::quiet_NaN()) == "NaN");
  CHECK(double_text(-Limits::quiet_NaN()) == "NaN");
  CHECK(double_text(Limits::infinity()) == "Infinity");
  CHECK(double_text(-Limits::infinity()) == "-Infinity");
}

TEST_CASE("every double survives its text, bit by bit") {
  using Limits = std::numeric_limits<double>;
  std::mt19937_64 random(20210131);
  std::vector<double> numbers{0.0,
                              -0.0,
                              Limits::min(),
                              -Limits::min(),
                              Limits::max(),
                              Limits::lowest(),
                              Limits::denorm_min(),
                              Limits::epsilon(),
                              Limits::infinity(),
                              -Limits::infinity()};
  for (int i = 0; i < 20'000; ++i) numbers.push_back(std::bit_cast<double>(random()));
  for (const double number : numbers) {
    const auto again = parse_double(double_text(number));
    REQUIRE(again);
    if (std::isnan(number)) {
      CHECK(std::isnan(*again));
    } else {
      CHECK(std::bit_cast<std::uint64_t>(*again) == std::bit_cast<std::uint64_t>(number));
    }
  }
}

TEST_CASE("doubles are read in the spellings of the databases and no others") {
  CHECK(parse_double("1.0") == 1.0);
  CHECK(parse_double("1.0e+15") == 1e15);
  CHECK(parse_double("-2.5E-3") == -0.0025);
  CHECK(parse_double("007") == 7.0);
  CHECK(parse_double("9007199254740993") == 9007199254740992.0);
  for (const char* text :
       {"",          "-",         "+1",    " 1",     "1 ",     ".5",    "-.5",
        "5.",        "5.e3",      "1.5.2", "1e",     "1e+",    "1e5.0", "0x10",
        "1,5",       "nan",       "-NaN",  "NaN(7)", "inf",    "-inf",  "infinity",
        "+Infinity", "Infinity ", "1e400", "-1e400", "1e-400", "--1",   "1_000"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_double(text));
  }
}
