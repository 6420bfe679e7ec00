#pragma once
/// Tables that somebody else has made, and the mapping that is to find them good.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <rowan/mapping.hpp>
#include <rowan/schema.hpp>

#include "unit/sql/tables_domain.hpp"

namespace tracks {

struct Track {
  std::int64_t id = 0;
  std::int64_t version = 0;
  std::string name;
  std::optional<std::string> composer;
  std::vector<depot::Tag> tags;
  std::vector<depot::Parcel> parcels;
};

inline rowan::Schema schema() {
  using namespace rowan;
  return Schema::of(
      aggregate("track", key("id", &Track::id), version("version", &Track::version))
          .column("name", &Track::name)
          .column("composer", &Track::composer)
          .children(&Track::tags, child("tag", parent("track_id"), key("text", &depot::Tag::text)))
          .children(&Track::parcels, child("parcel", parent("track_id"),
                                           key("id", &depot::Parcel::id, unique_in_table))));
}

constexpr auto track =
    "CREATE TABLE track (id integer PRIMARY KEY, version bigint NOT NULL, "
    "name varchar(10), composer text)";
constexpr auto tag = "CREATE TABLE tag (track_id integer, text text, PRIMARY KEY (track_id, text))";
constexpr auto parcel = "CREATE TABLE parcel (track_id integer, id uuid UNIQUE)";

}  // namespace tracks
