#pragma once
/// What the store sells: albums with their tracks, and the playlists that name them.

#include <algorithm>
#include <compare>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <rowan/decimal.hpp>

namespace chinook {

using Money = rowan::Decimal;  // NUMERIC(10,2), exactly

struct ArtistId {
  std::int64_t value = 0;
};
struct GenreId {
  std::int64_t value = 0;
  friend auto operator<=>(const GenreId&, const GenreId&) = default;
};
struct MediaTypeId {
  std::int64_t value = 0;
};
struct AlbumId {
  std::int64_t value = 0;
};
struct TrackId {
  std::int64_t value = 0;
  friend auto operator<=>(const TrackId&, const TrackId&) = default;
};
struct PlaylistId {
  std::int64_t value = 0;
};

struct Genre {
  GenreId id;
  std::optional<std::string> name;
};

struct Track {
  TrackId id;
  std::string name;
  MediaTypeId media_type;
  std::optional<GenreId> genre;
  std::optional<std::string> composer;
  std::int64_t milliseconds = 0;
  std::optional<std::int64_t> bytes;
  Money unit_price;
};

/// Its version is kept beside it, not in it.
class Album {
 public:
  [[nodiscard]] AlbumId id() const { return id_; }
  [[nodiscard]] const std::string& title() const { return title_; }
  [[nodiscard]] const std::vector<Track>& tracks() const { return tracks_; }

  /// Returns how many tracks of the genre it has.
  std::size_t raise_prices(GenreId genre, const Money& by) {
    std::size_t raised = 0;
    for (Track& track : tracks_)
      if (track.genre == genre) {
        track.unit_price += by;
        ++raised;
      }
    return raised;
  }
  /// The track leaves this album, to be put into another.
  [[nodiscard]] Track take(TrackId id) {
    const auto found = std::find_if(tracks_.begin(), tracks_.end(),
                                    [&](const Track& track) { return track.id == id; });
    if (found == tracks_.end()) throw std::out_of_range("the album has no such track");
    Track taken = std::move(*found);
    tracks_.erase(found);
    return taken;
  }
  void put(Track track) { tracks_.push_back(std::move(track)); }

 private:
  template <auto>
  friend struct Tables;  // the one trace of persistence

  AlbumId id_;
  std::string title_;
  ArtistId artist_;
  std::vector<Track> tracks_;
};

class Playlist {
 public:
  [[nodiscard]] PlaylistId id() const { return id_; }
  [[nodiscard]] std::string name() const { return name_.value_or("(no name)"); }
  [[nodiscard]] const std::vector<TrackId>& tracks() const { return tracks_; }
  [[nodiscard]] bool has(TrackId track) const {
    return std::find(tracks_.begin(), tracks_.end(), track) != tracks_.end();
  }
  void drop(TrackId track) { std::erase(tracks_, track); }

 private:
  template <auto>
  friend struct Tables;

  PlaylistId id_;
  std::optional<std::string> name_;
  std::vector<TrackId> tracks_;  // each is all there is to a row
};

}  // namespace chinook
