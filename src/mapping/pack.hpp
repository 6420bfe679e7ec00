#pragma once
/// Snapshots in, Packed out, and back.

#include <span>

#include <rowan/shape.hpp>
#include <rowan/snapshot.hpp>

#include "packed_reader.hpp"

namespace rowan::mapping {

[[nodiscard]] Packed pack(const Shape& shape, const Snapshot& rows);

/// The same rows again. Positions and versions are 0 where the Shape has no column for them.
[[nodiscard]] Snapshot unpack(const Shape& shape, const Packed& from);

/// The same as far as a removal needs it: of the rows beneath the root the cells that tell them
/// apart, but all of them where some refer to other rows or have to be unique, or where the row may
/// turn out to have moved to another root.
[[nodiscard]] Snapshot unpack_to_remove(const Shape& shape, const Packed& from);

/// The next row alone, without what lies beneath.
[[nodiscard]] Snapshot unpack_row(const Shape& shape, PackedReader& from);

/// The local key of the next row, to the end of `key`.
void unpack_key(const Shape& shape, PackedReader from, KeyValues& key);

/// A row in the place of the bytes that another takes.
struct Patch {
  const std::byte* begin;
  const std::byte* end;
  const Shape* shape;
  const Snapshot* row;
};
/// What ends there, with these rows in it, which stand in its order.
[[nodiscard]] Packed patched(const Packed& from, const std::byte* end,
                             std::span<const Patch> patches);

}  // namespace rowan::mapping
