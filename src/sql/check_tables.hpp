#pragma once
/// A schema and what describe_tables answered in, the differences out.

#include <string>
#include <vector>

#include "describe_tables.hpp"

namespace rowan::sql {

/// Everything that would make reading or writing go wrong, one sentence each, naming table and
/// column; empty: the tables are as the mapping says. A column that may be NULL where its member
/// is not optional is no difference (adopted tables are often like that): the NULL is reported
/// when it is met.
[[nodiscard]] std::vector<std::string> differences(const Schema& schema, Backend backend,
                                                   const std::vector<Outcome>& described);

}  // namespace rowan::sql
