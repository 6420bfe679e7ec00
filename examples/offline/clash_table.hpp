#pragma once
/// Clashes in, a table for a person out.

#include <string>
#include <vector>

#include <rowan/merge.hpp>

namespace offline {

[[nodiscard]] std::string clash_table(const std::vector<rowan::Clash>& clashes);

}  // namespace offline
