#pragma once
/// Rows of samples in, rows of other objects of their class out.

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "round_trip.hpp"
#include "row_edit.hpp"
#include "tried_values.hpp"

namespace rowan::testing {

/// A generated object; each of the edits may be left out.
struct Draft {
  Snapshot rows;
  std::vector<Edit> edits;
};

class Generator {
 public:
  Generator(const ObjectMap& map, RoundTrip& round_trip, std::uint64_t seed)
      : map_(map), round_trip_(round_trip), random_(seed) {}

  /// Objects are made of it, too, from here on.
  void add_sample(const Snapshot& rows);
  [[nodiscard]] bool has_samples() const { return !samples_.empty(); }

  /// One that the class takes.
  [[nodiscard]] Draft draft();
  /// The rows of a draft as its class writes them. None: it does not take them.
  [[nodiscard]] std::optional<Snapshot> rows(const Draft& draft);

  /// The draft was taken as it is.
  void accept(const Draft& draft);
  /// The database does not take this; it is not drafted again, as far as it was one value.
  void refuse(const Edit& edit);
  /// What was not varied.
  void note(Findings& findings) const { note(map_, findings); }

 private:
  void collect(const ObjectMap& map, const Snapshot& row);
  [[nodiscard]] const std::vector<Snapshot>& known_rows(const ObjectMap& map);
  void vary_lists(const ObjectMap& map, const Path& at, Snapshot& root);
  bool add_row(const ObjectMap& map, const Path& owner, std::size_t list, Snapshot& root);
  bool remove_row(const Path& owner, std::size_t list, Snapshot& root);
  [[nodiscard]] bool tell_apart(const ObjectMap& map, const std::vector<Snapshot>& siblings,
                                Snapshot& row);
  void vary_fields(const ObjectMap& map, const Path& at, Snapshot& root, std::vector<Edit>& edits);
  [[nodiscard]] std::optional<Edit> edit(const ObjectMap& map, const FieldRun& field);
  void note(const ObjectMap& map, Findings& findings) const;

  const ObjectMap& map_;
  RoundTrip& round_trip_;
  Random random_;
  TriedValues tried_;
  std::vector<Snapshot> samples_;
  std::map<const ObjectMap*, std::vector<Snapshot>> rows_;  ///< of all samples
};

}  // namespace rowan::testing
