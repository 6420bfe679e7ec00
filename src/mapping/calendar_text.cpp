/// Reads and writes the text forms of times and dates, strictly.

#include "calendar_text.hpp"

#include <algorithm>
#include <stdexcept>

namespace rowan::mapping {
namespace {

using namespace std::chrono;

using Timestamp = sys_time<microseconds>;

constexpr Timestamp first_time = sys_days{year{1} / January / 1};
constexpr Timestamp end_of_time = sys_days{year{10000} / January / 1};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Appends `number` as exactly `width` digits.
void put(std::string& text, std::int64_t number, std::size_t width) {
  text.append(width, '0');
  for (auto at = text.rbegin(); number != 0; ++at, number /= 10) {
    *at = static_cast<char>('0' + number % 10);
  }
}

void put_date(std::string& text, year_month_day date) {
  put(text, int{date.year()}, 4);
  text += '-';
  put(text, unsigned{date.month()}, 2);
  text += '-';
  put(text, unsigned{date.day()}, 2);
}

/// Walks through a text; the first thing that is missing makes all that follows fail too.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] std::string_view rest() const { return rest_; }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

  bool take(char c) {
    if (failed_ || !rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void expect(char c) { failed_ = !take(c); }

  /// The value of exactly `width` digits.
  int number(std::size_t width) {
    if (failed_ || rest_.size() < width || !std::ranges::all_of(rest_.substr(0, width), is_digit)) {
      failed_ = true;
      return 0;
    }
    int value = 0;
    for (const char c : rest_.substr(0, width)) value = value * 10 + (c - '0');
    rest_.remove_prefix(width);
    return value;
  }

  /// The value of one to nine digits after a decimal point, in billionths.
  int billionths() {
    int value = number(1);
    for (int place = 1; place < 9; ++place) {
      value = value * 10 + (!at_end() && is_digit(rest_.front()) ? number(1) : 0);
    }
    return value;
  }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

std::optional<year_month_day> read_date(Reader& in) {
  const int y = in.number(4);
  in.expect('-');
  const int m = in.number(2);
  in.expect('-');
  const int d = in.number(2);
  const year_month_day date =
      year{y} / month{static_cast<unsigned>(m)} / day{static_cast<unsigned>(d)};
  if (in.failed() || y == 0 || !date.ok()) return std::nullopt;
  return date;
}

std::optional<microseconds> read_time_of_day(Reader& in) {
  const hours hour{in.number(2)};
  in.expect(':');
  const minutes minute{in.number(2)};
  seconds second{0};
  int billionths = 0;
  if (in.take(':')) {
    second = seconds{in.number(2)};
    if (in.take('.')) billionths = in.billionths();
  }
  if (in.failed() || hour > 23h || minute > 59min || second > 59s) return std::nullopt;
  if (billionths % 1000 != 0) return std::nullopt;
  return hour + minute + second + microseconds{billionths / 1000};
}

/// How far the clock that was read is ahead of UTC; zero at the end of the text.
std::optional<seconds> read_offset(Reader& in) {
  if (in.at_end() || in.take('Z')) return 0s;
  const bool east = in.take('+');
  if (!east) in.expect('-');
  const hours hour{in.number(2)};
  minutes minute{0};
  seconds second{0};
  if (in.take(':')) {
    minute = minutes{in.number(2)};
    if (in.take(':')) second = seconds{in.number(2)};
  } else if (!in.at_end()) {
    minute = minutes{in.number(2)};
  }
  if (in.failed() || hour > 15h || minute > 59min || second > 59s) return std::nullopt;
  const seconds offset = hour + minute + second;
  return east ? offset : -offset;
}

}  // namespace

bool is_in_calendar(Timestamp time) noexcept {
  return time >= first_time && time < end_of_time;
}

bool is_in_calendar(year_month_day date) noexcept {
  return date.ok() && date.year() >= year{1} && date.year() <= year{9999};
}

std::string timestamp_text(Timestamp time) {
  if (!is_in_calendar(time)) {
    throw std::out_of_range("a timestamp is outside the years 0001 to 9999");
  }
  const auto day = floor<days>(time);
  const hh_mm_ss clock{time - day};
  std::string text;
  text.reserve(26);
  put_date(text, year_month_day{day});
  text += ' ';
  put(text, clock.hours().count(), 2);
  text += ':';
  put(text, clock.minutes().count(), 2);
  text += ':';
  put(text, clock.seconds().count(), 2);
  if (clock.subseconds() != 0us) {
    text += '.';
    put(text, clock.subseconds().count(), 6);
  }
  return text;
}

std::optional<Timestamp> parse_timestamp(std::string_view text) {
  Reader in(text);
  const auto date = read_date(in);
  if (!date) return std::nullopt;
  Timestamp time = sys_days{*date};
  if (!in.at_end()) {
    if (!in.take(' ')) in.expect('T');
    const auto clock = read_time_of_day(in);
    if (!clock) return std::nullopt;
    const auto offset = read_offset(in);
    if (!offset) return std::nullopt;
    time += *clock - *offset;
  }
  if (!in.at_end() || time < first_time || time >= end_of_time) return std::nullopt;
  return time;
}

std::string date_text(year_month_day date) {
  if (!is_in_calendar(date)) {
    throw std::out_of_range("a date does not exist or is outside the years 0001 to 9999");
  }
  std::string text;
  put_date(text, date);
  return text;
}

std::optional<year_month_day> parse_date(std::string_view text) {
  Reader in(text);
  const auto date = read_date(in);
  return in.at_end() || in.rest() == " 00:00:00" ? date : std::nullopt;
}

}  // namespace rowan::mapping
