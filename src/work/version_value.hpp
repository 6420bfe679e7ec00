#pragma once
/// The versions that a column is given one after the other.

#include <cstdint>

#include <rowan/shape.hpp>

namespace rowan::work {

/// Throws VersionOverflow, naming the row, where there is none behind it.
void check_not_last(const Shape& shape, const KeyValues& key, std::int64_t version);
[[noreturn]] void raise_overflow(const Shape& shape, const KeyValues& key);
/// The least of those that have none behind them.
[[nodiscard]] std::int64_t last_version(const VersionColumn& column) noexcept;

/// The one to write over `version`, which is not the last; 0: nothing is stored yet. What the
/// database assigns is for the row only until it has done so.
[[nodiscard]] std::int64_t next_version(const VersionColumn& column, std::int64_t version);

/// Whether `version` was given before `other`.
[[nodiscard]] bool is_older_version(const VersionColumn& column, std::int64_t version,
                                    std::int64_t other) noexcept;

}  // namespace rowan::work
