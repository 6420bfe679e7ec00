/// Objects beside what was packed of them, cell by cell.

#include <algorithm>
#include <array>
#include <vector>

#include <rowan/mapping/mapping.hpp>

#include "capture.hpp"
#include "packed_reader.hpp"

namespace rowan::mapping {
namespace {

template <class M>
bool is_a(const Field& field) {
  return field.ops == &detail::CellOps<M>::ops;
}
template <class M>
const M& member(const Field& field, const void* object) {
  return *static_cast<const M*>(field.member.in(object));
}

/// Of a field that takes one column. What most members are is compared on the spot: all that a unit
/// has loaded is compared at each commit.
bool same(const Field& field, const void* object, PackedReader& as) {
  if (is_a<std::string>(field)) return as.passes(member<std::string>(field, object));
  if (is_a<std::int64_t>(field)) return as.passes(member<std::int64_t>(field, object));
  if (is_a<int>(field)) return as.passes(std::int64_t{member<int>(field, object)});
  if (is_a<double>(field)) return as.passes(member<double>(field, object));
  if (is_a<std::optional<std::string>>(field)) {
    const auto& text = member<std::optional<std::string>>(field, object);
    return text ? as.passes(*text) : as.passes(Null{});
  }
  const CellView cell = as.cell();
  return field.same(object, CellViews(&cell, 1));
}

/// Of a field that takes several columns.
bool same(const Field& field, std::size_t width, const void* object, PackedReader& as) {
  std::array<CellView, 16> few;
  std::vector<CellView> many;
  if (width > few.size()) many.resize(width);
  const std::span<CellView> cells = many.empty() ? std::span(few).first(width) : std::span(many);
  for (CellView& cell : cells) cell = as.cell();
  return field.same(object, cells);
}

bool same(const ObjectMap& map, std::size_t fields, const void* object, PackedReader& as) {
  for (std::size_t f = 0; f < fields; ++f) {
    const std::size_t width = map.shape.fields[f].count;
    if (width == 1 ? !same(map.fields[f], object, as) : !same(map.fields[f], width, object, as))
      return false;
  }
  return true;
}

bool same(const ObjectMap& map, const void* object, PackedReader& as) {
  if (!same(map, map.fields.size(), object, as)) return false;
  (void)as.version(map.shape);
  (void)as.position(map.shape);
  for (const List& list : map.lists) {
    const void* member = list.member.in(object);
    const std::size_t count = as.count();
    if (list.ops->size(member) != count) return false;
    for (std::size_t i = 0; i < count; ++i)
      if (!same(*list.element, list.ops->at(member, i), as)) return false;
  }
  return true;
}

}  // namespace

bool same(const ObjectMap& map, const void* object, const Packed& as) {
  PackedReader reader(as);
  return same(map, object, reader);
}

bool same_row(const ObjectMap& map, const void* object, PackedReader& as) {
  return same(map, map.fields.size(), object, as);
}

bool same_key(const ObjectMap& map, const void* object, const Packed& as) {
  return same_key(map, object, PackedReader(as));
}

bool same_key(const ObjectMap& map, const void* object, PackedReader as) {
  return same(map, map.key_fields, object, as);
}

}  // namespace rowan::mapping
