#pragma once
/// The rows of one list, and the local keys that tell them apart.

#include <cstddef>
#include <vector>

#include <rowan/errors.hpp>
#include <rowan/shape.hpp>
#include <rowan/snapshot.hpp>

namespace rowan::change {

using Rows = std::vector<Snapshot>;

/// One aggregate has a child twice whose key is unique in its table.
class MetTwice : public DataError {
 public:
  using DataError::DataError;
};

[[nodiscard]] ConstCells local_key(const Shape& shape, const Snapshot& row);

/// Rows of one table, ordered by their local keys.
class KeyLess {
 public:
  explicit KeyLess(const Shape& shape) : shape_(&shape) {}
  bool operator()(const Snapshot* a, const Snapshot* b) const;

 private:
  const Shape* shape_;
};

/// Two siblings have the key of `row`: DataError, MetTwice if no two children at all may have it.
[[noreturn]] void throw_twice(const Shape& shape, const KeyValues& owner, const Snapshot& row);

}  // namespace rowan::change
