/// The text of times and dates: what is written, what is read, what is refused.

#include "mapping/calendar_text.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

using namespace rowan::mapping;
using namespace std::chrono;
using namespace std::chrono_literals;

namespace {

using Microseconds = sys_time<microseconds>;

constexpr Microseconds noon = sys_days{2021y / January / 31} + 12h;
constexpr Microseconds first_time = sys_days{1y / January / 1};
constexpr Microseconds end_of_time = sys_days{year{10000} / January / 1};

/// The text that a parsed time is written as; "" if it did not parse.
std::string reread(std::string_view text) {
  const auto time = parse_timestamp(text);
  return time ? timestamp_text(*time) : "";
}

}  // namespace

TEST_CASE("a timestamp is written with six digits of fraction or none") {
  CHECK(timestamp_text(noon) == "2021-01-31 12:00:00");
  CHECK(timestamp_text(noon + 1us) == "2021-01-31 12:00:00.000001");
  CHECK(timestamp_text(noon + 500ms) == "2021-01-31 12:00:00.500000");
  CHECK(timestamp_text(Microseconds{-1us}) == "1969-12-31 23:59:59.999999");
  CHECK(timestamp_text(first_time) == "0001-01-01 00:00:00");
  CHECK(timestamp_text(end_of_time - 1us) == "9999-12-31 23:59:59.999999");
}

TEST_CASE("a timestamp outside the years 0001 to 9999 is refused without naming it") {
  for (const Microseconds time :
       {first_time - 1us, end_of_time, Microseconds::min(), Microseconds::max()}) {
    CHECK_THROWS_WITH_AS((void)timestamp_text(time),
                         "a timestamp is outside the years 0001 to 9999", std::out_of_range);
  }
}

TEST_CASE("timestamps survive their text, and the order of texts is that of times") {
  std::mt19937_64 random(20210131);
  const auto span = static_cast<std::uint64_t>((end_of_time - first_time).count());
  Microseconds before = noon;
  for (int i = 0; i < 5000; ++i) {
    Microseconds time = first_time + microseconds{static_cast<std::int64_t>(random() % span)};
    if (i % 3 == 0) time = floor<seconds>(time);
    if (i % 3 == 1) time = std::min(floor<seconds>(before) + 1us * (i % 5), end_of_time - 1us);
    CHECK(parse_timestamp(timestamp_text(time)) == time);
    CHECK((before < time) == (timestamp_text(before) < timestamp_text(time)));
    before = time;
  }
}

TEST_CASE("timestamps are read in every spelling that the databases use") {
  CHECK(reread("2021-01-31") == "2021-01-31 00:00:00");
  CHECK(reread("2021-01-31 10:30") == "2021-01-31 10:30:00");
  CHECK(reread("2021-01-31T10:30:15") == "2021-01-31 10:30:15");
  CHECK(reread("2021-01-31 10:30:15.5") == "2021-01-31 10:30:15.500000");
  CHECK(reread("2021-01-31 10:30:15.000000") == "2021-01-31 10:30:15");
  CHECK(reread("2021-01-31 10:30:15.123456000") == "2021-01-31 10:30:15.123456");
  CHECK(reread("2020-02-29 23:59:59") == "2020-02-29 23:59:59");
}

TEST_CASE("an offset is taken off, so that the result is UTC") {
  CHECK(reread("2021-01-31 10:30:15Z") == "2021-01-31 10:30:15");
  CHECK(reread("2021-01-31T10:30Z") == "2021-01-31 10:30:00");
  CHECK(reread("2021-01-31 10:30:15.25+02") == "2021-01-31 08:30:15.250000");
  CHECK(reread("2021-01-31 10:30:15+0530") == "2021-01-31 05:00:15");
  CHECK(reread("2021-01-31 10:30:15+05:30") == "2021-01-31 05:00:15");
  CHECK(reread("2021-01-31 10:30:15-03:30:15") == "2021-01-31 14:00:30");
  CHECK(reread("2021-01-01 00:00:00+01") == "2020-12-31 23:00:00");
  CHECK(reread("2021-01-31 10:30:15-15:59:59") == "2021-02-01 02:30:14");
  CHECK(reread("2021-01-31 10:30:15-00") == "2021-01-31 10:30:15");
}

