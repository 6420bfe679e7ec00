#include "capture.hpp"

#include <algorithm>
#include <exception>

#include <rowan/errors.hpp>
#include <rowan/mapping/mapping.hpp>

#include "packed_reader.hpp"
#include "row_key.hpp"

namespace rowan::mapping {
namespace {

const KeyValues no_key;

/// Which row it is, as far as is known before its own key was read.
struct Place {
  const KeyValues& owner;
  std::int64_t position = 0;
};

std::string to_string(const Shape& shape, const Place& at, const std::vector<Value>& row) {
  return place(shape.table, row_key(shape, at.owner, {row, 0, at.position, {}}));
}

std::string column_of(const Shape& shape, const std::vector<Value>& row, const Value* cell) {
  for (std::size_t i = 0; i < row.size(); ++i)
    if (&row[i] == cell) return shape.columns[i].name;
  return shape.table;
}

[[noreturn]] void throw_data_error(const Shape& shape, const Place& place,
                                   const std::vector<Value>& row, const detail::CellError& error) {
  throw DataError(to_string(shape, place, row) + ", column " + column_of(shape, row, error.cell) +
                  ": " + error.what);
}

Cells cells(const Shape& shape, std::size_t field, std::vector<Value>& row) {
  return Cells(row).subspan(shape.fields[field].first, shape.fields[field].count);
}
ConstCells cells(const Shape& shape, std::size_t field, const std::vector<Value>& row) {
  return ConstCells(row).subspan(shape.fields[field].first, shape.fields[field].count);
}

Snapshot capture_row(const ObjectMap& map, const void* object, const Place& place) {
  const Shape& shape = map.shape;
  Snapshot out;
  out.position = place.position;
  out.row.resize(shape.columns.size());
  try {
    for (std::size_t f = 0; f < map.fields.size(); ++f)
      map.fields[f].capture(object, cells(shape, f, out.row));
  } catch (const detail::CellError& error) {
    throw_data_error(shape, place, out.row, error);
  }
  spell_key(Cells(out.row).first(shape.key_width));
  return out;
}

Snapshot capture(const ObjectMap& map, const void* object, const Place& place) {
  Snapshot out = capture_row(map, object, place);
  out.children.resize(map.lists.size());
  if (map.lists.empty()) return out;
  const KeyValues key = row_key(map.shape, place.owner, out);
  for (std::size_t l = 0; l < map.lists.size(); ++l) {
    const List& list = map.lists[l];
    const void* member = list.member.in(object);
    const std::size_t count = list.ops->size(member);
    out.children[l].reserve(count);
    for (std::size_t i = 0; i < count; ++i)
      out.children[l].push_back(
          capture(*list.element, list.ops->at(member, i), {key, static_cast<std::int64_t>(i)}));
  }
  return out;
}

void restore(const ObjectMap& map, const Snapshot& from, void* object, const Place& place) {
  const Shape& shape = map.shape;
  std::size_t f = 0;
  try {
    for (; f < map.fields.size(); ++f) map.fields[f].restore(object, cells(shape, f, from.row));
  } catch (const detail::CellError& error) {
    throw_data_error(shape, place, from.row, error);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
    std::throw_with_nested(DataError(to_string(shape, place, from.row) + ", column " +
                                     shape.columns[shape.fields[f].first].name +
                                     ": the stored value is refused by its class"));
  }
  if (map.lists.empty()) return;
  const KeyValues key = row_key(shape, place.owner, from);
  for (std::size_t l = 0; l < map.lists.size(); ++l) {
    const List& list = map.lists[l];
    void* member = list.member.in(object);
    list.ops->clear(member);
    list.ops->reserve(member, from.children[l].size());
    for (const Snapshot& child : from.children[l])
      restore(*list.element, child, list.ops->append(member, list.element->make),
              {key, child.position});
  }
}

bool has_versions_beneath(const ObjectMap& map) {
  return std::any_of(map.lists.begin(), map.lists.end(), [](const List& list) {
    return list.element->version || has_versions_beneath(*list.element);
  });
}

/// Of one row.
void show_version(const ObjectMap& map, PackedReader& from, void* object) {
  for (std::size_t c = 0; c < map.shape.columns.size(); ++c) (void)from.cell();
  const std::int64_t version = from.version(map.shape);
  if (object) show_root_version(map, version, object);
}

/// Null: what was captured is in the object no more, and only passed over.
void show_versions(const ObjectMap& map, PackedReader& from, void* object) {
  show_version(map, from, object);
  (void)from.position(map.shape);
  for (const List& list : map.lists) {
    void* member = object ? list.member.in(object) : nullptr;
    const std::size_t size = member ? list.ops->size(member) : 0;
    const std::size_t count = from.count();
    for (std::size_t i = 0; i < count; ++i) {
      const void* child = i < size ? list.ops->at(member, i) : nullptr;
      show_versions(*list.element, from,
                    const_cast<void*>(child));  // elements of a non-const list
    }
  }
}

}  // namespace

Snapshot capture(const ObjectMap& map, const void* object) {
  return capture(map, object, {no_key});
}

Snapshot capture_row(const ObjectMap& map, const void* object, const KeyValues& owner,
                     std::int64_t position) {
  return capture_row(map, object, {owner, position});
}

void restore(const ObjectMap& map, const Snapshot& from, void* object) {
  restore(map, from, object, {no_key});
}

void check_loaded(const ObjectMap& map, const void* object, const KeyValues& key) {
  if (!map.check) return;
  try {
    map.check(object);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
    std::throw_with_nested(DataError(place(map.shape.table, key) +
                                     ": what is stored breaks the invariant of its class"));
  }
}

void show_root_version(const ObjectMap& map, std::int64_t version, void* object) {
  const Value cell = version;
  if (map.version) map.version->restore(object, ConstCells(&cell, 1));
}

bool shows_root_version(const ObjectMap& map, std::int64_t version, const void* object) {
  const CellView cell = version;
  return !map.version || map.version->same(object, CellViews(&cell, 1));
}

void show_versions(const ObjectMap& map, const Packed& from, void* object) {
  PackedReader reader(from);
  if (has_versions_beneath(map))
    show_versions(map, reader, object);
  else if (map.version)
    show_version(map, reader, object);
}

KeyValues key_in(const ObjectMap& map, const void* object) {
  KeyValues key(map.shape.key_width);
  try {
    for (std::size_t f = 0; f < map.key_fields; ++f)
      map.fields[f].capture(object, cells(map.shape, f, key));
  } catch (const detail::CellError& error) {
    throw_data_error(map.shape, {no_key}, key, error);
  }
  spell_key(key);
  return key;
}

void capture_key_part(const ObjectMap& map, std::size_t field, const void* part, KeyValues& to) {
  try {
    const Field& f = map.fields[field];
    f.ops->capture(f.how.get(), part, cells(map.shape, field, to));
    spell_key(cells(map.shape, field, to));
  } catch (const detail::CellError& error) {
    throw_data_error(map.shape, Place{no_key}, to, error);
  }
}

void set_key(const ObjectMap& map, void* object, const KeyValues& key) {
  try {
    for (std::size_t f = 0; f < map.key_fields; ++f)
      map.fields[f].restore(object, cells(map.shape, f, key));
  } catch (const detail::CellError& error) {
    throw_data_error(map.shape, {no_key}, key, error);
  }
}

}  // namespace rowan::mapping
