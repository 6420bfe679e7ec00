#pragma once
/// What a patch makes of a state.

#include <cstddef>
#include <nlohmann/json_fwd.hpp>

#include "path.hpp"

namespace rowan::document {

struct PatchLimits {
  std::size_t operations = 0;
  std::size_t depth = 0;  ///< of lists and objects within each other
  std::size_t values =
      0;  ///< that are copied or moved in all: each copy could double what is there
};

/// RFC 6902. Throws DocumentError at the operation that is none, fails, or passes a limit.
void apply_json_patch(nlohmann::json& state, const nlohmann::json& operations, const Path& at,
                      const PatchLimits& limits);

/// RFC 7386. Throws DocumentError for a patch that is no object.
void apply_merge_patch(nlohmann::json& state, const nlohmann::json& patch, const Path& at);

}  // namespace rowan::document
