#pragma once
/// The work done with Rowan.

#include <memory>
#include <string>

#include "contestant.hpp"

namespace rowan {
class Observer;
}

namespace bench {

/// With an observer it is counted, and not to be timed.
[[nodiscard]] std::unique_ptr<Contestant> rowan_unit(const std::string& url,
                                                     std::shared_ptr<rowan::Observer> observer);

}  // namespace bench
