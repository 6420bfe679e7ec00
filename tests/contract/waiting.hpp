#pragma once
/// Who waits for whom on a PostgreSQL server that other tests use at the same time.

#include <chrono>
#include <string>
#include <thread>

#include <rowan/soci.hpp>

#include "database.hpp"

namespace contract {

/// The server's process for the unit's transaction.
inline int process_of(rowan::UnitOfWork& unit) {
  int pid = 0;
  rowan::session(unit) << "SELECT pg_backend_pid()", soci::into(pid);
  return pid;
}

/// Whether somebody comes to wait for a lock of that process, within some seconds.
inline bool is_waited_for(Database<Postgres>& db, int process) {
  const std::string waiting = "SELECT count(*) FROM pg_stat_activity WHERE " +
                              std::to_string(process) + " = ANY (pg_blocking_pids(pid))";
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (std::chrono::steady_clock::now() < end) {
    if (db.number(waiting) > 0) return true;
    std::this_thread::yield();
  }
  return false;
}

}  // namespace contract
