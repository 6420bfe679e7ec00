#pragma once
/// The id of a PostgreSQL transaction in, the question what became of it out.

#include <string>

#include <rowan/connection.hpp>

namespace rowan::sql {

/// Answers one text: "committed", "aborted" or "in progress"; NULL for one that is too old to be
/// remembered (https://www.postgresql.org/docs/15/functions-info.html, table 9.78).
[[nodiscard]] inline Statement transaction_status(const std::string& id) {
  return {"SELECT txid_status(CAST($1 AS bigint))", {Value(id)}, {ColumnType::text}, 1};
}

}  // namespace rowan::sql
