#pragma once
/// What a merge by field takes, and how that grows with the aggregate.

#include <vector>

#include "result.hpp"

namespace bench {

/// CPU time to merge an order of 10000 lines, of 20000 and of 40000, each of the two sides having
/// edited, removed and added some. Medians of so many rounds.
[[nodiscard]] std::vector<Result> merge_time(int rounds);

}  // namespace bench
