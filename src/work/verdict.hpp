#pragma once
/// A flush that did not complete in, the one error that says why out.

#include <memory>
#include <vector>

#include <rowan/errors.hpp>

#include "flush_plan.hpp"
#include "host.hpp"

namespace rowan::work {

/// A root that the transaction has written or was about to, as it was before it.
struct Involved {
  std::shared_ptr<Entry> entry;
  Conflict::Operation operation;
  Versions versions;  ///< that it was, or was about to be, written with
};

/// Throws StaleDataError if one of the roots is; nothing else.
void raise_if_stale(const std::shared_ptr<Host>& host, const Settings& settings,
                    const std::vector<Involved>& involved);

/// Call it when the transaction is rolled back and the entries are as they were before it.
/// `failed`: the step that stopped the plan; null when that was COMMIT. Asks the database, in one
/// fresh read, which of the roots are stale, where that can be the reason. `resolver`: of a
/// CommitUnknown.
[[noreturn]] void raise_verdict(const std::shared_ptr<Host>& host, const Settings& settings,
                                const std::vector<Involved>& involved, const Step* failed,
                                const PlanResult& result, CommitUnknown::Resolver resolver);

}  // namespace rowan::work
