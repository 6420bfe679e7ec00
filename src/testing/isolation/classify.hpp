#pragma once
/// A run that was looked at closely in; which anomalies it shows out.

#include <vector>

#include <rowan/testing/report.hpp>

#include "runner.hpp"

namespace rowan::testing {

/// The run as a report tells it.
[[nodiscard]] Run to_run(const RunResult& run, bool serializable);

/// Of a run that was observed: one finding, or one more for the invariants that it broke.
[[nodiscard]] std::vector<Finding> classify(const RunResult& run, bool serializable);

}  // namespace rowan::testing
