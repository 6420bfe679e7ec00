#pragma once
/// Rowan's round trips against their limits.

#include <string>

namespace bench {

/// Prints them. Throws Wrong when there are more than there may be.
void check_round_trips(const std::string& url);

}  // namespace bench
