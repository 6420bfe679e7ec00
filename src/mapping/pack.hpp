#pragma once
/// Snapshots in, Packed out, and back.

#include <rowan/shape.hpp>
#include <rowan/snapshot.hpp>

#include "packed.hpp"

namespace rowan::mapping {

[[nodiscard]] Packed pack(const Shape& shape, const Snapshot& rows);

/// The same rows again. Positions and versions are 0 where the Shape has no column for them.
[[nodiscard]] Snapshot unpack(const Shape& shape, const Packed& from);

}  // namespace rowan::mapping
