#include "round_trip.hpp"

#include <exception>
#include <functional>
#include <new>
#include <utility>

#include <rowan/errors.hpp>

#include "../../mapping/capture.hpp"
#include "../../mapping/row_key.hpp"
#include "compare_rows.hpp"

namespace rowan::testing {
namespace {

void* element(const List& list, void* owner, std::size_t i) {
  return const_cast<void*>(list.ops->at(list.member.in(owner), i));  // of a list that is not const
}

/// Versions are given by units of work, so they are no part of the rows; == may look at them.
void copy_versions(const ObjectMap& map, const Snapshot& rows, void* from, void* to) {
  if (map.version) {
    Value version;
    map.version->capture(from, Cells(&version, 1));
    map.version->restore(to, ConstCells(&version, 1));
  }
  for (std::size_t l = 0; l < map.lists.size(); ++l)
    for (std::size_t i = 0; i < rows.children[l].size(); ++i)
      copy_versions(*map.lists[l].element, rows.children[l][i], element(map.lists[l], from, i),
                    element(map.lists[l], to, i));
}

/// Reads one field after the other back from the rows, until `done`. The last one.
std::optional<Spot> restore_until(const std::function<bool()>& done, const ObjectMap& map,
                                  const Snapshot& rows, const KeyValues& owner, void* object) {
  const Shape& shape = map.shape;
  const KeyValues key = mapping::row_key(shape, owner, rows);
  for (std::size_t f = 0; f < map.fields.size(); ++f) {
    const FieldRun& run = shape.fields[f];
    map.fields[f].restore(object, ConstCells(rows.row).subspan(run.first, run.count));
    if (done()) return Spot{shape.table, key, shape.columns[run.first].name};
  }
  for (std::size_t l = 0; l < map.lists.size(); ++l)
    for (std::size_t i = 0; i < rows.children[l].size(); ++i)
      if (auto spot = restore_until(done, *map.lists[l].element, rows.children[l][i], key,
                                    element(map.lists[l], object, i)))
        return spot;
  return {};
}

}  // namespace

Object restored(const ObjectMap& map, const Snapshot& rows) {
  Object out(map.create(map.make), map.destroy);
  mapping::restore(map, rows, out.get());
  return out;
}

bool RoundTrip::is_stable(const Snapshot& written, const Snapshot& again) {
  const auto changed = differences(map_.shape, written, again);
  for (const Spot& spot : changed)
    findings_.fault(spot, "what is read from it is written back as something else");
  return changed.empty();
}

bool RoundTrip::is_equal(void* original, void* twin, const Snapshot& rows) {
  if (!subject_.equal) return true;
  copy_versions(map_, rows, original, twin);
  const auto equal = [&] { return subject_.equal(original, twin); };
  if (equal()) return true;
  const Spot root{map_.shape.table, mapping::row_key(map_.shape, {}, rows), {}};
  if (!subject_.equal(original, original)) {
    findings_.note(root.table + ": an object that is not equal to itself was compared by columns");
    return true;
  }
  if (const auto lost = restore_until(equal, map_, rows, {}, original))
    findings_.fault(*lost, "what is read back is not equal (==) to what was written");
  else
    findings_.fault(root,
                    "what is read back is not equal (==) to what was written, though each "
                    "column is: a member is not mapped");
  return false;
}

std::optional<Snapshot> RoundTrip::of_sample(void* sample) {
  const Shape& shape = map_.shape;
  Snapshot rows;
  try {
    rows = mapping::capture(map_, sample);
  } catch (const DataError& error) {
    findings_.fault(error.what());
    return {};
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
    findings_.fault({shape.table, {}, {}}, "a sample throws when it is written");
    return {};
  }
  const KeyValues key = mapping::row_key(shape, {}, rows);
  try {
    if (map_.check) map_.check(sample);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
    findings_.fault({shape.table, key, {}}, "its invariant refuses this sample");
    return {};
  }
  try {
    const Object twin = restored(map_, rows);
    if (!is_stable(rows, mapping::capture(map_, twin.get()))) return {};
    // What == misses still has to come back from the database as it was sent.
    (void)is_equal(sample, twin.get(), rows);
    return rows;
  } catch (const DataError& error) {
    findings_.fault(std::string(error.what()) + ", when what was written is read back");
    return {};
  }
}

std::optional<Snapshot> RoundTrip::of_generated(const Snapshot& rows, const Snapshot& before) {
  try {
    return accepted(rows, before);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
    return {};  // the class may refuse what it likes
  }
}

std::optional<Snapshot> RoundTrip::accepted(const Snapshot& rows, const Snapshot& before) {
  const Object first = restored(map_, rows);
  if (map_.check) map_.check(first.get());
  Snapshot written = mapping::capture(map_, first.get());
  const auto respelt = differences(map_.shape, rows, written);
  if (!respelt.empty()) {
    const Object second = restored(map_, written);
    if (map_.check) map_.check(second.get());
    if (!is_stable(written, mapping::capture(map_, second.get()))) return {};
    if (!is_equal(first.get(), second.get(), written)) return {};
  }
  if (differences(map_.shape, written, before).empty()) return {};
  for (const Spot& spot : respelt)
    findings_.note(named(spot.table, spot.column) +
                   ": some values are read and written back as others");
  return written;
}

}  // namespace rowan::testing
