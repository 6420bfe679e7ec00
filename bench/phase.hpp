#pragma once
/// What is measured, in the order in which it is shown.

#include <array>
#include <string_view>

namespace bench {

enum class Phase { insert, load, change, one_by_one, unique, remove, unchanged, conflict, memory };

struct PhaseText {
  Phase phase;
  std::string_view key;  ///< in bench.json and on the command line
  std::string_view name;
  std::string_view unit;
  enum class Per { all, transaction, order, thousand } per = Per::all;  ///< the value is divided so
};

inline constexpr std::array<PhaseText, 9> phases{{
    {Phase::insert, "a", "insert", "ms"},
    {Phase::load, "b", "load", "ms"},
    {Phase::change, "c", "change", "ms"},
    {Phase::one_by_one, "d", "one at a time", "ms each", PhaseText::Per::transaction},
    {Phase::unique, "u", "unique version", "ms each", PhaseText::Per::transaction},
    {Phase::remove, "e", "delete", "ms"},
    {Phase::unchanged, "g", "nothing changed", "ms per 1000", PhaseText::Per::thousand},
    {Phase::conflict, "conflict", "a tenth is stale", "ms"},
    {Phase::memory, "f", "memory", "bytes each", PhaseText::Per::order},
}};

}  // namespace bench
