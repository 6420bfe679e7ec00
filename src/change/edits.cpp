#include "edits.hpp"

#include <utility>

#include "../mapping/capture.hpp"
#include "../mapping/pack.hpp"
#include "../mapping/row_key.hpp"
#include "diff.hpp"

namespace rowan::change {

/// Where a row stands.
struct Edits::Place {
  const Shape& shape;
  Place* owner;
  std::size_t depth;
  std::int64_t index;
  Moves moves;
  mapping::PackedReader begin;
  std::int64_t position = 0;
  KeyValues kept_key{};  ///< of the root, and where it was asked for, as most are not

  const KeyValues& key() {
    if (!kept_key.empty()) return kept_key;
    kept_key = owner->key();
    mapping::unpack_key(shape, begin, kept_key);
    if (shape.key_width == 0 && shape.position) kept_key.emplace_back(position);
    return kept_key;
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
      Place child{beneath, &place, place.depth + 1, static_cast<std::int64_t>(i), moves, as};
      if (!go_through(*list.element, list.ops->at(member, i), child, as)) return false;
    }
  }
  return true;
}

void Edits::add(const ObjectMap& map, const void* object, Place& place, mapping::PackedReader& as) {
  const Shape& shape = place.shape;
  const std::byte* begin = as.at();
  Snapshot before = mapping::unpack_row(shape, as);
  static const KeyValues none;
  const KeyValues& owner = place.owner ? place.owner->key() : none;
  Snapshot after = mapping::capture_row(map, object, owner, place.index);
  after.position = before.position;
  Row& row = rows_.emplace_back(Row{&shape, begin, as.at(), std::move(before), std::move(after)});
  KeyValues key = place.owner ? mapping::row_key(shape, owner, row.before) : place.key();
  RowChange change =
      update_of(shape, std::move(key), row.before, row.after, place.depth, place.moves);
  if (place.depth == 0 || change.writes()) changes_.push_back(std::move(change));
}

std::vector<RowChange> Edits::find(const ObjectMap& map, const Shape& root, const void* object,
                                   const KeyValues& key, const mapping::Packed& stored) {
  constexpr std::size_t most_often = 4;
  changes_.reserve(most_often);
  stored_ = stored;
  mapping::PackedReader as(stored);
  Place place{root, nullptr, 0, 0, Moves::version, as, 0, key};
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
