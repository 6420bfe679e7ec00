#pragma once
/// Links that are cut at a COMMIT: before the server sees it, or before the client sees the answer.

#include <cstdint>
#include <cstdio>
#include <random>
#include <string>

#include "commit_cutter.hpp"
#include "parcels.hpp"
#include "server.hpp"
#include "sure_client.hpp"

namespace torture {

inline void cut_commits(const std::string& url, std::int64_t wanted_cuts, std::uint32_t seed) {
  using When = CommitCutter::When;
  const Server server(url);
  if (server.socket().empty()) return skip("cut commits", "the server is not reached by a socket");
  CommitCutter cutter(server.socket());
  rowan::Store store = open_parcels(server.url_by_way_of(cutter.folder()));
  found_shippers(store, 1);
  SureClient asker(store, 1, [] {});
  std::mt19937 random(seed);
  std::int64_t committed = 0;
  int cuts = 0;
  while (cuts < wanted_cuts) {
    const When when = random() % 2 == 0 ? When::before : When::after;
    const bool whole = random() % 2 == 0;
    // Each unit sends one COMMIT from here on: from the first read on, or with what is read before.
    const int nth = whole ? 1 + static_cast<int>(random() % 4) : 1;
    if (whole) cutter.cut(nth, when);
    for (int i = 1; i <= nth; ++i) {
      auto unit = store.begin({.transaction = whole ? rowan::Transaction::from_first_read
                                                    : rowan::Transaction::at_commit});
      const std::int64_t number = ship(unit, 1);
      require(number == committed + 1,
              "after commit " + std::to_string(committed) + " comes " + std::to_string(number));
      if (!whole) cutter.cut(nth, when);
      try {
        unit.commit();
        require(i < nth, "a COMMIT that was cut off is said to have succeeded");
        ++committed;
      } catch (const rowan::CommitUnknown& lost) {
        require(i == nth, "a COMMIT is said to be lost that was not cut off");
        const bool done = asker.resolve(lost);
        require(done == (when == When::after),
                std::string("resolve() says that it was ") + (done ? "committed" : "rolled back"));
        committed += done ? 1 : 0;
      }
    }
    require(cutter.cuts() == ++cuts, "a COMMIT was not cut off");
    require(check_parcels(store, 1) == committed, "what is there is not what was committed");
  }
  std::printf(
      "cut commits: %d cut, %lld before the server and %lld after it; asked again %lld"
      " times\n",
      cuts, static_cast<long long>(asker.losses.rolled_back),
      static_cast<long long>(asker.losses.committed),
      static_cast<long long>(asker.losses.asked_again));
}

}  // namespace torture
