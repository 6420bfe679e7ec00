#pragma once
/// JSON as text.

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "layout.hpp"

namespace rowan::document {

/// Throws DocumentError for a name of a table or a column that is not UTF-8; cells are looked at
/// before.
[[nodiscard]] std::string printed(const nlohmann::ordered_json& json,
                                  Layout layout = Layout::compact);

}  // namespace rowan::document
