#pragma once
/// Times and dates to the text that databases spell them in, and back.
///
/// Every parse takes the whole text or gives none, and every text that is written parses back to
/// the same value. No message carries a value.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace rowan::mapping {

/// Whether it is a date, or of one, in the years 0001 to 9999.
[[nodiscard]] bool is_in_calendar(std::chrono::sys_time<std::chrono::microseconds> time) noexcept;
[[nodiscard]] bool is_in_calendar(std::chrono::year_month_day date) noexcept;

/// UTC as "2021-01-31 10:00:00", followed by ".000001" (always six digits) only where there is a
/// fraction, so that the order of the texts is the order of the times.
/// Throws std::out_of_range outside the years 0001 to 9999.
[[nodiscard]] std::string timestamp_text(std::chrono::sys_time<std::chrono::microseconds> time);

/// The time, in UTC, spelt YYYY-MM-DD, alone or followed by ' ' or 'T', then HH:MM[:SS[.fraction]]
/// and perhaps an offset: Z, +02, +0530, +05:30 or -03:30:15, up to 15:59:59 as in PostgreSQL.
///
/// None for anything else: BC, infinity, dates that do not exist, hour 24, second 60, more than
/// nine digits of fraction or digits below a microsecond other than zero, and times that fall
/// outside the years 0001 to 9999 in UTC.
[[nodiscard]] std::optional<std::chrono::sys_time<std::chrono::microseconds>> parse_timestamp(
    std::string_view text);

/// "2021-01-31". Throws std::out_of_range if `date` does not exist or is outside the years 0001
/// to 9999.
[[nodiscard]] std::string date_text(std::chrono::year_month_day date);

/// The date spelt YYYY-MM-DD, perhaps with " 00:00:00" behind it as DATETIME columns have it.
[[nodiscard]] std::optional<std::chrono::year_month_day> parse_date(std::string_view text);

}  // namespace rowan::mapping
