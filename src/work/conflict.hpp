#pragma once
/// A root that is not as it should be in, the Conflict that tells of it out.

#include <optional>
#include <vector>

#include <rowan/errors.hpp>

#include "entry.hpp"
#include "host.hpp"

namespace rowan::work {

/// Of a root that was expected at `expected`. `found`: the version there now; none: it is gone.
[[nodiscard]] Conflict conflict(const Entry& entry, Conflict::Operation operation,
                                std::int64_t expected, std::optional<std::int64_t> found);

/// Tells the observer and throws StaleDataError, the conflicts in order of (table, key).
[[noreturn]] void raise_stale(Host& host, std::vector<Conflict> conflicts, bool complete,
                              ErrorContext context);

}  // namespace rowan::work
