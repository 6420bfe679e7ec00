#pragma once
/// A text that may come from anybody to JSON, within limits that are kept while it is read.

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

namespace rowan::document {

struct ParseLimits {
  std::size_t depth = 0;   ///< of lists and objects within each other
  std::size_t values = 0;  ///< lists, objects and what is in them
};

/// Throws DocumentError for what is not JSON in UTF-8, for two members of one name, and as soon as
/// a limit is passed.
[[nodiscard]] nlohmann::json parse(std::string_view text, const ParseLimits& limits);

}  // namespace rowan::document
