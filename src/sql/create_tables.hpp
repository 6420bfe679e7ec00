#pragma once
/// A schema in, the statements that create its tables out.

#include <vector>

#include <rowan/connection.hpp>
#include <rowan/schema.hpp>

namespace rowan::sql {

/// Owners before their children; what is there already is left as it is. Rows go with their owner
/// (ON DELETE CASCADE); between aggregates there are indexes and no foreign keys, because an
/// aggregate is the unit of distribution.
[[nodiscard]] std::vector<Statement> create_tables(const Schema& schema, Backend backend);

}  // namespace rowan::sql
