#pragma once
/// Clashes in the engine's words in, in a person's words out.

#include <string>
#include <vector>

#include <rowan/merge.hpp>
#include <rowan/shape.hpp>
#include <rowan/value.hpp>

#include "../change/merge.hpp"

namespace rowan::document {

/// Clash::pointer of this clash.
[[nodiscard]] std::string pointer(const Shape& root, const change::Clash& clash);

/// Of the aggregate with this key, in their order.
[[nodiscard]] std::vector<Clash> clashes(const Shape& root, const KeyValues& key,
                                         const std::vector<change::Clash>& found);

}  // namespace rowan::document
