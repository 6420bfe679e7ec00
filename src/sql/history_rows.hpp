#pragma once
/// The SELECTs of a history. All take the root that it is of, which has one.

#include <cstdint>
#include <vector>

#include <rowan/connection.hpp>
#include <rowan/shape.hpp>

namespace rowan::sql {

/// The newest version of each of these keys that there has been any of: the key, then the version.
[[nodiscard]] Statement select_newest_versions(Backend backend, const Shape& root,
                                               const std::vector<KeyValues>& keys);

/// All versions, the first of them first: version, changed_at, author, operation, changes,
/// commit_id.
[[nodiscard]] Statement select_revisions(Backend backend, const Shape& root, const KeyValues& key);

/// The state at a version, NULL where it was removed; no row where it is not known.
[[nodiscard]] Statement select_state(Backend backend, const Shape& root, const KeyValues& key,
                                     std::int64_t version);

/// Which commit has written a version; no row where none has.
[[nodiscard]] Statement select_commit(Backend backend, const Shape& root, const KeyValues& key,
                                      std::int64_t version);

}  // namespace rowan::sql
