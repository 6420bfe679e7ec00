#include "conflict.hpp"

#include <algorithm>

#include "version_value.hpp"

namespace rowan::work {

Conflict conflict(const Entry& entry, Conflict::Operation operation, std::int64_t expected,
                  std::optional<std::int64_t> found) {
  using Kind = Conflict::Kind;
  Conflict out{.type = entry.type,
               .table = entry.shape().table,
               .key = entry.key,
               .root_table = entry.shape().table,
               .root_key = entry.key,
               .operation = operation,
               .expected = expected,
               .found = found};
  if (!found)
    out.kind = entry.basis == Entry::Basis::unread ? Kind::missing : Kind::deleted;
  else if (entry.shape().version && is_older_version(*entry.shape().version, *found, expected))
    out.kind = Kind::ahead;
  if (entry.demands->demanded) out.expectation = Conflict::Expectation::given;
  return out;
}

void raise_stale(Host& host, std::vector<Conflict> conflicts, bool complete, ErrorContext context) {
  std::sort(conflicts.begin(), conflicts.end(), [](const Conflict& a, const Conflict& b) {
    return a.table != b.table ? a.table < b.table : a.key < b.key;
  });
  const StaleDataError error(std::move(conflicts), complete, std::move(context));
  ++host.counted.conflicts;
  host.observer->conflict(error);
  throw error;
}

}  // namespace rowan::work
