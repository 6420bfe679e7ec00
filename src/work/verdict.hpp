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

/// A row beneath a root that was there before the transaction and was to be written in it.
struct InvolvedChild {
  const change::RowChange* row;
  std::shared_ptr<Entry> entry;         ///< whose change it is
  std::optional<std::int64_t> version;  ///< that it has to be at; none: at any
};

/// Throws StaleDataError if one of the roots is stale, or there are `conflicts` already; nothing
/// else.
void raise_if_stale(const std::shared_ptr<Host>& host, const Settings& settings,
                    const std::vector<Involved>& involved, std::vector<Conflict> conflicts = {});

/// Call it when the transaction is rolled back and the entries are as they were before it.
/// `failed`: the step that stopped the plan; null when that was COMMIT. Asks the database, in one
/// fresh read, which of the roots are stale, or else which of the children are not what they were,
/// where that can be the reason. `resolver`: of a CommitUnknown.
[[noreturn]] void raise_verdict(const std::shared_ptr<Host>& host, const Settings& settings,
                                const std::vector<Involved>& involved,
                                const std::vector<InvolvedChild>& children, const Step* failed,
                                const PlanResult& result, CommitUnknown::Resolver resolver);

}  // namespace rowan::work
