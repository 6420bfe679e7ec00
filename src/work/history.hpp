#pragma once
/// What a transaction has changed in, the rows of histories that tell of it out.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <rowan/uuid.hpp>

#include "change_set.hpp"

namespace rowan::work {

/// Throws UsageError where a root that has a history is to be written whatever its version is: what
/// others have made of it is not known then, and the state would be a wrong one.
void check_recordable(const ChangeSet& changes, Versions versions);

/// A root whose version moves with COMMIT, and that has a history.
struct Moved {
  std::shared_ptr<Entry> entry;
  const Change* change = nullptr;  ///< of the flush that commits; null: it was written before that

  [[nodiscard]] bool is_there() const noexcept;  ///< afterwards
};

/// In the order of their locks. Each change has its `next`.
[[nodiscard]] std::vector<Moved> moved_with_history(const IdentityMap& entries,
                                                    const ChangeSet& changes);

/// Adds the row to be inserted. Throws VersionOverflow; DataError for what no text can tell of.
void add_record(ChangeSet& to, const Moved& moved, const std::optional<std::string>& author,
                const Uuid& commit);

}  // namespace rowan::work
