#include "child_order.hpp"

#include <algorithm>
#include <map>

#include "dependency_order.hpp"
#include "root_order.hpp"
#include "unique_order.hpp"

namespace rowan::work {
namespace {

using change::RowChange;
using Kind = RowChange::Kind;

std::vector<ChildWrite> all_of(const std::vector<Change*>& changes, Kind kind) {
  std::vector<ChildWrite> out;
  for (Change* change : changes)
    for (const RowChange& row : change->beneath)
      if (row.kind == kind) out.push_back({change, &row});
  std::stable_sort(out.begin(), out.end(), [](const ChildWrite& a, const ChildWrite& b) {
    return a.row->depth < b.row->depth;
  });
  return out;
}

const Snapshot& state_of(const RowChange& row) {
  return row.after ? *row.after : *row.before;
}

/// The rows beneath one root, to be found by what refers to them; those whose key is unique in its
/// table also from other roots.
class ChildReferences {
 public:
  explicit ChildReferences(const std::vector<ChildWrite>& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const RowChange& row = *rows[i].row;
      (row.shape->scope == KeyScope::table ? everywhere_ : of_root_[rows[i].change])
          .add(*row.shape, row.local_key(), i);
    }
  }
  void each(const Change& change, const Shape& shape, const Snapshot& row,
            const std::function<void(std::size_t column, std::size_t number)>& found) const {
    everywhere_.each(shape, row, found);
    const auto own = of_root_.find(&change);
    if (own != of_root_.end()) own->second.each(shape, row, found);
  }

 private:
  References everywhere_;
  std::map<const Change*, References> of_root_;
};

/// What is referred to, and what others lie beneath, comes first.
std::vector<std::size_t> referenced_first(
    const std::vector<ChildWrite>& rows, const ChildReferences& references,
    const std::function<void(std::size_t, std::size_t column)>& on_cut) {
  constexpr auto owner = static_cast<std::size_t>(-1);  // no column's number
  std::map<std::pair<std::size_t, KeyValues>, std::size_t> by_key;
  for (std::size_t i = 0; i < rows.size(); ++i) by_key[{rows[i].row->depth, rows[i].row->key}] = i;
  const auto dependencies = [&](std::size_t i) {
    const RowChange& row = *rows[i].row;
    std::vector<Dependency> out;
    const auto parent = row.key.begin() + static_cast<std::ptrdiff_t>(row.shape->parent.size());
    const auto above = by_key.find({row.depth - 1, KeyValues(row.key.begin(), parent)});
    if (above != by_key.end()) out.push_back({above->second, owner, Dependency::Cut::must_not_be});
    references.each(
        *rows[i].change, *row.shape, state_of(row), [&](std::size_t column, std::size_t target) {
          const bool nullable = row.shape->columns[column].nullable;
          out.push_back(
              {target, column, nullable ? Dependency::Cut::may_be : Dependency::Cut::must_not_be});
        });
    return out;
  };
  return dependency_order(rows.size(), dependencies,
                          [&](std::size_t i, const Dependency& d) { on_cut(i, d.column); });
}

/// A row as it is, without what lies beneath it.
Snapshot bare(const Snapshot& state) {
  return {state.row, state.version, state.position, {}};
}

}  // namespace

ChildOrder::ChildOrder(const std::vector<Change*>& changes)
    : inserts_(all_of(changes, Kind::insert)) {
  add_removals(changes);
  add_updates(changes);
  add_inserts();
  writes_.insert(writes_.end(), late_.begin(), late_.end());
}

const RowChange* ChildOrder::derive(RowChange row) {
  return &derived_.emplace_back(std::move(row));
}

Snapshot* ChildOrder::derive(const Snapshot& state) {
  return &states_.emplace_back(bare(state));
}

void ChildOrder::add_removals(const std::vector<Change*>& changes) {
  const auto rows = all_of(changes, Kind::remove);
  const auto order = referenced_first(rows, ChildReferences(rows), [](std::size_t, std::size_t) {});
  for (auto i = order.rbegin(); i != order.rend(); ++i) writes_.push_back(rows[*i]);
}

void ChildOrder::add_updates(const std::vector<Change*>& changes) {
  auto rows = all_of(changes, Kind::update);
  std::vector<const RowChange*> updates;
  for (const ChildWrite& row : rows) updates.push_back(row.row);
  const UniqueOrder order = unique_order(updates);
  for (const std::size_t i : order.circle) rows[i].row = open_circle(rows[i]);
  const ChildReferences to_new(inserts_);
  for (const std::size_t i : order.order) {
    if (!rows[i].row) continue;
    RowChange now = *rows[i].row;
    std::vector<std::size_t> late;
    to_new.each(*rows[i].change, *now.shape, *now.after, [&](std::size_t column, std::size_t) {
      const auto found = std::find(now.columns.begin(), now.columns.end(), column);
      if (found == now.columns.end()) return;
      now.columns.erase(found);
      late.push_back(column);
    });
    if (late.empty()) {
      writes_.push_back(rows[i]);
    } else if (now.columns.empty() && !now.position && !now.new_owner) {
      late_.push_back(rows[i]);
    } else {
      writes_.push_back({rows[i].change, derive(std::move(now)), {}});
      add_late(writes_.back(), std::move(late));
    }
  }
}

void ChildOrder::add_inserts() {
  const auto order = referenced_first(
      inserts_, ChildReferences(inserts_),
      [&](std::size_t i, std::size_t column) { inserts_[i].withheld.push_back(column); });
  for (const std::size_t i : order) {
    writes_.push_back(inserts_[i]);
    if (!inserts_[i].withheld.empty()) add_late(inserts_[i], inserts_[i].withheld);
  }
}

/// What a row lacks after it was written: an update of these columns that does not count.
void ChildOrder::add_late(const ChildWrite& written, std::vector<std::size_t> columns) {
  RowChange late = *written.row;
  late.kind = Kind::update;
  late.columns = std::move(columns);
  late.before = derive(*late.after);
  late.moves = Moves::nothing;
  late.position.reset();
  if (late.new_owner) std::copy(late.new_owner->begin(), late.new_owner->end(), late.key.begin());
  late.new_owner.reset();
  late_.push_back({written.change, derive(std::move(late)), {}});
}

/// Gives the row's unique values up before anybody takes them. Gives what is left to be done as an
/// update; null: nothing, it is removed here and inserted later.
const RowChange* ChildOrder::open_circle(const ChildWrite& update) {
  RowChange row = *update.row;
  if (auto to_null = parkable_columns(row); !to_null.empty()) {
    row.after = derive(*row.after);
    for (const std::size_t c : to_null) row.after->row[c] = Null{};
    row.columns = std::move(to_null);
    row.moves = Moves::nothing;
    row.position.reset();
    row.new_owner.reset();
    writes_.push_back({update.change, derive(std::move(row)), {}});
    return update.row;
  }
  if (!row.shape->children.empty() || row.new_owner)
    return update.row;  // for the database to judge
  row.kind = Kind::remove;
  writes_.push_back({update.change, derive(row), {}});
  row.kind = Kind::insert;
  row.columns.clear();
  for (std::size_t c = row.shape->key_width; c < row.shape->columns.size(); ++c)
    row.columns.push_back(c);
  if (row.shape->position && row.shape->key_width > 0) row.position = row.after->position;
  inserts_.push_back({update.change, derive(std::move(row)), {}});
  return nullptr;
}

}  // namespace rowan::work
