#pragma once
/// What a single statement says in, what says the same of many rows at once out.

#include <functional>
#include <string>
#include <vector>

#include <rowan/connection.hpp>

#include "text.hpp"

namespace rowan::sql {

/// "INSERT INTO table (names) VALUES ..."
[[nodiscard]] Batch insert_many(Backend backend, const std::string& table,
                                const std::vector<std::string>& names);

/// Columns that are compared with the parameters from number `first` on, counted from 0.
struct Compared {
  std::vector<std::string> columns;
  std::size_t first = 0;
  enum class Version { no, yes } version = Version::no;  ///< whether the last one is that
};

/// `assignments` writes what stands behind SET. `locked`: whether the rows may be wanted by others,
/// who take them in the order of their keys.
[[nodiscard]] Batch update_many(Backend backend, const std::string& table,
                                const std::function<void(Text&)>& assignments,
                                const Compared& where, bool locked);

[[nodiscard]] Batch remove_many(Backend backend, const std::string& table, const Compared& where);

/// Answers one row for each that is there. `clause`: " FOR SHARE"; SQLite has none.
[[nodiscard]] Batch lock_many(Backend backend, const std::string& table, const Compared& where,
                              const std::string& clause);

}  // namespace rowan::sql
