#pragma once
/// Where a PostgreSQL server is, and whether it is ours to start anew.

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <rowan/soci.hpp>

#include "parcels.hpp"
#include "processes.hpp"

namespace torture {

/// Says why a scenario cannot be had; where PostgreSQL is required, all of them are.
inline void skip(const char* scenario, const std::string& reason) {
  const char* required = std::getenv("ROWAN_REQUIRE_POSTGRES");
  require(required == nullptr || std::string_view(required) != "1",
          std::string(scenario) + ": ROWAN_REQUIRE_POSTGRES=1, but " + reason);
  std::printf("%s: skipped, as %s\n", scenario, reason.c_str());
}

class Server {
 public:
  explicit Server(const std::string& url) {
    constexpr std::string_view scheme = "postgresql://";
    require(url.starts_with(scheme), "not a URL of PostgreSQL");
    std::string target = url.substr(scheme.size());
    if (target.find('=') == target.npos || target.find('?') < target.find('=')) target = url;
    const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options(
        PQconninfoParse(target.c_str(), nullptr), PQconninfoFree);
    require(options != nullptr, "libpq does not understand the URL");
    for (const auto* option = options.get(); option->keyword != nullptr; ++option)
      if (option->val != nullptr) options_[option->keyword] = option->val;

    rowan::Store store = open_parcels(url);
    auto unit = store.begin();
    soci::session& session = rowan::session(unit);
    session << "SELECT coalesce(current_setting('data_directory', true), '')",
        soci::into(data_folder_);
    session << "SELECT current_setting('port')", soci::into(port_);
    session << "SELECT setting FROM pg_config WHERE name = 'BINDIR'", soci::into(programs_);
  }

  /// Empty when it is reached by TCP.
  [[nodiscard]] std::string socket() const {
    const auto host = options_.find("host");
    if (host == options_.end() || !host->second.starts_with('/')) return {};
    return host->second + "/.s.PGSQL." + port_;
  }

  /// The same database, by way of another socket of port 5432.
  [[nodiscard]] std::string url_by_way_of(const std::string& folder) const {
    std::map<std::string, std::string> options = options_;
    options["host"] = folder;
    options["port"] = "5432";
    options.erase("hostaddr");
    return "postgresql://" + spelled(options);
  }

  /// Why it must not or cannot be started anew; empty when it can. Only a server whose socket and
  /// data are in one folder is one that cmake/throwaway_postgres.sh has made.
  [[nodiscard]] std::string keeps_running_since() const {
    const std::filesystem::path data = data_folder_;
    if (socket().empty()) return "the server is not reached by a socket";
    if (data.filename() != "data" || data.parent_path() != options_.at("host"))
      return "the server is none of cmake/throwaway_postgres.sh";
    struct stat owner {};
    if (::stat(data.c_str(), &owner) != 0) return "the server's files are not here";
    if (::geteuid() != 0 && ::geteuid() != owner.st_uid)
      return "the server belongs to another user";
    if (::access((programs_ + "/pg_ctl").c_str(), X_OK) != 0) return "there is no pg_ctl";
    return {};
  }

  /// Kills the process of a session that is writing, or else of one of its own, as the kernel does
  /// when memory is short. The server then ends all sessions and recovers; returns when it can be
  /// used again.
  void kill_backend() const {
    const std::string target = spelled(options_);
    const Link witness = link(target);
    const Link victim = link(target);
    const std::unique_ptr<PGresult, void (*)(PGresult*)> found(
        PQexec(victim.get(),
               "SELECT coalesce((SELECT max(pid) FROM pg_locks WHERE mode ="
               " 'RowExclusiveLock' AND relation = to_regclass('torture_shippers')),"
               " pg_backend_pid())"),
        PQclear);
    require(PQntuples(found.get()) == 1, PQerrorMessage(victim.get()));
    check_system_call(::kill(std::atoi(PQgetvalue(found.get(), 0, 0)), SIGKILL) == 0, "kill");
    // A killed process is gone before the server knows of it, and until then the server takes
    // clients; it ends the session of another only once it has begun to recover.
    constexpr int patience = 6000;  // of 10 ms each
    for (int turn = 0; PQstatus(witness.get()) == CONNECTION_OK; ++turn) {
      require(turn < patience, "the server goes on though one of its processes was killed");
      PQclear(PQexec(witness.get(), "SELECT pg_sleep(0.01)"));
    }
    for (int turn = 0; PQping(target.c_str()) != PQPING_OK; ++turn) {
      require(turn < patience, "the server does not recover");
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }

  /// Ends it as a crash would, and returns when it can be used again.
  void crash_and_start() const {
    struct stat owner {};
    check_system_call(::stat(data_folder_.c_str(), &owner) == 0, "stat");
    const std::string program = programs_ + "/pg_ctl";
    const std::string data = "--pgdata=" + data_folder_;
    const std::string log = "--log=" + data_folder_ + "/log";
    const pid_t child = ::fork();
    check_system_call(child >= 0, "fork");
    if (child == 0) {
      // There are threads, so from here on only what may be called in a signal handler.
      if (::geteuid() == 0 && (::setgroups(0, nullptr) != 0 || ::setgid(owner.st_gid) != 0 ||
                               ::setuid(owner.st_uid) != 0))
        ::_exit(126);
      if (::chdir("/") != 0) ::_exit(126);
      ::execl(program.c_str(), "pg_ctl", "restart", "--wait", "--silent", "--mode=immediate",
              data.c_str(), log.c_str(), static_cast<char*>(nullptr));
      ::_exit(127);
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    require(WIFEXITED(status) && WEXITSTATUS(status) == 0, "pg_ctl restart failed");
  }

 private:
  using Link = std::unique_ptr<PGconn, void (*)(PGconn*)>;

  /// One that keeps silent about how it ends.
  static Link link(const std::string& target) {
    Link out(PQconnectdb(target.c_str()), PQfinish);
    PQsetNoticeProcessor(
        out.get(), [](void*, const char*) {}, nullptr);
    return out;
  }

  /// For libpq.
  static std::string spelled(const std::map<std::string, std::string>& options) {
    std::string out;
    for (const auto& [keyword, value] : options) {
      out += keyword + "='";
      for (const char c : value) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
      }
      out += "' ";
    }
    return out;
  }

  std::map<std::string, std::string> options_;
  std::string data_folder_;
  std::string port_;
  std::string programs_;
};

}  // namespace torture
