#pragma once
/// The mappings of one schema in, everything that contradicts itself in them out.

#include <string>
#include <vector>

#include <rowan/schema.hpp>

namespace rowan::mapping {

/// One sentence each, naming table and column; empty: the schema is sound.
[[nodiscard]] std::vector<std::string> faults(const Schema::Maps& maps);

}  // namespace rowan::mapping
