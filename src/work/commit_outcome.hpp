#pragma once
/// A COMMIT whose answer was lost in, a way to find out whether it happened out.

#include <memory>
#include <optional>
#include <string>
#include <typeindex>

#include <rowan/errors.hpp>

#include "host.hpp"

namespace rowan::work {

/// A root that the transaction has given a unique version.
struct Evidence {
  std::type_index type;
  KeyValues key;
  std::int64_t version;
  std::optional<std::int64_t> before;  ///< as unique; none: a new root
};

/// The session in which COMMIT was lost, as PlanResult has it.
struct LostSession {
  std::string transaction_id;
  std::string server_process;
};

/// `evidence`: of a root with a unique version, if one was written.
[[nodiscard]] CommitUnknown::Resolver commit_resolver(std::shared_ptr<Host> host,
                                                      LostSession session,
                                                      std::optional<Evidence> evidence);

}  // namespace rowan::work
