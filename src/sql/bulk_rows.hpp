#pragma once
/// A condition in, statements that write all roots it holds for out.

#include <optional>

#include <rowan/bulk.hpp>
#include <rowan/connection.hpp>
#include <rowan/query.hpp>

#include "write_rows.hpp"

namespace rowan::sql {

/// What a bulk statement says of the rows that it wrote.
enum class Answer { how_many, keys };

/// Locks in the order of the keys, bytewise, and moves versions on as `guard` says. Throws
/// QueryError for a wrong number of values.
[[nodiscard]] Statement update_roots(Backend backend, const Shape& root, const Assignments& set,
                                     const Query& where, const Guard& guard, Answer answer);
/// The one with this key, if it is at this version; which may be one that its column cannot hold.
[[nodiscard]] Statement update_root(Backend backend, const Shape& root, const Assignments& set,
                                    const KeyValues& key, std::int64_t version, const Guard& guard);
/// Locks the same against everything.
[[nodiscard]] Statement lock_root(Backend backend, const Shape& root, const KeyValues& key,
                                  std::int64_t version);

/// Answers the key of one of the roots that are at this version, or beyond it; no row: none is.
[[nodiscard]] Statement select_last_versions(Backend backend, const Shape& root, const Query& where,
                                             std::int64_t last);

/// Answers the keys of the roots that match, in their order, and locks them against everything.
[[nodiscard]] Statement lock_roots(Backend backend, const Shape& root, const Query& where);

/// Deletes the rows whose first key columns are one of `keys`.
[[nodiscard]] Statement remove_rows(Backend backend, const Shape& shape,
                                    const std::vector<KeyValues>& keys);

}  // namespace rowan::sql
