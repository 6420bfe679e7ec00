#pragma once
/// A COMMIT whose answer was lost in, a way to find out whether it happened out.

#include <memory>
#include <optional>
#include <string>
#include <typeindex>

#include <rowan/errors.hpp>

#include "host.hpp"

namespace rowan::work {

/// A root that the transaction has given a version that can be told from everybody else's: it is
/// unique, or a history says which commit it is of.
struct Evidence {
  std::type_index type;
  KeyValues key;
  std::int64_t version;
  /// Stands where nothing was committed; none: a new root.
  std::optional<std::int64_t> before{};
  /// In the row of a history; none: the version is unique.
  std::optional<Uuid> commit{};
};

/// The session in which COMMIT was lost, as PlanResult has it.
struct LostSession {
  std::string transaction_id;
  std::string server_process;
};

/// `evidence`: of such a root, if one was written.
[[nodiscard]] CommitUnknown::Resolver commit_resolver(std::shared_ptr<Host> host,
                                                      LostSession session,
                                                      std::optional<Evidence> evidence);

}  // namespace rowan::work
