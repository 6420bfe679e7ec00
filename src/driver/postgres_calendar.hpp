#pragma once
/// PostgreSQL's counts of days and of microseconds in; dates and times out.

#include <chrono>
#include <cstdint>

#include <rowan/value.hpp>

namespace rowan::driver {

/// What PostgreSQL counts from (https://www.postgresql.org/docs/15/datatype-datetime.html, and
/// src/include/datatype/timestamp.h).
constexpr auto postgres_epoch =
    std::chrono::sys_days{std::chrono::year{2000} / std::chrono::January / 1};

enum class Zone { none, utc };

/// A Date, or what is none in the years 0001 to 9999 as PostgreSQL spells it: "infinity".
[[nodiscard]] Value date_of(std::int32_t days);

/// A Timestamp, or what is none in the years 0001 to 9999 as PostgreSQL spells it, in UTC where
/// the column has a time zone.
[[nodiscard]] Value timestamp_of(std::int64_t microseconds, Zone zone);

}  // namespace rowan::driver
