#pragma once
/// What one phase costs: time, round trips, statements.

#include <atomic>
#include <chrono>
#include <ctime>
#include <functional>

#include <rowan/observer.hpp>

#include "proxy.hpp"

namespace bench {

enum class Clock {
  cpu,  ///< user and system time of this process, as getrusage has it, but finer
  wall,
};

inline double now_in_ms(Clock clock) {
  timespec now{};
  ::clock_gettime(clock == Clock::cpu ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

/// Of Rowan, as it says itself.
class StatementCounter final : public rowan::Observer {
 public:
  void statement(const rowan::StatementEvent&) noexcept override { ++statements_; }
  [[nodiscard]] long statements() const { return statements_; }

 private:
  std::atomic<long> statements_ = 0;
};

struct Cost {
  double value = 0;      ///< ms; bytes, of memory
  long round_trips = 0;  ///< with a proxy
  long statements = 0;   ///< with a proxy or a counter
};

/// Measures with what it is given.
struct Meter {
  Clock clock = Clock::wall;
  const Proxy* proxy = nullptr;
  const StatementCounter* counter = nullptr;

  [[nodiscard]] Cost cost_of(const std::function<void()>& work) const {
    const Cost before = counted();
    const double start = now_in_ms(clock);
    work();
    const double end = now_in_ms(clock);
    const Cost after = counted();
    return {end - start, after.round_trips - before.round_trips,
            after.statements - before.statements};
  }

 private:
  [[nodiscard]] Cost counted() const {
    Cost out;
    if (proxy != nullptr)
      out = {0, proxy->round_trips(), proxy->statements()};
    else if (counter != nullptr)
      out.statements = counter->statements();
    return out;
  }
};

}  // namespace bench
