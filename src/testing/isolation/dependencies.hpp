#pragma once
/// Who depends on whom in a run that was observed: Adya's direct serialization graph, over rows.

#include <optional>
#include <string>
#include <vector>

#include "runner.hpp"

namespace rowan::testing {

/// `to` comes after `from` in every serial order.
struct Dependency {
  enum class Kind {
    write,  ///< both wrote a row (ww)
    read,   ///< `to` saw what `from` wrote (wr)
    anti,   ///< `to` overwrote what `from` had seen (rw)
  } kind = Kind::write;
  std::size_t from = 0;
  std::size_t to = 0;
  RowName row;
  enum class Seen {
    row,       ///< by its key, or as a part of its aggregate
    gap,       ///< that it was not there, among the children of its root
    by_query,  ///< by a query that it may be an answer to
  } seen = Seen::row;
  std::size_t moment = 0;  ///< of the read, among the observations of the reader
};

/// What counts as a change of a root's row.
enum class Counting {
  cells,     ///< another value
  versions,  ///< another version as well: somebody wrote what was there before, or beneath it
};

/// Whether it may have been what the reader itself had written, and not yet committed.
[[nodiscard]] bool may_be_own(const ActorOutcome& reader, const Observation& observation);

/// Of the actors that committed.
[[nodiscard]] std::vector<Dependency> dependencies(const RunResult& run, Counting counting);

/// The last of the states up to it that the aggregate was seen in; none: it never was like that.
[[nodiscard]] std::optional<std::size_t> state_seen(const RunResult& run,
                                                    const Observation& observation);

}  // namespace rowan::testing
