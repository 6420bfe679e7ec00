#pragma once
/// What a database holds, and what an actor has seen of it, in a form in which they are compared.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <rowan/connection.hpp>
#include <rowan/schema.hpp>
#include <rowan/snapshot.hpp>

namespace rowan::testing {

/// Which row it is: "order_lines" of "orders (42)", with the key (42, 1).
struct RowName {
  std::string root_table;
  std::string root_key;
  std::string table;
  std::string key;
  [[nodiscard]] bool is_root() const { return table == root_table; }
  [[nodiscard]] std::string aggregate() const { return root_table + " " + root_key; }
  friend auto operator<=>(const RowName&, const RowName&) = default;
};

struct StoredRow {
  std::string cells;                    ///< of its other columns
  std::optional<std::int64_t> version;  ///< a counted one; others are random, and mean nothing
  enum class Key { given, generated } key = Key::given;
  enum class RootKey { given, generated } root_key = RootKey::given;
  friend bool operator==(const StoredRow&, const StoredRow&) = default;
};

using StoredRows = std::map<RowName, StoredRow>;

/// Everything in the tables of the mappings, which are in this schema of the database if it has a
/// name; histories excepted. None: somebody has locked them. Throws std::runtime_error.
[[nodiscard]] std::optional<StoredRows> read_all(Connection& connection, const Schema& mappings,
                                                 const std::string& schema);
/// A table that is in this schema, if it has a name, as SQL names it.
[[nodiscard]] std::string named_in(const std::string& schema, const std::string& table);

/// An aggregate as it was loaded.
[[nodiscard]] StoredRows rows_of(const Shape& root, const KeyValues& key, const Snapshot& state);

/// As text without versions, which count what was written, and not what it was; with keys that the
/// database has given to new rows, which depend on who failed before, written as "new". `before` is
/// what was there before the run.
[[nodiscard]] std::string canonical(const StoredRows& rows, const StoredRows& before);

/// Those of one aggregate.
[[nodiscard]] StoredRows of_aggregate(const StoredRows& rows, const std::string& root_table,
                                      const std::string& root_key);

}  // namespace rowan::testing
