#pragma once
/// What one database column can hold. Everything below the mapping speaks in
/// Values, so the engine is compiled once and knows nothing of user types.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <rowan/decimal.hpp>
#include <rowan/uuid.hpp>

namespace rowan {

/// SQL's NULL.
struct Null {
  friend constexpr auto operator<=>(Null, Null) = default;
};
using Bytes = std::vector<std::byte>;
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;  ///< UTC
using Date = std::chrono::year_month_day;

/// A class and not an alias, so that compilers and stack traces say "Value".
struct Value : std::variant<Null, bool, std::int64_t, double, std::string, Bytes, Timestamp, Date,
                            Uuid, Decimal> {
  using variant::variant;
  using variant::operator=;
};

/// The key of a row: one Value a column, in the order of the mapping.
using KeyValues = std::vector<Value>;

using Cells = std::span<Value>;
using ConstCells = std::span<const Value>;

/// A cell that somebody else keeps; along the alternatives of Value.
struct CellView : std::variant<Null, bool, std::int64_t, double, std::string_view,
                               std::span<const std::byte>, Timestamp, Date, Uuid, Decimal> {
  using variant::variant;
};
using CellViews = std::span<const CellView>;

enum class ColumnType { boolean, integer, real, text, blob, timestamp, date, uuid, decimal };

/// Whether two cells hold the same: as ==, but NaN is the same as NaN.
[[nodiscard]] bool same_cell(const Value& a, const Value& b) noexcept;

/// A key as it reads in a message: `42`, `('BE', 7)`. For keys only: no other value of
/// yours ever becomes part of a message.
[[nodiscard]] std::string to_string(const KeyValues& key);

/// The name of a type as it reads in a message: "integer".
[[nodiscard]] const char* to_string(ColumnType type) noexcept;

}  // namespace rowan