TEST_CASE("what is no timestamp from 0001 to 9999 is refused") {
  for (const char* text : {"",
                           "now",
                           "infinity",
                           "-infinity",
                           "2021-01-31 BC",
                           "0044-03-15 12:00:00 BC",
                           "2021-02-30",
                           "2021-02-29",
                           "1900-02-29",
                           "2021-00-10",
                           "2021-13-01",
                           "2021-01-00",
                           "2021-01-32",
                           "0000-01-01",
                           "10000-01-01",
                           "-2021-01-31",
                           "21-01-31",
                           "2021-1-31",
                           "2021/01/31",
                           "20210131",
                           " 2021-01-31",
                           "2021-01-31 ",
                           "2021-01-31T",
                           "2021-01-31  10:00",
                           "2021-01-31t10:00",
                           "2021-01-31Z",
                           "2021-01-31+02",
                           "2021-01-31 10",
                           "2021-01-31 10:",
                           "2021-01-31 10:00:",
                           "2021-01-31 1:00",
                           "2021-01-31 24:00:00",
                           "2021-01-31 10:60:00",
                           "2021-01-31 23:59:60",
                           "2021-01-31 10:00:00.",
                           "2021-01-31 10:00:00.x",
                           "2021-01-31 10:00:00.1234567",
                           "2021-01-31 10:00:00.000000001",
                           "2021-01-31 10:00:00.0000000000",
                           "2021-01-31 10:00.5",
                           "2021-01-31 10:00:00 +02",
                           "2021-01-31 10:00:00+",
                           "2021-01-31 10:00:00+2",
                           "2021-01-31 10:00:00+02:",
                           "2021-01-31 10:00:00+02:3",
                           "2021-01-31 10:00:00+02:30:",
                           "2021-01-31 10:00:00+053015",
                           "2021-01-31 10:00:00+16",
                           "2021-01-31 10:00:00+02:60",
                           "2021-01-31 10:00:00+02:00:60",
                           "2021-01-31 10:00:00ZZ",
                           "2021-01-31 10:00:00z",
                           "2021-01-31 10:00:00+02Z",
                           "2021-01-31 -1:00:00",
                           "2021-01-31 10:00:00x",
                           "0001-01-01 00:00:00+00:01",
                           "9999-12-31 23:59:59-00:01"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_timestamp(text));
  }
  CHECK_FALSE(parse_timestamp(std::string_view("2021-01-31\0", 11)));
  CHECK(reread("0001-01-01 00:00:00-00:01") == "0001-01-01 00:01:00");
}

TEST_CASE("no beginning of a timestamp is read as another time by looking past its end") {
  const std::string whole = "2021-01-31 10:30:15.123456+05:30:15";
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const std::vector<char> exact(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    const std::string_view text(exact.data(), exact.size());
    const bool complete = size == 10 || size == 16 || size == 19 || (size >= 21 && size <= 26) ||
                          size == 29 || size == 32 || size == 35;
    CAPTURE(size);
    CHECK(parse_timestamp(text).has_value() == complete);
  }
}

TEST_CASE("every date of 0001 to 9999 survives its text") {
  for (sys_days day = sys_days{1y / January / 1}; day < sys_days{year{10000} / January / 1};
       day += days{17}) {
    const year_month_day date{day};
    REQUIRE(parse_date(date_text(date)) == date);
    REQUIRE(parse_date(date_text(date) + " 00:00:00") == date);
  }
  CHECK(date_text(2020y / February / 29) == "2020-02-29");
  CHECK(date_text(9999y / December / 31) == "9999-12-31");
}

TEST_CASE("dates that do not exist are neither written nor read") {
  for (const year_month_day date :
       {2021y / February / 30, 0y / January / 1, year{10000} / January / 1, -1y / January / 1,
        2021y / month{13} / 1, 2021y / January / 0}) {
    CHECK_THROWS_AS((void)date_text(date), std::out_of_range);
  }
  for (const char* text :
       {"", "2021-02-30", "0000-01-01", "2021-01-31 ", "2021-01-31 00:00", "2021-01-31 00:00:01",
        "2021-01-31 00:00:00 ", "2021-01-31T00:00:00", "2021-1-1", "infinity", "2021-01-31 BC"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_date(text));
  }
}
