#pragma once
/// One line of the table: one phase, and what it costs in each of three ways.

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace bench {

struct Result {
  std::string backend;
  std::int64_t n = 0;
  double rtt_ms = 0;
  std::string phase;  ///< its key
  std::string name;
  std::string unit;
  struct Column {
    std::optional<double> value{};
    std::optional<double> round_trips{};  ///< one at a time: of one
    std::optional<double> statements{};
  };
  Column rowan{};
  Column row{};
  Column set{};
};

/// How many times as much as the other.
[[nodiscard]] inline std::optional<double> ratio(const Result::Column& a, const Result::Column& b) {
  if (!a.value || !b.value || *b.value <= 0) return {};
  return *a.value / *b.value;
}

}  // namespace bench
