#pragma once
/// Objects in, their rows out, once it is known that these make the same object again.

#include <memory>
#include <optional>

#include <rowan/snapshot.hpp>
#include <rowan/testing/check_mapping.hpp>

#include "findings.hpp"

namespace rowan::testing {

using Object = std::unique_ptr<void, void (*)(void*)>;

/// Throws what mapping::restore throws.
[[nodiscard]] Object restored(const ObjectMap& map, const Snapshot& rows);

/// Without a database.
class RoundTrip {
 public:
  RoundTrip(const detail::Subject& subject, Findings& findings)
      : subject_(subject), map_(*subject.map), findings_(findings) {}

  /// The rows of a sample, which may be changed. None: they do not make it again, which is a fault.
  [[nodiscard]] std::optional<Snapshot> of_sample(void* sample);

  /// The same rows as an object of them writes them. None: the class or its invariant refuses them,
  /// or they come to nothing else than `before`, or something is lost, which is a fault.
  [[nodiscard]] std::optional<Snapshot> of_generated(const Snapshot& rows, const Snapshot& before);

 private:
  [[nodiscard]] bool is_stable(const Snapshot& written, const Snapshot& again);
  [[nodiscard]] bool is_equal(void* original, void* twin, const Snapshot& rows);
  std::optional<Snapshot> accepted(const Snapshot& rows, const Snapshot& before);

  const detail::Subject& subject_;
  const ObjectMap& map_;
  Findings& findings_;
};

}  // namespace rowan::testing
