#pragma once
/// An object and its rows as they are stored in, the rows that differ out, as long as they are the
/// same ones in the same places: the others are neither unpacked nor captured.

#include <list>
#include <vector>

#include <rowan/field.hpp>

#include "../mapping/packed_reader.hpp"
#include "row_change.hpp"

namespace rowan::change {

/// The rows of one aggregate. Row changes point into it, wherever it moves to.
class Edits {
 public:
  /// As diff has them, but the root's always first. None: rows came, went or changed places, which
  /// diff has to tell. Throws what capture throws. `root` is that of `map`.
  std::vector<RowChange> find(const ObjectMap& map, const Shape& root, const void* object,
                              const KeyValues& key, const mapping::Packed& stored);
  [[nodiscard]] bool empty() const noexcept { return rows_.empty(); }
  /// What is stored once they are written.
  [[nodiscard]] mapping::Packed written() const;

 private:
  struct Place;
  struct Row {
    const Shape* shape;
    const std::byte* begin;  ///< of `before`, where it is stored
    const std::byte* end;
    Snapshot before;
    Snapshot after;
  };

  bool go_through(const ObjectMap& map, const void* object, Place& place,
                  mapping::PackedReader& as);
  void add(const ObjectMap& map, const void* object, Place& place, mapping::PackedReader& as);

  mapping::Packed stored_;
  const std::byte* end_ = nullptr;
  std::list<Row> rows_;
  std::vector<RowChange> changes_;
};

}  // namespace rowan::change
