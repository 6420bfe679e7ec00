#include "edits.hpp"

#include <utility>

#include "../mapping/capture.hpp"
#include "../mapping/pack.hpp"
#include "../mapping/row_key.hpp"
#include "diff.hpp"

namespace rowan::change {

/// Where a row stands. Most keys are never asked for, so they are read when they are.
struct Edits::Place {
  const Shape& shape;
  const Place* owner;
  const KeyValues& root_key;
  std::size_t depth;
  std::int64_t index;
  Moves moves;
  mapping::PackedReader begin;
  std::int64_t position = 0;

  [[nodiscard]] KeyValues owner_key() const { return owner ? owner->key() : KeyValues(); }
  [[nodiscard]] KeyValues key() const {
    if (!owner) return root_key;
    KeyValues out = owner->key();
    mapping::unpack_key(shape, begin, out);
    if (shape.key_width == 0 && shape.position) out.emplace_back(position);
    return out;
  }
};

/// False: it cannot tell.
bool Edits::go_through(const ObjectMap& map, const void* object, Place& place,
                       mapping::PackedReader& as) {
  const Shape& shape = place.shape;
  if (place.depth > 0 && mapping::same_row(map, object, as)) {
    (void)as.version(shape);
    place.position = as.position(shape);
  } else {
    if (!mapping::same_key(map, object, place.begin)) return false;
    as = place.begin;
    add(map, object, place, as);
    place.position = rows_.back().before.position;
  }
  for (std::size_t l = 0; l < map.lists.size(); ++l) {
    const List& list = map.lists[l];
    const Shape& beneath = shape.children[l];
    const Moves moves = beneath.moves == Moves::nothing ? Moves::nothing : place.moves;
    const void* member = list.member.in(object);
    const std::size_t count = as.count();
    if (list.ops->size(member) != count) return false;
    for (std::size_t i = 0; i < count; ++i) {
      Place child{beneath, &place, place.root_key, place.depth + 1, static_cast<std::int64_t>(i),
                  moves,   as};
      if (!go_through(*list.element, list.ops->at(member, i), child, as)) return false;
    }
  }
  return true;
}

void Edits::add(const ObjectMap& map, const void* object, const Place& place,
                mapping::PackedReader& as) {
  const Shape& shape = place.shape;
  const std::byte* begin = as.at();
  Snapshot before = mapping::unpack_row(shape, as);
  const KeyValues owner = place.owner_key();
  Snapshot after = mapping::capture_row(map, object, owner, place.index);
  after.position = before.position;
  Row& row = rows_.emplace_back(Row{&shape, begin, as.at(), std::move(before), std::move(after)});
  KeyValues key = place.owner ? mapping::row_key(shape, owner, row.before) : place.root_key;
  RowChange change =
      update_of(shape, std::move(key), row.before, row.after, place.depth, place.moves);
  if (place.depth == 0 || change.writes()) changes_.push_back(std::move(change));
}

std::vector<RowChange> Edits::find(const ObjectMap& map, const Shape& root, const void* object,
                                   const KeyValues& key, const mapping::Packed& stored) {
  stored_ = stored;
  mapping::PackedReader as(stored);
  Place place{root, nullptr, key, 0, 0, Moves::version, as};
  if (!go_through(map, object, place, as)) {
    rows_.clear();
    changes_.clear();
  }
  end_ = as.at();
  return std::move(changes_);
}

mapping::Packed Edits::written() const {
  std::vector<mapping::Patch> patches;
  patches.reserve(rows_.size());
  for (const Row& row : rows_) patches.push_back({row.begin, row.end, row.shape, &row.after});
  return mapping::patched(stored_, end_, patches);
}

}  // namespace rowan::change
