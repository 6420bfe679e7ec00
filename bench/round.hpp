#pragma once
/// One contestant goes through all phases once.

#include <cstdint>
#include <map>

#include "contestant.hpp"
#include "database.hpp"
#include "meter.hpp"
#include "phase.hpp"

namespace bench {

struct Size {
  std::int64_t n = 0;
  std::int64_t transactions = 0;
  bool weigh = false;  ///< memory too
};

using Costs = std::map<Phase, Cost>;

/// Throws Wrong when something is in the tables or in memory that must not be, or is not.
[[nodiscard]] Costs run_round(Contestant& contestant, Database& database, const Size& size,
                              const Meter& meter);

}  // namespace bench
