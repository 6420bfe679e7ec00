/// Clients, sessions, links and servers that die while commits are under way: what was acknowledged
/// is there, whole and once, and so is what resolve() calls committed; nothing else is.
///
///     torture_crashes --url URL [--commits N] [--seed S]
///
/// N commits in each scenario. The tables torture_* are dropped and made anew.

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <vector>

#include "arguments.hpp"
#include "crashed_servers.hpp"
#include "cut_commits.hpp"
#include "ended_sessions.hpp"
#include "killed_clients.hpp"
#include "processes.hpp"

using namespace torture;

namespace {

std::vector<std::function<void()>> scenarios(const Arguments& told) {
  const auto kill_clients = [&told](rowan::Journal journal, const char* name) {
    return [&told, journal, name] {
      KilledClients(told.url, journal, told.seed).run(told.commits, name);
    };
  };
  if (!told.postgres())
    return {kill_clients(rowan::Journal::write_ahead, "write-ahead log"),
            kill_clients(rowan::Journal::rollback, "rollback journal")};
  return {kill_clients(rowan::Journal::as_it_is, "PostgreSQL"),
          [&told] { end_sessions(told.url, told.commits * 2, told.seed); },
          [&told] { cut_commits(told.url, told.commits / 4 + 1, told.seed); },
          [&told] {
            crash_servers(told.url, told.commits * 4, "crashed servers", &Server::crash_and_start);
          },
          [&told] {
            crash_servers(told.url, told.commits * 4, "killed backends", &Server::kill_backend);
          },
          [&told] { crash_between_statements(told.url); },
          [&told] { crash_before_commit_arrives(told.url); }};
}

}  // namespace

int main(int count, char** values) {
  try {
    const Arguments told = arguments(count, values, 120);
    bool content = true;
    for (const auto& scenario : scenarios(told)) {
      Process process(scenario);
      content = process.wait() && content;
    }
    return content ? EXIT_SUCCESS : EXIT_FAILURE;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "FAILED: %s\n", error.what());
    return EXIT_FAILURE;
  }
}
