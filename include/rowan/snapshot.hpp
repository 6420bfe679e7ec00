#pragma once
/// An aggregate as plain data: a tree of rows. Two snapshots are what changes
/// are computed from.

#include <cstdint>
#include <vector>

#include <rowan/value.hpp>

namespace rowan {

struct Snapshot {
  std::vector<Value> row;                       ///< by Shape::columns
  std::int64_t version = 0;                     ///< 0: none, or not stored yet
  std::int64_t position = 0;                    ///< as stored; with Shape::position only
  std::vector<std::vector<Snapshot>> children;  ///< by Shape::children
};

}  // namespace rowan
