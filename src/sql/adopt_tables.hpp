#pragma once
/// A schema and what describe_tables answered in, the statements that make tables Rowan's out.

#include <vector>

#include "describe_tables.hpp"

namespace rowan::sql {

/// Adds the version column where it is mapped and missing, every row at version 1; touches nothing
/// else. Throws SchemaMismatch naming all tables that are missing.
[[nodiscard]] std::vector<Statement> adopt_tables(const Schema& schema, Backend backend,
                                                  const std::vector<Outcome>& described);

}  // namespace rowan::sql
