#pragma once
/// Which values each column was given, and which one it is to be given next.

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <rowan/field.hpp>

#include "findings.hpp"
#include "generated_values.hpp"

namespace rowan::testing {

class TriedValues {
 public:
  struct Choice {
    Value value;
    std::size_t number;
  };

  /// In turn. None: the database has refused all there are.
  [[nodiscard]] std::optional<Choice> next(const ObjectMap& map, std::size_t column,
                                           Random& random);
  /// A generated value went through the database, or through what there was without one.
  void accept(const ObjectMap& map, std::size_t column);
  /// The database does not take it.
  void refuse(const ObjectMap& map, std::size_t column, std::size_t choice);

  /// Whether the column has the samples' values only, and why.
  [[nodiscard]] const char* kept(const ObjectMap& map, std::size_t column) const;

  /// A note for each column that has met no other values than the samples', and for each that has
  /// refused some.
  void note(const ObjectMap& map, Findings& findings) const;

 private:
  struct Tried {
    std::size_t turns = 0;
    std::set<std::size_t> refused;
    bool accepted = false;
  };
  std::map<std::pair<const ObjectMap*, std::size_t>, Tried> columns_;
};

}  // namespace rowan::testing
