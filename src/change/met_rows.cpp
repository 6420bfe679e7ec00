#include "met_rows.hpp"

#include <algorithm>
#include <map>

#include "siblings.hpp"

namespace rowan::change {
namespace {

/// The row of `theirs` that each of `mine` is; null: there is none.
std::vector<const Snapshot*> partners(const Shape& shape, const Rows& theirs, const Rows& mine) {
  std::vector<const Snapshot*> out(mine.size(), nullptr);
  if (shape.key_width == 0) {
    for (std::size_t i = 0; i < std::min(theirs.size(), mine.size()); ++i) out[i] = &theirs[i];
    return out;
  }
  std::map<const Snapshot*, const Snapshot*, KeyLess> by_key{KeyLess(shape)};
  for (const Snapshot& row : theirs) by_key.emplace(&row, &row);
  for (std::size_t i = 0; i < mine.size(); ++i)
    if (const auto found = by_key.find(&mine[i]); found != by_key.end()) out[i] = found->second;
  return out;
}

template <class Take>
void each_met(const Shape& shape, const Snapshot& theirs, Snapshot& mine, const Take& take) {
  take(shape, theirs, mine);
  for (std::size_t l = 0; l < shape.children.size(); ++l) {
    Rows& rows = mine.children[l];
    const auto met = partners(shape.children[l], theirs.children[l], rows);
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (met[i]) each_met(shape.children[l], *met[i], rows[i], take);
  }
}

}  // namespace

void take_versions(const Shape& shape, const Snapshot& theirs, Snapshot& mine) {
  each_met(shape, theirs, mine,
           [](const Shape&, const Snapshot& from, Snapshot& to) { to.version = from.version; });
}

void take_unversioned(const Shape& shape, const Snapshot& theirs, Snapshot& mine) {
  each_met(shape, theirs, mine, [](const Shape& of, const Snapshot& from, Snapshot& to) {
    for (const FieldRun& field : of.fields)
      if (field.moves == Moves::nothing)
        std::copy_n(from.row.begin() + static_cast<std::ptrdiff_t>(field.first), field.count,
                    to.row.begin() + static_cast<std::ptrdiff_t>(field.first));
    for (std::size_t l = 0; l < of.children.size(); ++l)
      if (of.children[l].moves == Moves::nothing) to.children[l] = from.children[l];
  });
}

}  // namespace rowan::change
