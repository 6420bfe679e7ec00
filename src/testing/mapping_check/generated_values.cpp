#include "generated_values.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <string>
#include <vector>

namespace rowan::testing {
namespace {

using namespace std::chrono;

std::string repeated(const std::string& part, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += part;
  return out;
}

Bytes bytes(std::size_t size) {
  Bytes out(size);
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::byte>(i & 0xFFU);
  return out;
}

Uuid uuid(std::uint64_t high, std::uint64_t low) {
  Uuid::Bytes out;
  for (std::size_t i = 0; i < 8; ++i) {
    out[i] = static_cast<std::byte>(high >> (56 - 8 * i));
    out[8 + i] = static_cast<std::byte>(low >> (56 - 8 * i));
  }
  return Uuid(out);
}

Timestamp moment(Date day, microseconds clock) {
  return sys_days{day} + clock;
}

template <class T>
using Limits = std::numeric_limits<T>;

const std::vector<Value>& integers() {
  static const std::vector<Value> out = {
      std::int64_t{0},
      std::int64_t{1},
      std::int64_t{-1},
      std::int64_t{Limits<std::int8_t>::max()},
      std::int64_t{Limits<std::int8_t>::min()},
      std::int64_t{Limits<std::uint8_t>::max()},
      std::int64_t{Limits<std::int16_t>::max()},
      std::int64_t{Limits<std::int16_t>::min()},
      std::int64_t{Limits<std::int32_t>::max()},
      std::int64_t{Limits<std::int32_t>::min()},
      std::int64_t{Limits<std::uint32_t>::max()},
      (std::int64_t{1} << 53) + 1,  // of which a double knows nothing
      Limits<std::int64_t>::max(),
      Limits<std::int64_t>::min(),
  };
  return out;
}
const std::vector<Value>& reals() {
  static const std::vector<Value> out = {
      0.0,
      -1.0,
      0.1,
      1.0 / 3,
      1e15 + 0.3,
      Limits<double>::max(),
      Limits<double>::lowest(),
      Limits<double>::denorm_min(),
  };
  return out;
}
const std::vector<Value>& texts() {
  static const std::vector<Value> out = {
      std::string(),
      std::string(" at both ends "),
      std::string(R"(it's "quoted" \ `so`)"),
      std::string("Zo\xC3\xAB \xE6\xBC\xA2\xE5\xAD\x97 \xF0\x9F\x98\x80"),
      std::string("A"),
      std::string("a"),
      std::string("line\r\nline\ttab"),
      std::string("007.50"),
      std::string("NULL"),
      std::string("{a,%_?$1:x}"),
      repeated("all of it ", 500),
      repeated("\xC3\xAB", 1000),
  };
  return out;
}
const std::vector<Value>& blobs() {
  static const std::vector<Value> out = {Bytes(), bytes(1), bytes(256), bytes(5000)};
  return out;
}
const std::vector<Value>& timestamps() {
  static const std::vector<Value> out = {
      Timestamp{},
      Timestamp{microseconds{-1}},
      moment(2024y / February / 29, 12h + 34min + 56s + 789012us),
      moment(2000y / January / 1, 24h - 1us),
      moment(1582y / October / 10, 0h),
      moment(1y / January / 1, 0h),
      moment(9999y / December / 31, 24h - 1us),
  };
  return out;
}
const std::vector<Value>& dates() {
  static const std::vector<Value> out = {
      1970y / January / 1,  2024y / February / 29, 1899y / December / 31,
      1582y / October / 10, 1y / January / 1,      9999y / December / 31,
  };
  return out;
}
const std::vector<Value>& uuids() {
  static const std::vector<Value> out = {uuid(0, 0), uuid(~std::uint64_t{0}, ~std::uint64_t{0}),
                                         uuid(0x0123456789abcdefU, 0xfedcba9876543210U)};
  return out;
}
const std::vector<Value>& decimals() {
  static const std::vector<Value> out = {
      Decimal(0),
      Decimal("-1"),
      Decimal("19.90"),
      Decimal("0.1"),
      Decimal("-0.000001"),
      Decimal("1e20"),
      Decimal("12345678901234567890.123456789"),
  };
  return out;
}
const std::vector<Value>& booleans() {
  static const std::vector<Value> out = {true, false};
  return out;
}

const std::vector<Value>& boundaries(ColumnType type) {
  switch (type) {
    case ColumnType::boolean: return booleans();
    case ColumnType::integer: return integers();
    case ColumnType::real: return reals();
    case ColumnType::text: return texts();
    case ColumnType::blob: return blobs();
    case ColumnType::timestamp: return timestamps();
    case ColumnType::date: return dates();
    case ColumnType::uuid: return uuids();
    case ColumnType::decimal: break;
  }
  return decimals();
}

std::string random_text(Random& random) {
  constexpr std::array parts = {"a", "B", "7", " ", "-", "'", "\xC3\xA9", "\xE2\x82\xAC"};
  std::string out;
  for (std::size_t length = 1 + random.below(12); length > 0; --length)
    out += parts[random.below(parts.size())];
  return out;
}

sys_days random_day(Random& random) {
  return sys_days{1900y / January / 1} + days{random.below(73000)};
}

Value random_value(ColumnType type, Random& random) {
  const auto number = [&] { return static_cast<std::int64_t>(random.bits()); };
  switch (type) {
    case ColumnType::boolean: return random.below(2) == 1;
    case ColumnType::integer: return number() >> random.below(64);
    case ColumnType::real: return static_cast<double>(number()) / 1024;
    case ColumnType::text: return random_text(random);
    case ColumnType::blob: return bytes(random.below(64));
    case ColumnType::timestamp:
      return Timestamp{random_day(random) + microseconds{random.below(86'400'000'000)}};
    case ColumnType::date: return Date{random_day(random)};
    case ColumnType::uuid: return uuid(random.bits(), random.bits());
    case ColumnType::decimal: break;
  }
  return Decimal::of(number() >> random.below(64), static_cast<unsigned>(random.below(7)));
}

}  // namespace

Value generated_value(ColumnType type, std::size_t number, Random& random) {
  const auto& known = boundaries(type);
  return number < known.size() ? known[number] : random_value(type, random);
}

}  // namespace rowan::testing
