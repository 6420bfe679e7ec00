#pragma once
/// A schema in, the statements that create its tables out.

#include <vector>

#include <rowan/connection.hpp>
#include <rowan/schema.hpp>

namespace rowan::sql {

/// What has to come first in a transaction that makes tables or alters them, so that several
/// processes can start at once.
[[nodiscard]] std::vector<Statement> wait_for_turn(Backend backend);

/// Owners before their children; what is there already is left as it is. Rows go with their owner
/// (ON DELETE CASCADE); between aggregates there are indexes and no foreign keys, because an
/// aggregate is the unit of distribution.
[[nodiscard]] std::vector<Statement> create_tables(const Schema& schema, Backend backend);

}  // namespace rowan::sql
