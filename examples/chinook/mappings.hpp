#pragma once
/// What everybody else sees of the mappings: the roots with their keys, and a schema for each
/// database.

#include <string_view>
#include <type_traits>

#include <rowan/fwd.hpp>
#include <rowan/schema.hpp>

#include "music.hpp"
#include "naming.hpp"
#include "people.hpp"
#include "sales.hpp"

namespace chinook {

// Declared only: they say what are roots, and by which ids. The mappings come with schema_for.
rowan::Mapping<Album, AlbumId> mapping_of(std::type_identity<Album>);
rowan::Mapping<Customer, CustomerId> mapping_of(std::type_identity<Customer>);
rowan::Mapping<Employee, EmployeeId> mapping_of(std::type_identity<Employee>);
rowan::Mapping<Genre, GenreId> mapping_of(std::type_identity<Genre>);
rowan::Mapping<Invoice, InvoiceId> mapping_of(std::type_identity<Invoice>);
rowan::Mapping<Playlist, PlaylistId> mapping_of(std::type_identity<Playlist>);

/// How Chinook's script for this kind of database spells its names.
[[nodiscard]] Spelling spelling_of(std::string_view url);

[[nodiscard]] rowan::Schema schema_for(Spelling spelling);

}  // namespace chinook
