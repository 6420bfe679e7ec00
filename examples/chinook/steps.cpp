/// The steps that read: adopting, loading everything, checking sums.

#include "steps.hpp"

#include <chrono>
#include <iostream>

namespace chinook {
namespace {

template <class T>
void load_all(rowan::UnitOfWork& work, const std::string& what) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  const std::size_t n = work.find_all<T>().size();
  std::cout << "  loaded " << counted(n, what) << " in "
            << std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start).count()
            << " ms" << std::endl;
}

}  // namespace

void adopt(Shop& shop) {
  say("Adopting the tables as they are");
  shop.ledger().clear();
  shop.store().adopt_tables();
  std::cout << "  added " << counted(shop.ledger().statements("alter table "), "version column")
            << "\n";
  shop.ledger().clear();
  shop.store().adopt_tables();
  shop.claim(shop.ledger().statements("") == 0, "adopting them again changes nothing");
  shop.store().check_tables();
  shop.claim(true, "the tables are as the mappings say");
}

void load_everything(Shop& shop) {
  say("Loading everything, and committing");
  shop.ledger().clear();
  auto work = shop.store().begin();
  load_all<Employee>(work, "employee");
  load_all<Customer>(work, "customer");
  load_all<Genre>(work, "genre");
  load_all<Album>(work, "album");
  load_all<Playlist>(work, "playlist");
  load_all<Invoice>(work, "invoice");
  work.commit();
  shop.claim(shop.ledger().statements("") == 0, "the commit wrote nothing");
}

void check_sums(Shop& shop) {
  say("Holding the aggregates against SQL");
  auto work = shop.store().begin({.access = rowan::Access::read_only});
  Money totals;
  Money amounts;
  for (const auto& invoice : work.find_all<Invoice>()) {
    totals += invoice->total();
    for (const InvoiceLine& line : invoice->lines()) amounts += line.amount();
  }
  Money prices;
  std::int64_t length = 0;
  for (const auto& album : work.find_all<Album>())
    for (const Track& track : album->tracks()) {
      prices += track.unit_price;
      length += track.milliseconds;
    }
  std::size_t entries = 0;
  for (const auto& playlist : work.find_all<Playlist>()) entries += playlist->tracks().size();

  const auto claim = [&](const std::string& what, const Money& here, const Money& there) {
    shop.claim(here == there,
               what + ": " + here.to_string() + " here, " + there.to_string() + " in SQL");
  };
  claim("totals of invoices", totals, shop.ask_sum("total", "invoice"));
  claim("amounts of their lines", amounts, shop.ask_sum("unit_price * quantity", "invoice_line"));
  claim("prices of tracks", prices, shop.ask_sum("unit_price", "track"));
  claim("milliseconds of music", length, shop.ask("SELECT SUM(milliseconds) FROM track"));
  claim("tracks on playlists", Money(static_cast<std::int64_t>(entries)),
        shop.ask("SELECT COUNT(*) FROM playlist_track"));
  shop.claim(totals == amounts, "the totals are those of the lines");
}

}  // namespace chinook
