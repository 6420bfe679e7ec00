#pragma once
/// The work done by hand on PostgreSQL: arrays, in pipelines.

#include <memory>
#include <string>

#include "contestant.hpp"

namespace bench {

[[nodiscard]] std::unique_ptr<Contestant> postgres_set(const std::string& conninfo);

}  // namespace bench
