#pragma once
/// What an actor has learned in one run, by the units of work that it learned it in: what a unit
/// saw counts once it is committed, or has ended without having failed.

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include <rowan/observer.hpp>
#include <rowan/testing/report.hpp>

#include "stored_rows.hpp"

namespace rowan::testing {

struct Observation {
  enum class Kind { aggregate, query, said } kind = Kind::said;
  std::string root_table;
  std::string root_key;  ///< of an aggregate
  StoredRows rows;       ///< of an aggregate; none: it was not there
  std::string text;      ///< a query and what it found; what was said
  /// How many states had been committed when it was read, and when the snapshot was taken that it
  /// was read from.
  std::size_t moment = 0;
  std::size_t snapshot = 0;
  /// Whether its transaction had written before, and may have seen that.
  enum class Own { no, perhaps } own = Own::no;
};

/// Versions that an actor has read and written.
using Accesses = std::vector<VersionAccess>;

class Observations {
 public:
  void clear();

  /// Of a unit, or of the one that began last.
  void add(UnitId unit, Observation observation);
  void add(Observation observation);
  void add(UnitId unit, VersionAccess access);
  void tell(const UnitEvent& event);
  /// A unit has committed what it wrote.
  void has_written() noexcept { wrote_ = true; }

  [[nodiscard]] std::vector<Observation> take_seen() { return std::move(seen_); }
  [[nodiscard]] Accesses take_accesses() { return std::move(accesses_); }
  [[nodiscard]] bool wrote() const noexcept { return wrote_; }
  [[nodiscard]] bool failed() const noexcept { return failed_; }
  /// Whether there was a unit that failed, and none that did not: it has given up.
  [[nodiscard]] bool gave_up() const noexcept { return failed_ && !succeeded_; }

 private:
  struct Unit {
    std::vector<Observation> seen;
    Accesses accesses;
    bool failed = false;
  };
  void keep(Unit& unit);

  std::map<UnitId, Unit> units_;
  UnitId latest_ = nullptr;
  std::vector<Observation> seen_;
  Accesses accesses_;
  bool wrote_ = false;
  bool failed_ = false;
  bool succeeded_ = false;
};

}  // namespace rowan::testing
