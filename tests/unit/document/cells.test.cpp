/// What one cell is in a document, for each type of column: what is written, read and refused.

#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <rowan/errors.hpp>

#include "document/cell.hpp"
#include "document/text.hpp"
#include "shapes.hpp"

using namespace rowan;
using namespace rowan::document;
using namespace std::chrono;
using namespace std::chrono_literals;

namespace {

using Integer = std::numeric_limits<std::int64_t>;
using Real = std::numeric_limits<double>;

const Path cell_path;

std::string written(ColumnType type, const Value& cell) {
  return text(column("c", type), cell);
}

/// The cell, written again; empty: refused.
std::string reread(ColumnType type, const std::string& json) {
  try {
    return written(type, from_json(column("c", type), nlohmann::json::parse(json), cell_path));
  } catch (const DocumentError& error) {
    CHECK(error.pointer() == "");
    CHECK(std::string(error.what()) == "document: expected " + expected_of(column("c", type)));
    return "";
  }
}

Bytes bytes(std::initializer_list<unsigned> values) {
  Bytes out;
  for (const unsigned value : values) out.push_back(static_cast<std::byte>(value));
  return out;
}

}  // namespace

TEST_CASE("integers are numbers up to where JavaScript is exact, and strings beyond") {
  const auto type = ColumnType::integer;
  CHECK(written(type, std::int64_t{0}) == "0");
  CHECK(written(type, std::int64_t{9007199254740991}) == "9007199254740991");
  CHECK(written(type, std::int64_t{9007199254740992}) == R"("9007199254740992")");
  CHECK(written(type, std::int64_t{-9007199254740991}) == "-9007199254740991");
  CHECK(written(type, std::int64_t{-9007199254740992}) == R"("-9007199254740992")");
  CHECK(written(type, Integer::min()) == R"("-9223372036854775808")");
  CHECK(written(type, Integer::max()) == R"("9223372036854775807")");
  for (const char* json : {"7", R"("7")"}) CHECK(reread(type, json) == "7");
  for (const char* json : {"9223372036854775807", R"("9223372036854775807")"})
    CHECK(reread(type, json) == R"("9223372036854775807")");
  for (const char* json : {"-9223372036854775808", R"("-9223372036854775808")"})
    CHECK(reread(type, json) == R"("-9223372036854775808")");
  for (const char* json : {"9223372036854775808",
                           R"("9223372036854775808")",
                           "-9223372036854775809",
                           R"("-9223372036854775809")",
                           "18446744073709551615",
                           "18446744073709551616",
                           "1.0",
                           "1e3",
                           "true",
                           "null",
                           "[]",
                           "[1]",
                           "{}",
                           R"("")",
                           R"("-")",
                           R"("+1")",
                           R"(" 1")",
                           R"("1 ")",
                           R"("1.0")",
                           R"("0x10")",
                           R"("1e3")",
                           R"("1\u0000")"}) {
    CAPTURE(json);
    CHECK(reread(type, json) == "");
  }
}

TEST_CASE("reals are numbers, and strings where JSON has no number") {
  const auto type = ColumnType::real;
  CHECK(written(type, 0.1) == "0.1");
  CHECK(written(type, 5.0) == "5.0");
  CHECK(written(type, -0.0) == "-0.0");
  CHECK(written(type, Real::max()) == "1.7976931348623157e+308");
  CHECK(written(type, Real::denorm_min()) == "5e-324");
  CHECK(written(type, Real::quiet_NaN()) == R"("NaN")");
  CHECK(written(type, -Real::quiet_NaN()) == R"("NaN")");
  CHECK(written(type, Real::infinity()) == R"("Infinity")");
  CHECK(written(type, -Real::infinity()) == R"("-Infinity")");
  CHECK(reread(type, "5") == "5.0");
  CHECK(reread(type, "-5") == "-5.0");
  CHECK(reread(type, "18446744073709551615") == "1.8446744073709552e+19");
  CHECK(reread(type, R"("NaN")") == R"("NaN")");
  for (const char* json :
       {R"("1.5")", R"("nan")", R"("inf")", R"("+Infinity")", "true", "null", "[]", R"("")"}) {
    CAPTURE(json);
    CHECK(reread(type, json) == "");
  }
}

