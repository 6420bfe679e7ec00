#include "check_round_trips.hpp"

#include <algorithm>
#include <cstdio>

#include "failure.hpp"
#include "round_trip_limits.hpp"
#include "rowan_unit.hpp"
#include "series.hpp"

namespace bench {

void check_round_trips(const std::string& url) {
  Database database(url);
  // Slow enough that an answer is never there before the client has sent all it has to say.
  const ProxiedUrl counted(url, 2);
  const auto contestant = rowan_unit(counted.url, nullptr);
  Costs costs =
      run_round(*contestant, database, {.n = limited_size, .transactions = limited_transactions},
                {.proxy = counted.proxy.get()});
  bool all_kept = true;
  std::printf("Round trips of Rowan, N = %lld\n", static_cast<long long>(limited_size));
  for (const RoundTripLimit& limit : round_trip_limits) {
    const auto* text = std::find_if(phases.begin(), phases.end(), [&](const PhaseText& phase) {
      return phase.phase == limit.phase;
    });
    const long trips = costs[limit.phase].round_trips;
    const bool kept = trips <= limit.most;
    all_kept = all_kept && kept;
    std::printf("%-18.*s %6ld of %6ld%s\n", static_cast<int>(text->name.size()), text->name.data(),
                trips, limit.most, kept ? "" : "  TOO MANY");
  }
  require(all_kept, "there are more round trips than there may be");
}

}  // namespace bench
