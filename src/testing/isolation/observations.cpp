#include "observations.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace rowan::testing {

void Observations::clear() {
  *this = {};
}

void Observations::add(UnitId unit, Observation observation) {
  Unit& of = units_[unit];
  // A unit that goes on after a failure goes on with what it had, unless it is loaded again.
  if (of.failed && observation.kind == Observation::Kind::aggregate)
    std::erase_if(of.seen, [&](const Observation& old) {
      return old.kind == observation.kind && old.root_table == observation.root_table &&
             old.root_key == observation.root_key;
    });
  of.seen.push_back(std::move(observation));
}

void Observations::add(Observation observation) {
  const auto latest = units_.find(latest_);
  (latest == units_.end() ? seen_ : latest->second.seen).push_back(std::move(observation));
}

void Observations::add(UnitId unit, VersionAccess access) {
  units_[unit].accesses.push_back(std::move(access));
}

void Observations::keep(Unit& unit) {
  std::move(unit.seen.begin(), unit.seen.end(), std::back_inserter(seen_));
  std::move(unit.accesses.begin(), unit.accesses.end(), std::back_inserter(accesses_));
  unit = {};
  succeeded_ = true;
}

void Observations::tell(const UnitEvent& event) {
  Unit& unit = units_[event.unit];
  switch (event.kind) {
    case UnitEvent::Kind::began:
      unit = {};
      latest_ = event.unit;
      return;
    case UnitEvent::Kind::committed: return keep(unit);
    case UnitEvent::Kind::rolled_back:
      failed_ = unit.failed = true;
      std::erase_if(unit.accesses, [](const VersionAccess& access) {
        return access.kind == VersionAccess::Kind::written;
      });
      return;
    case UnitEvent::Kind::ended:
      if (!unit.failed) keep(unit);
      break;
    case UnitEvent::Kind::abandoned: failed_ = true; break;
  }
  units_.erase(event.unit);
}

}  // namespace rowan::testing
