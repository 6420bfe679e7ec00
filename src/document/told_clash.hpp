#pragma once
/// A clash in the engine's words in, in a person's words out.

#include <rowan/merge.hpp>
#include <rowan/shape.hpp>
#include <rowan/value.hpp>

#include "../change/merge.hpp"

namespace rowan::document {

/// Of the aggregate with this key. Throws DocumentError for a text that is not UTF-8.
[[nodiscard]] Clash told(const Shape& root, const KeyValues& key, const change::Clash& clash);

}  // namespace rowan::document
