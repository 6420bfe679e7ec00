#pragma once
/// A server that crashes, and comes back.

#include <cstdint>
#include <cstdio>
#include <mutex>
#include <string>

#include "commit_cutter.hpp"
#include "crowd.hpp"
#include "server.hpp"

namespace torture {

/// Says why, if it does.
inline bool keeps_running(const Server& server, const char* scenario) {
  const std::string reason = server.keeps_running_since();
  if (!reason.empty()) skip(scenario, reason);
  return !reason.empty();
}

/// Under load; `crash` returns when the server can be used again.
inline void crash_servers(const std::string& url, std::int64_t commits, const char* name,
                          void (Server::*crash)() const) {
  const Server server(url);
  if (keeps_running(server, name)) return;
  constexpr int clients = 3;
  constexpr int wanted_crashes = 3;
  Crowd crowd(url, clients, 1 + (commits - 1) / clients);
  int crashes = 0;
  while (crashes < wanted_crashes) {
    const std::int64_t enough = crowd.commits() * (crashes + 1) / (wanted_crashes + 1);
    if (crowd.wait_for(enough) >= crowd.commits()) break;
    const std::lock_guard down(crowd.server_is_down());
    (server.*crash)();
    ++crashes;
  }
  const Losses losses = crowd.finish();
  require(crashes > 0 && losses.connections_lost + losses.committed + losses.rolled_back > 0,
          "nobody lost a connection: nothing was tested");
  std::printf("%s: %d crashes; %s\n", name, crashes, losses.text().c_str());
}

/// A server that goes says so in a notice, and then hangs up.
inline void crash_between_statements(const std::string& url) {
  const Server server(url);
  if (keeps_running(server, "crash between statements")) return;
  rowan::Store store = open_parcels(url);
  found_shippers(store, 1);
  auto unit = store.begin({.transaction = rowan::Transaction::from_first_read});
  ship(unit, 1);
  server.crash_and_start();
  try {
    unit.commit();
    throw Broken("a unit whose server crashed is said to be committed");
  } catch (const rowan::ConnectionLost&) {
    std::printf("crash between statements: the connection is said to be lost\n");
  } catch (const rowan::Error& error) {
    throw Broken(std::string("the server crashed, and that is no ConnectionLost: ") + error.what());
  }
  require(check_parcels(store, 1) == 0, "what was not committed is there");
}

/// What has an id and is not flushed is forgotten in a crash, id and all; another transaction is
/// given it then.
inline void crash_before_commit_arrives(const std::string& url) {
  const Server server(url);
  if (keeps_running(server, "crash before COMMIT arrives")) return;
  CommitCutter cutter(server.socket());
  rowan::Store store = open_parcels(server.url_by_way_of(cutter.folder()));
  found_shippers(store, 2);
  auto unit = store.begin();
  ship(unit, 1);
  cutter.cut(1, CommitCutter::When::stalled);
  try {
    unit.commit();
    throw Broken("a COMMIT that was cut off is said to have succeeded");
  } catch (const rowan::CommitUnknown& lost) {
    server.crash_and_start();
    for (int others = 0; others < 4; ++others) {
      const auto answer = lost.resolve();
      require(answer != rowan::CommitUnknown::Answer::committed,
              "resolve() says that a transaction was committed whose id was given to another one "
              "after a crash; commits of others since: " +
                  std::to_string(others));
      store.transact([](rowan::UnitOfWork& other) { ship(other, 2); });
    }
  }
  require(check_parcels(store, 1) == 0, "what was not committed is there");
  std::printf("crash before COMMIT arrives: resolve() does not say that it was committed\n");
}

}  // namespace torture