TEST_CASE("decimals are strings that keep their scale") {
  const auto type = ColumnType::decimal;
  CHECK(written(type, Decimal("19.90")) == R"("19.90")");
  CHECK(reread(type, R"("19.90")") == R"("19.90")");
  CHECK(reread(type, R"("-0.00")") == R"("0.00")");
  const std::string longest = '"' + std::string(38, '9') + '"';
  CHECK(reread(type, longest) == longest);
  const std::string smallest = "\"0." + std::string(37, '0') + "1\"";
  CHECK(reread(type, smallest) == smallest);
  for (const std::string& json :
       {'"' + std::string(39, '9') + '"', "\"0." + std::string(39, '0') + "\"",
        std::string("19.90"), std::string("1"), std::string("null"), std::string(R"("1e2")"),
        std::string(R"("1E2")"), std::string(R"("+1")"), std::string(R"("")"),
        std::string(R"("1.")"), std::string(R"(".5")"), std::string(R"("1,5")"),
        std::string(R"("NaN")"), std::string(R"(" 1")")}) {
    CAPTURE(json);
    CHECK(reread(type, json) == "");
  }
}

TEST_CASE("texts are UTF-8, with NUL and all else that JSON can escape") {
  const auto type = ColumnType::text;
  CHECK(written(type, std::string("a\"\\\n\0\x7f", 6)) == "\"a\\\"\\\\\\n\\u0000\x7f\"");
  CHECK(written(type, std::string("\xf0\x9f\x8c\xbf")) == "\"\xf0\x9f\x8c\xbf\"");
  CHECK(reread(type, R"("\ud83c\udf3f")") == "\"\xf0\x9f\x8c\xbf\"");
  CHECK(reread(type, R"("")") == R"("")");
  for (const char* json : {"1", "true", "null", "[]", "{}"}) CHECK(reread(type, json) == "");
  for (const char* text : {"\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "a\xc3"})
    CHECK_THROWS_WITH_AS((void)written(type, std::string(text)),
                         "document: expected a text in UTF-8", DocumentError);
}

TEST_CASE("bytes are base64 in its one spelling") {
  const auto type = ColumnType::blob;
  CHECK(written(type, bytes({})) == R"("")");
  CHECK(written(type, bytes({0})) == R"("AA==")");
  CHECK(written(type, bytes({0, 255})) == R"("AP8=")");
  CHECK(written(type, bytes({0, 255, 16})) == R"("AP8Q")");
  CHECK(written(type, bytes({'f', 'o', 'o', 'b', 'a', 'r'})) == R"("Zm9vYmFy")");
  CHECK(written(type, bytes({0xfb, 0xff})) == R"("+/8=")");
  for (const char* json : {R"("")", R"("AA==")", R"("AP8=")", R"("AP8Q")", R"("+/8=")"})
    CHECK(reread(type, json) == json);
  for (const char* json :
       {R"("A")", R"("AA")", R"("AAA")", R"("AA=")", R"("=")", R"("==")", R"("===")", R"("====")",
        R"("A===")", R"("AB==")", R"("AAB=")", R"("AA==AA==")", R"("AA= =")", R"("-_8=")",
        R"("AAAA\n")", R"("AA\u0000=")", "[0]", "0", "null"}) {
    CAPTURE(json);
    CHECK(reread(type, json) == "");
  }
}

TEST_CASE("times are those of RFC 3339, of the years that both databases have") {
  const auto type = ColumnType::timestamp;
  const Timestamp noon = sys_days{2026y / January / 31} + 12h;
  CHECK(written(type, noon) == R"("2026-01-31T12:00:00Z")");
  CHECK(written(type, noon + 123456us) == R"("2026-01-31T12:00:00.123456Z")");
  CHECK(reread(type, R"("2026-01-31T12:00:00.5Z")") == R"("2026-01-31T12:00:00.500000Z")");
  CHECK(reread(type, R"("2026-01-31T12:00:00+05:30")") == R"("2026-01-31T06:30:00Z")");
  for (const char* json : {R"("0001-01-01T00:00:00Z")", R"("9999-12-31T23:59:59.999999Z")"})
    CHECK(reread(type, json) == json);
  for (const char* json : {R"("2026-01-31")",
                           R"("2026-01-31T12:00:00")",
                           R"("2026-01-31 12:00:00Z")",
                           R"("2026-01-31T12:00Z")",
                           R"("2026-01-31T12:00:00z")",
                           R"("2026-01-31t12:00:00Z")",
                           R"("2026-01-31T12:00:00+05")",
                           R"("2026-01-31T12:00:00+0530")",
                           R"("2026-01-31T12:00:00-05:30:15")",
                           R"("2026-02-29T12:00:00Z")",
                           R"("2026-01-31T24:00:00Z")",
                           R"("2026-01-31T23:59:60Z")",
                           R"("2026-01-31T12:00:00.1234567Z")",
                           R"("10000-01-01T00:00:00Z")",
                           R"("0001-01-01T00:00:00+00:01")",
                           R"("9999-12-31T23:59:59-00:01")",
                           R"("")",
                           R"("xxxxxxxxxxxxxxxxxxxxZ")",
                           "1769860800",
                           "null"}) {
    CAPTURE(json);
    CHECK(reread(type, json) == "");
  }
  for (const Timestamp time :
       {Timestamp::min(), Timestamp::max(), Timestamp{sys_days{year{10000} / January / 1}}})
    CHECK_THROWS_AS((void)written(type, time), DocumentError);
}

TEST_CASE("dates exist, in the years that both databases have") {
  const auto type = ColumnType::date;
  for (const char* json : {R"("0001-01-01")", R"("2024-02-29")", R"("9999-12-31")"})
    CHECK(reread(type, json) == json);
  for (const char* json : {R"("2026-02-29")", R"("2026-01-31 00:00:00")", R"("2026-1-31")",
                           R"("0000-01-01")", R"("")", "20260131", "null"}) {
    CAPTURE(json);
    CHECK(reread(type, json) == "");
  }
  for (const Date date : {2026y / February / 30, year{10000} / January / 1, 0y / January / 1})
    CHECK_THROWS_AS((void)written(type, date), DocumentError);
}

TEST_CASE("UUIDs are read in either case") {
  const auto type = ColumnType::uuid;
  const std::string lower = R"("01890a5d-ac96-774b-bcce-b302099a8057")";
  CHECK(reread(type, lower) == lower);
  CHECK(reread(type, R"("01890A5D-AC96-774B-BCCE-B302099A8057")") == lower);
  for (const char* json : {R"("")", R"("01890a5dac96774bbcceb302099a8057")",
                           R"("{01890a5d-ac96-774b-bcce-b302099a8057}")", "1", "null"})
    CHECK(reread(type, json) == "");
}

TEST_CASE("booleans are true and false") {
  const auto type = ColumnType::boolean;
  CHECK(reread(type, "true") == "true");
  CHECK(reread(type, "false") == "false");
  for (const char* json : {"0", "1", R"("true")", "null", "[]"}) CHECK(reread(type, json) == "");
}

TEST_CASE("NULL is null, where the column can be NULL") {
  for (const ColumnType type : {ColumnType::boolean, ColumnType::integer, ColumnType::real,
                                ColumnType::text, ColumnType::blob, ColumnType::timestamp,
                                ColumnType::date, ColumnType::uuid, ColumnType::decimal}) {
    const Column open = nullable("c", type);
    CHECK(text(open, Null{}) == "null");
    CHECK(from_json(open, nullptr, cell_path) == Value(Null{}));
    CHECK_THROWS_WITH_AS((void)text(column("c", type), Null{}),
                         ("document: expected " + expected_of(column("c", type))).c_str(),
                         DocumentError);
    CHECK(expected_of(open) == expected_of(column("c", type)) + ", or null");
  }
}

TEST_CASE("a cell of another type than its column's is not written") {
  CHECK_THROWS_AS((void)written(ColumnType::integer, 1.0), DocumentError);
  CHECK_THROWS_AS((void)written(ColumnType::real, std::int64_t{1}), DocumentError);
  CHECK_THROWS_AS((void)written(ColumnType::boolean, std::int64_t{1}), DocumentError);
  CHECK_THROWS_AS((void)written(ColumnType::decimal, std::string("1")), DocumentError);
  CHECK_THROWS_AS((void)written(ColumnType::text, std::int64_t{1}), DocumentError);
}
