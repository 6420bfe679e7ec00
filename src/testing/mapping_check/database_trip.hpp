#pragma once
/// Rows in; stored as an object in one unit of work, loaded in a second, compared, and removed in a
/// third.

#include <optional>
#include <string>

#include <rowan/snapshot.hpp>
#include <rowan/store.hpp>
#include <rowan/testing/check_mapping.hpp>

#include "findings.hpp"

namespace rowan::testing {

class DatabaseTrip {
 public:
  DatabaseTrip(Store& store, const detail::Subject& subject, Findings& findings)
      : store_(store), subject_(subject), map_(*subject.map), findings_(findings) {}

  /// None: it was stored. Else why not: its key is taken, or the database refuses it.
  [[nodiscard]] std::optional<std::string> make(const Snapshot& rows);

  /// Whether something is left in the database that could not be removed.
  [[nodiscard]] bool is_stuck() const noexcept { return stuck_; }

 private:
  [[nodiscard]] Snapshot stored(const Snapshot& rows);
  void load(const Snapshot& sent, const void* like);
  void remove(const Snapshot& sent, const void* like);

  Store& store_;
  const detail::Subject& subject_;
  const ObjectMap& map_;
  Findings& findings_;
  bool stuck_ = false;
};

}  // namespace rowan::testing
