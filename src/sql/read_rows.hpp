#pragma once
/// Keys or a Query in, the SELECTs of an aggregate out; their rows in, Snapshots out.

#include <vector>

#include <rowan/connection.hpp>
#include <rowan/field.hpp>
#include <rowan/query.hpp>
#include <rowan/snapshot.hpp>

#include "text.hpp"

namespace rowan::sql {

/// At most this many keys go into one SELECT: SQLite takes 32766 values a statement and, where a
/// key has several columns, an expression 1000 levels deep (https://sqlite.org/limits.html).
inline constexpr std::size_t keys_at_once = 500;

/// These keys, as many at a time.
[[nodiscard]] std::vector<std::vector<KeyValues>> in_batches(const std::vector<KeyValues>& keys);

/// Whether so many keys are bound as one array, which their columns are compared with.
[[nodiscard]] bool go_as_array(Backend backend, std::size_t columns, std::size_t keys) noexcept;

/// " WHERE ...": the rows whose `columns` hold one of these keys.
void add_keys(Text& text, const std::vector<std::string>& columns,
              const std::vector<KeyValues>& keys);

/// The rows of the root's table with these keys. Throws DataError for a key that no row can have:
/// PostgreSQL would refuse the statement, and abort the transaction.
[[nodiscard]] Statement select_roots(Backend backend, const Shape& root,
                                     const std::vector<KeyValues>& keys);

/// The roots that match, in order. Each row ends with its place in that order, as the database
/// spells it: what Query::set_after takes to go on behind it. Throws QueryError for a column that
/// is not mapped or a wrong number of values.
[[nodiscard]] Statement select_roots(Backend backend, const Shape& root, const Query& query);

[[nodiscard]] Statement count_roots(Backend backend, const Shape& root, const Query& query);

/// One SELECT for each table beneath the root, owners first, for the roots with these keys.
[[nodiscard]] std::vector<Statement> select_children(Backend backend, const Shape& root,
                                                     const std::vector<KeyValues>& keys);

/// (key, version) of these roots as they are now; version 0 where they have none.
[[nodiscard]] Statement select_versions(Backend backend, const Shape& root,
                                        const std::vector<KeyValues>& keys);

/// Roots as answered, still without children. Throws DataError for a version that is none.
struct RootRow {
  KeyValues key;
  Snapshot snapshot;
  std::vector<Value> place;  ///< in the order of the query; empty when asked for by key
};
[[nodiscard]] std::vector<RootRow> read_roots(const Shape& root,
                                              std::vector<std::vector<Value>> rows);

/// Where the children of a row go.
struct Owner {
  ConstCells key;  ///< of that row, kept elsewhere
  Snapshot* rows;
};
/// In order of their keys.
using Owners = std::vector<Owner>;
[[nodiscard]] Owners owners(std::vector<RootRow>& roots);

/// Puts the answers of select_children for `keys` beneath their roots. Throws DataError for a
/// version or a position that is none, where a single child has a brother, and for a child whose
/// column spells its root's key in another way.
void read_children(const ObjectMap& map, const Owners& roots, const std::vector<KeyValues>& keys,
                   std::vector<Outcome>::iterator answers);

}  // namespace rowan::sql
