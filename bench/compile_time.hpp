#pragma once
/// What mappings cost the compiler.

#include "result.hpp"

namespace bench {

/// CPU time for 20 aggregates with their mappings, and without: for the classes alone.
[[nodiscard]] Result compile_time(int rounds);

}  // namespace bench
