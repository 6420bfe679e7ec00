#pragma once
/// Rows that went missing under one root and turned up under another in, one update each out.

#include "change_set.hpp"

namespace rowan::work {

/// A child whose key is unique in its table and that left one root for another of this flush is
/// the same row still: one UPDATE, where diff saw a removal here and an insert there. Throws
/// VersionOverflow.
void match_moves(ChangeSet& changes);

}  // namespace rowan::work
