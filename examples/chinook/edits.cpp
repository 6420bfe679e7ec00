/// The steps that change something, each with what it claims about the statements it took.

#include <algorithm>
#include <iostream>
#include <map>
#include <set>
#include <stdexcept>

#include "steps.hpp"

namespace chinook {
namespace {

/// The roots a step changed, with the versions they had before.
template <class T>
class Moved {
 public:
  void add(const rowan::Ref<T>& root) { before_.emplace_back(root, root.version()); }
  [[nodiscard]] std::size_t size() const { return before_.size(); }
  [[nodiscard]] bool by_one() const {
    for (const auto& [root, version] : before_)
      if (root.version() != version + 1) return false;
    return true;
  }

 private:
  std::vector<std::pair<rowan::Ref<T>, std::int64_t>> before_;
};

GenreId genre_named(rowan::UnitOfWork& work, const std::string& name) {
  const auto found = work.find_all<Genre>(rowan::where("name = ?", name));
  if (found.empty()) throw std::runtime_error("there is no genre named " + name);
  return found.front().id();
}

std::string of_track(TrackId track) {
  return " WHERE track_id = " + std::to_string(track.value);
}

}  // namespace

void raise_prices(Shop& shop, const std::string& genre, const Money& by) {
  say("Raising the price of " + genre + " by " + by.to_string());
  auto work = shop.store().begin();
  const GenreId id = genre_named(work, genre);
  const std::string tracks_of_it = "track WHERE genre_id = " + std::to_string(id.value);
  const Money before = shop.ask_sum("unit_price", tracks_of_it);

  std::size_t raised = 0;
  Moved<Album> albums;
  for (const auto& album : work.find_all<Album>())
    if (const std::size_t n = album->raise_prices(id, by)) {
      raised += n;
      albums.add(album);
    }
  shop.ledger().clear();
  work.commit();

  shop.claim(albums.by_one() && shop.writes("UPDATE", "album") == albums.size(),
             counted(albums.size(), "album") + " moved on by one version each");
  shop.claim(
      shop.writes("UPDATE", "track") == raised && shop.ledger().rows() == raised + albums.size(),
      counted(raised, "track") + " updated, and nothing else");
  const Money after = shop.ask_sum("unit_price", tracks_of_it);
  shop.claim(
      after == before + by * static_cast<std::int64_t>(raised),
      "in SQL their prices add up to " + after.to_string() + ", before to " + before.to_string());
}

void drop_from_playlists(Shop& shop) {
  auto work = shop.store().begin();
  const auto playlists = work.find_all<Playlist>();
  std::map<TrackId, std::size_t> uses;
  for (const auto& playlist : playlists)
    for (const TrackId track : playlist->tracks()) ++uses[track];
  if (uses.empty()) throw std::runtime_error("no playlist has a track");
  const auto [track, most] = *std::max_element(
      uses.begin(), uses.end(), [](const auto& a, const auto& b) { return a.second < b.second; });

  say("Dropping track " + std::to_string(track.value) + ", which " + counted(most, "playlist") +
      " have, from them all");
  Moved<Playlist> changed;
  for (const auto& playlist : playlists)
    if (playlist->has(track)) {
      playlist->drop(track);
      changed.add(playlist);
    }
  shop.ledger().clear();
  work.commit();

  shop.claim(changed.by_one() && shop.writes("UPDATE", "playlist") == most,
             counted(most, "playlist") + " moved on by one version each");
  shop.claim(
      shop.writes("DELETE FROM", "playlist_track") == most && shop.ledger().rows() == 2 * most,
      counted(most, "row") + " deleted, and nothing else");
  shop.claim(shop.ask("SELECT COUNT(*) FROM playlist_track" + of_track(track)) == 0,
             "in SQL no playlist has it");
}

namespace {

/// The first album that has a track which was sold and is on a playlist, and that track.
std::pair<std::size_t, TrackId> one_in_use(rowan::UnitOfWork& work,
                                           const std::vector<rowan::Ref<Album>>& albums) {
  std::set<TrackId> sold;
  for (const auto& invoice : work.find_all<Invoice>())
    for (const InvoiceLine& line : invoice->lines()) sold.insert(line.track);
  std::set<TrackId> listed;
  for (const auto& playlist : work.find_all<Playlist>())
    listed.insert(playlist->tracks().begin(), playlist->tracks().end());
  for (std::size_t i = 0; i < albums.size(); ++i)
    for (const Track& track : albums[i]->tracks())
      if (sold.contains(track.id) && listed.contains(track.id)) return {i, track.id};
  throw std::runtime_error("no track was sold and is on a playlist");
}

}  // namespace

void move_track(Shop& shop) {
  auto work = shop.store().begin();
  const auto albums = work.find_all<Album>();
  const auto [i, track] = one_in_use(work, albums);
  const auto& from = albums[i];
  const auto& to = albums[(i + 1) % albums.size()];
  say("Moving track " + std::to_string(track.value) + " from \"" + from->title() + "\" to \"" +
      to->title() + "\"");

  const std::string lines = "SELECT COUNT(*) FROM invoice_line" + of_track(track);
  const std::string lists = "SELECT COUNT(*) FROM playlist_track" + of_track(track);
  const std::int64_t sales = shop.ask(lines);
  const std::int64_t uses = shop.ask(lists);
  Moved<Album> both;
  both.add(from);
  both.add(to);
  to->put(from->take(track));
  shop.ledger().clear();
  work.commit();

  shop.claim(shop.writes("UPDATE", "track") == 1 && shop.ledger().rows() == 3,
             "the move is one UPDATE of the track, and nothing was deleted or inserted");
  shop.claim(both.by_one() && shop.writes("UPDATE", "album") == 2,
             "both albums moved on by one version");
  shop.claim(shop.ask("SELECT album_id FROM track" + of_track(track)) == to.id().value,
             "in SQL it is on album " + std::to_string(to.id().value));
  shop.claim(shop.ask(lines) == sales && shop.ask(lists) == uses,
             counted(static_cast<std::size_t>(sales), "invoice line") + " and " +
                 counted(static_cast<std::size_t>(uses), "playlist") + " name it as before");
  const std::string orphans =
      " l LEFT JOIN track t ON t.track_id = l.track_id"
      " WHERE t.track_id IS NULL";
  shop.claim(shop.ask("SELECT COUNT(*) FROM invoice_line" + orphans) == 0 &&
                 shop.ask("SELECT COUNT(*) FROM playlist_track" + orphans) == 0,
             "no line of an invoice or a playlist names a track that is not there");
}

void two_editors(Shop& shop) {
  const InvoiceId id = shop.store().begin().find_all<Invoice>(rowan::Query().limit(1)).front().id();
  say("Two editors have invoice " + std::to_string(id.value) + " before them");
  auto work = shop.store().begin();
  const auto invoice = work.get<Invoice>(id);
  const std::int64_t seen = invoice->version();

  Address address = invoice->billing();
  address.street = address.street == "1 Harbour Road" ? "2 Harbour Road" : "1 Harbour Road";
  shop.store().transact(
      [&](rowan::UnitOfWork& other) { other.get<Invoice>(id)->bill_to(address); });
  std::cout << "  one has it billed to " << *address.street << ", and commits first\n";

  const auto edit = [&] {
    const InvoiceLine& line = invoice->lines().front();
    invoice->change_quantity(line.id, line.quantity == 1 ? 2 : 1);
  };
  edit();
  shop.ledger().clear();
  try {
    work.commit();
    shop.claim(false, "the other, who changes a quantity, is told");
  } catch (const rowan::StaleDataError& stale) {
    const auto& conflict = stale.conflicts().front();
    std::cout << "  the other changes a quantity: expected version " << conflict.expected
              << ", found version " << conflict.found.value_or(0) << "\n";
    shop.claim(stale.conflicts().size() == 1 && stale.concerns(invoice) &&
                   conflict.expected == seen && conflict.found == seen + 1,
               "the conflict says which invoice and which versions");
    work.rollback();
    work.refresh(invoice);
    edit();
    work.commit();
  }
  shop.claim(invoice->version() == seen + 2 && invoice->billing() == address,
             "looked at again and committed, it is at version " +
                 std::to_string(invoice->version()) + " with what both have done");
  auto later = shop.store().begin();
  const auto stored = later.get<Invoice>(id);
  shop.claim(stored->billing() == address && stored->total() == invoice->total() &&
                 stored->version() == invoice->version(),
             "so it is in the database, with a total of " + stored->total().to_string());
}

}  // namespace chinook
