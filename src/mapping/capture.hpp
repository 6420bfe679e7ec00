#pragma once
/// Objects in, Snapshots out, and back: the engine's whole view of user types.

#include <rowan/field.hpp>

#include "packed_reader.hpp"

namespace rowan::mapping {

/// The object as rows; positions are places in the list. Throws DataError naming table, column
/// and key for a value that no column takes.
[[nodiscard]] Snapshot capture(const ObjectMap& map, const void* object);

/// One row of it, without what lies beneath. `owner` and `position`: for messages.
[[nodiscard]] Snapshot capture_row(const ObjectMap& map, const void* object, const KeyValues& owner,
                                   std::int64_t position);

/// The rows into the object, its lists replaced. Throws DataError naming table, column and key
/// for a cell that does not fit its member, with the exception of a class that refuses its values
/// nested in it. Does not check the invariant, does not touch the version members.
void restore(const ObjectMap& map, const Snapshot& from, void* object);

/// Whether the object still is what was packed, list order included; allocates for a field of very
/// many columns alone. False may be wrong for lists whose order is not state: diff decides.
[[nodiscard]] bool same(const ObjectMap& map, const void* object, const Packed& as);

/// The same of the next row alone, whose cells are passed over if it is.
[[nodiscard]] bool same_row(const ObjectMap& map, const void* object, PackedReader& as);

/// Calls the invariant. A class's own exception becomes a DataError naming table and key, with
/// the original nested in it: for loading, where the database is to blame.
void check_loaded(const ObjectMap& map, const void* object, const KeyValues& key);

/// Writes the version member of the object itself.
void show_root_version(const ObjectMap& map, std::int64_t version, void* object);

/// Whether the key members still are what was packed.
[[nodiscard]] bool same_key(const ObjectMap& map, const void* object, const Packed& as);
[[nodiscard]] bool same_key(const ObjectMap& map, const void* object, PackedReader as);

/// Whether the member that shows the version shows this one, if there is such a member.
[[nodiscard]] bool shows_root_version(const ObjectMap& map, std::int64_t version,
                                      const void* object);

/// Writes the version members of the object and its children; the lists are as when captured.
void show_versions(const ObjectMap& map, const Packed& from, void* object);

/// The key of the object as its members have it now.
[[nodiscard]] KeyValues key_in(const ObjectMap& map, const void* object);

/// Part of a key that is no member of an object, into the cells of its field.
void capture_key_part(const ObjectMap& map, std::size_t field, const void* part, KeyValues& to);

/// Writes the key members.
void set_key(const ObjectMap& map, void* object, const KeyValues& key);

}  // namespace rowan::mapping
