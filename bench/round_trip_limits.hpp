#pragma once
/// How many round trips Rowan may take on PostgreSQL. Lower them when it takes less.

#include <array>
#include <cstdint>

#include "phase.hpp"

namespace bench {

constexpr std::int64_t limited_size = 50;  ///< orders, and transactions of one

struct RoundTripLimit {
  Phase phase;
  long most;  ///< one at a time: of all transactions together
};

inline constexpr std::array<RoundTripLimit, 7> round_trip_limits{{
    {Phase::insert, 302},
    {Phase::load, 4},
    {Phase::change, 102},
    {Phase::one_by_one, 400},
    {Phase::remove, 352},
    {Phase::unchanged, 0},
    {Phase::conflict, 15},
}};

}  // namespace bench
