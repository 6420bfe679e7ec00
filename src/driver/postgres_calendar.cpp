#include "postgres_calendar.hpp"

#include <limits>
#include <string>

namespace rowan::driver {
namespace {

using namespace std::chrono;

constexpr days first_day = sys_days{year{1} / January / 1} - postgres_epoch;
constexpr days end_of_days = sys_days{year{10000} / January / 1} - postgres_epoch;
constexpr microseconds first_time = first_day;
constexpr microseconds end_of_time = end_of_days;

void put_digits(std::string& to, std::int64_t number, std::size_t width) {
  const std::string digits = std::to_string(number);
  if (digits.size() < width) to.append(width - digits.size(), '0');
  to += digits;
}

/// PostgreSQL says these with the ends of the range (src/include/datatype/timestamp.h).
template <class Count>
const char* endless(Count count) {
  if (count == std::numeric_limits<Count>::max()) return "infinity";
  return count == std::numeric_limits<Count>::min() ? "-infinity" : nullptr;
}

/// A day of whatever year, which std::chrono::year may not hold. Gives what stands behind it all.
const char* put_day(std::string& to, days since_epoch) {
  // The calendar is the same again after 400 years.
  constexpr days cycle{146097};
  const auto cycles = floor<duration<std::int64_t, std::ratio<146097 * 86400LL>>>(since_epoch);
  const year_month_day date{postgres_epoch + (since_epoch - cycles.count() * cycle)};
  const std::int64_t year = int{date.year()} + 400 * cycles.count();
  put_digits(to, year > 0 ? year : 1 - year, 4);
  to += '-';
  put_digits(to, unsigned{date.month()}, 2);
  to += '-';
  put_digits(to, unsigned{date.day()}, 2);
  return year > 0 ? "" : " BC";
}

}  // namespace

Value date_of(std::int32_t count) {
  const days since_epoch{count};
  if (since_epoch >= first_day && since_epoch < end_of_days)
    return Date(postgres_epoch + since_epoch);
  if (const char* word = endless(count)) return std::string(word);
  std::string text;
  text += put_day(text, since_epoch);
  return text;
}

Value timestamp_of(std::int64_t count, Zone zone) {
  const microseconds since_epoch{count};
  if (since_epoch >= first_time && since_epoch < end_of_time)
    return Timestamp(postgres_epoch + since_epoch);
  if (const char* word = endless(count)) return std::string(word);
  const days day = floor<days>(since_epoch);
  const hh_mm_ss clock{since_epoch - day};
  std::string text;
  const char* era = put_day(text, day);
  text += ' ';
  put_digits(text, clock.hours().count(), 2);
  text += ':';
  put_digits(text, clock.minutes().count(), 2);
  text += ':';
  put_digits(text, clock.seconds().count(), 2);
  if (clock.subseconds() != 0us) {
    text += '.';
    put_digits(text, clock.subseconds().count(), 6);
    text.erase(text.find_last_not_of('0') + 1);
  }
  if (zone == Zone::utc) text += "+00";
  return text + era;
}

}  // namespace rowan::driver
