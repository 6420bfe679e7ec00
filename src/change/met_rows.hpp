#pragma once
/// What a state takes over from another of the same aggregate, row by row.

#include <rowan/shape.hpp>
#include <rowan/snapshot.hpp>

namespace rowan::change {

/// Rows that are in both have the versions that they have in `theirs`.
void take_versions(const Shape& shape, const Snapshot& theirs, Snapshot& mine);

/// What moves no version is as it is in `theirs`: lists whole, fields of the rows that are in both.
void take_unversioned(const Shape& shape, const Snapshot& theirs, Snapshot& mine);

}  // namespace rowan::change
