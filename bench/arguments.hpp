#pragma once
/// What the program is told.

#include <cstdint>
#include <string>
#include <vector>

namespace bench {

struct Arguments {
  std::vector<std::string> urls;
  std::vector<std::int64_t> sizes{200, 2000, 10000};
  int rounds = 7;
  std::int64_t transactions = 500;
  double rtt_ms = 0;   ///< 0: no slow link is measured
  std::string output;  ///< the folder of bench.json and bench.svg; empty: none are written
  bool compile_time = false;
  bool merge_time = false;
  bool check_round_trips = false;
};

/// Throws std::invalid_argument, which says how it should be.
[[nodiscard]] Arguments arguments(int count, const char* const* values);

}  // namespace bench
