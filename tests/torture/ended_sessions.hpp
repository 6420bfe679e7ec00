#pragma once
/// An administrator who ends the sessions of clients under load.

#include <cstdint>
#include <cstdio>
#include <random>
#include <string>

#include <rowan/soci.hpp>

#include "crowd.hpp"

namespace torture {

/// Else a statement, or a COMMIT, is over too soon to be met.
inline void slow_down(rowan::Store& store) {
  auto unit = store.begin();
  rowan::session(unit) << "CREATE OR REPLACE FUNCTION torture_slow_down() RETURNS trigger"
                          " LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.003); RETURN NULL; END'";
  rowan::session(unit) << "CREATE TRIGGER torture_slow_insert AFTER INSERT ON torture_parcels"
                          " FOR EACH ROW EXECUTE FUNCTION torture_slow_down()";
  rowan::session(unit) << "CREATE CONSTRAINT TRIGGER torture_slow_commit AFTER UPDATE"
                          " ON torture_shippers DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
                          " EXECUTE FUNCTION torture_slow_down()";
  unit.commit();
}

inline void end_sessions(const std::string& url, std::int64_t commits, std::uint32_t seed) {
  constexpr int clients = 3;
  Crowd crowd(url, clients, 1 + (commits - 1) / clients);
  rowan::Store administration = open_parcels(url, {.connections = 1});
  slow_down(administration);
  std::mt19937 random(seed);
  std::int64_t ended = 0;
  std::int64_t wanted = 1;
  while (crowd.wait_for(wanted) < crowd.commits()) {
    // Whoever is writing to our tables, and nobody else who may be using this server.
    long long some = 0;
    auto unit = administration.begin();
    rowan::session(unit)
        << "SELECT count(pg_terminate_backend(pid)) FROM (SELECT DISTINCT pid FROM pg_locks"
           " WHERE relation = to_regclass('torture_shippers') AND mode = 'RowExclusiveLock'"
           " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
           " ORDER BY pid LIMIT 1) AS writers",
        soci::into(some);
    ended += some;
    if (some > 0) wanted += std::uniform_int_distribution<std::int64_t>(1, 6)(random);
  }
  const Losses losses = crowd.finish();
  require(losses.connections_lost > 0, "no session was ended before COMMIT");
  require(losses.committed + losses.rolled_back > 0, "no session was ended within COMMIT");
  std::printf("ended sessions: %lld ended; %s\n", static_cast<long long>(ended),
              losses.text().c_str());
}

}  // namespace torture
