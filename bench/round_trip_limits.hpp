#pragma once
/// How many round trips Rowan may take on PostgreSQL. Lower them when it takes less.

#include <array>
#include <cstdint>

#include "phase.hpp"

namespace bench {

constexpr std::int64_t limited_size = 1200;  ///< orders: more than one statement takes the keys of
constexpr std::int64_t limited_transactions = 50;  ///< of one order

struct RoundTripLimit {
  Phase phase;
  long most;  ///< one at a time: of all transactions together
};

inline constexpr std::array<RoundTripLimit, 8> round_trip_limits{{
    {Phase::insert, 3},  // one of them asks for the types of parameters, once for a connection
    {Phase::load, 1},
    {Phase::change, 3},
    {Phase::one_by_one, 3 * limited_transactions},
    {Phase::unique, 2 * limited_transactions},
    {Phase::remove, 3},
    {Phase::unchanged, 0},
    {Phase::conflict, 3},
}};

}  // namespace bench
