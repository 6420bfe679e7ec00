#pragma once
/// The type of a column in, values that tend to get lost out.

#include <cstddef>
#include <cstdint>
#include <random>

#include <rowan/value.hpp>

namespace rowan::testing {

/// The same numbers from the same seed with every standard library.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  [[nodiscard]] std::uint64_t bits() { return engine_(); }
  /// From 0, less than `end`.
  [[nodiscard]] std::size_t below(std::size_t end) {
    return static_cast<std::size_t>(engine_() % end);
  }

 private:
  std::mt19937_64 engine_;
};

/// Boundary values first, by their number; random ones after the last of them.
[[nodiscard]] Value generated_value(ColumnType type, std::size_t number, Random& random);

}  // namespace rowan::testing
