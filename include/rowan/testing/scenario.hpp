#pragma once
/// What is run: the code of some actors, what is there before them, and how far they are looked at.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <rowan/testing/actor.hpp>
#include <rowan/testing/anomaly.hpp>

namespace rowan::testing {

/// How many runs are made, besides those of the serial orders that they are compared with.
struct Limit {
  std::size_t systematic = 2000;  ///< in order, until all are made or these are
  std::size_t random = 500;       ///< after those, if there are more
  std::uint64_t seed = 1;         ///< of the random ones
};

/// Something that has to hold after each run, whatever became of the actors.
struct Invariant {
  std::string name;
  std::function<void(UnitOfWork&)> check;  ///< throws when it does not hold: anything
};

struct Scenario {
  std::string name;                        ///< as reports call it
  std::function<void(UnitOfWork&)> fresh;  ///< stores what is there before; is committed behind it
  std::vector<ActorCode> actors;           ///< one to six
  std::vector<Invariant> invariants{};
  Steps steps = Steps::statements;
  Limit limit{};
  std::optional<Anomaly> looks_for{};  ///< what it is made to show; see Report::expect
};

}  // namespace rowan::testing
