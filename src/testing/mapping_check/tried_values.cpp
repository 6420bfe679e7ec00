#include "tried_values.hpp"

#include <string>

namespace rowan::testing {
namespace {

/// More than there are boundary values of any type; the others are random.
constexpr std::size_t choices = 24;

}  // namespace

std::optional<TriedValues::Choice> TriedValues::next(const ObjectMap& map, std::size_t column,
                                                     Random& random) {
  Tried& tried = columns_[{&map, column}];
  if (tried.refused.size() == choices) return {};
  std::size_t number = 0;
  do number = tried.turns++ % choices;
  while (tried.refused.contains(number));
  const Column& of = map.shape.columns[column];
  if (!of.nullable) return Choice{generated_value(of.type, number, random), number};
  if (number == 0) return Choice{Null{}, number};
  return Choice{generated_value(of.type, number - 1, random), number};
}

void TriedValues::accept(const ObjectMap& map, std::size_t column) {
  columns_[{&map, column}].accepted = true;
}

void TriedValues::refuse(const ObjectMap& map, std::size_t column, std::size_t choice) {
  columns_[{&map, column}].refused.insert(choice);
}

const char* TriedValues::kept(const ObjectMap& map, std::size_t column) const {
  const Shape& shape = map.shape;
  if (!shape.columns[column].references.empty()) return "it refers to another aggregate";
  if (column >= shape.key_width) return nullptr;
  if (shape.origin == KeyOrigin::generated) return "the database gives it";
  if (shape.history) return "a history would keep others";
  return nullptr;
}

void TriedValues::note(const ObjectMap& map, Findings& findings) const {
  for (std::size_t c = 0; c < map.shape.columns.size(); ++c) {
    const std::string place = named(map.shape.table, map.shape.columns[c].name);
    const auto found = columns_.find({&map, c});
    if (const char* why = kept(map, c))
      findings.note(place + ": only the samples' values were tried, for " + why);
    else if (found == columns_.end() || !found->second.accepted)
      findings.note(place + ": only the samples' values were tried, no other was taken");
    if (found != columns_.end() && !found->second.refused.empty())
      findings.note(place + ": the database refuses some values that its class takes");
  }
}

}  // namespace rowan::testing
