#pragma once
/// The work done by hand on PostgreSQL: one prepared statement, and one round trip, for each row.

#include <memory>
#include <string>

#include "contestant.hpp"

namespace bench {

[[nodiscard]] std::unique_ptr<Contestant> postgres_row(const std::string& conninfo);

}  // namespace bench
