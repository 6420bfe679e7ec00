#include "write_order.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

#include "child_moves.hpp"

namespace rowan::work {
namespace {

using change::RowChange;
using Row = RowChange::Kind;
using Cut = Dependency::Cut;

bool holds(const std::vector<std::size_t>& columns, std::size_t column) {
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

void add_once(std::vector<std::size_t>& columns, std::size_t column) {
  if (!holds(columns, column)) columns.push_back(column);
}

/// Whether the write gives the column another value than it has.
bool changes_column(const Write& write, std::size_t column) {
  if (write.kind == Write::Kind::update_root) return holds(*write.columns, column);
  return write.row->kind != Row::update || holds(write.row->columns, column);
}

/// How the row can let go of what others wait for; where there is a column for it, that can be
/// NULL.
Dependency let_go(std::size_t number, const Write& write, std::optional<std::size_t> column) {
  if (column && write.row->shape->columns[*column].nullable) return {number, Cut::park, *column};
  const bool leaf = write.kind == Write::Kind::child && write.row->kind == Row::update &&
                    write.row->shape->children.empty() && !write.row->new_owner;
  return {number, leaf ? Cut::anew : Cut::leave};
}

/// Whether its rows may hand a value on that only one of them can have.
bool hands_on(const RowChange& row) {
  return !row.shape->unique.empty() || (row.depth > 0 && row.shape->scope == KeyScope::table);
}

std::vector<const RowChange*> rows_that_hand_on(const ChangeSet& changes) {
  std::vector<const RowChange*> out;
  for (const Change& change : changes) {
    if (change.action == Change::Action::verify) continue;
    if (hands_on(change.root)) out.push_back(&change.root);
    for (const RowChange& row : change.beneath)
      if (hands_on(row)) out.push_back(&row);
  }
  return out;
}

void add_referred(std::set<std::string>& to, const Shape& shape) {
  for (const Column& column : shape.columns)
    if (!column.references.empty()) to.insert(column.references);
  for (const Shape& child : shape.children) add_referred(to, child);
}

void add_tables(std::map<const Shape*, std::size_t>& to, const Shape& owner) {
  for (const Shape& child : owner.children) {
    to.emplace(&child, to.size());
    add_tables(to, child);
  }
}

void add_owners(std::map<const Shape*, const Shape*>& to, const Shape& owner) {
  for (const Shape& child : owner.children)
    if (to.emplace(&child, &owner).second) add_owners(to, child);
}

}  // namespace

WriteOrder::WriteOrder(ChangeSet& changes) {
  match_moves(changes);
  std::set<const Shape*> shapes;
  for (const Change& change : changes)
    if (shapes.insert(&change.entry->shape()).second) {
      add_referred(referred_, change.entry->shape());
      add_tables(tables_, change.entry->shape());
    }
  const auto handed = handed_on(rows_that_hand_on(changes));
  for (Change& change : changes)
    if (change.inserts()) writes_.push_back({Kind::insert_root, &change, &change.root});
  for (const Row kind : {Row::remove, Row::update, Row::insert}) add_children(changes, kind);
  add_waiting(changes, handed);
  add_removals(changes);
  depend_on_referred();
  depend_on_unique(handed);
  if (found_.empty()) return;
  depend_on_owners(changes);
  sort();
}

/// Table by table, so that rows that are written alike stand together.
void WriteOrder::add_children(ChangeSet& changes, Row kind) {
  std::map<std::pair<std::size_t, std::size_t>, std::vector<Write>> by_table;  // depth, table
  const Shape* shape = nullptr;
  std::vector<Write>* rows = nullptr;
  for (Change& change : changes)
    for (const RowChange& row : change.beneath) {
      if (row.kind != kind) continue;
      if (row.shape != shape) {
        shape = row.shape;
        rows = &by_table[{row.depth, tables_.at(shape)}];
      }
      rows->push_back({Kind::child, &change, &row});
    }
  const auto first = static_cast<std::ptrdiff_t>(writes_.size());
  std::size_t size = writes_.size();
  for (const auto& table : by_table) size += table.second.size();
  writes_.reserve(size);
  for (auto& table : by_table)
    std::move(table.second.begin(), table.second.end(), std::back_inserter(writes_));
  if (kind == Row::remove) std::reverse(writes_.begin() + first, writes_.end());
}

/// A root is locked in its place among all others. What it comes to refer to may not be there by
/// then, and others may still hold the unique value that it takes: such columns are written later,
/// those of unique values at once.
void WriteOrder::add_waiting(ChangeSet& changes, const std::vector<HandedOn>& handed) {
  std::set<const RowChange*> takers;
  for (const HandedOn& value : handed) takers.insert(value.to);
  if (referred_.empty() && handed.empty()) return;
  const References arriving = rows_that(Row::insert);
  for (Change& change : changes) {
    if (!change.updates()) continue;
    auto& waiting = change.withheld;
    arriving.each(change, change.entry->shape(), *change.root.after,
                  [&](std::size_t column, std::size_t) {
                    if (holds(change.root.columns, column)) add_once(waiting, column);
                  });
    const bool takes = takers.contains(&change.root);
    if (waiting.empty() && !takes) continue;
    const auto unique = changed_unique_columns(change.root);
    const auto is_unique = [&](std::size_t column) { return holds(unique, column); };
    const auto others = std::stable_partition(waiting.begin(), waiting.end(), is_unique);
    const std::vector<std::size_t> of_others(others, waiting.end());
    if (takes || others != waiting.begin()) {
      for (const std::size_t column : unique) add_once(waiting, column);
      add_update(change, unique);
    }
    if (!of_others.empty()) add_update(change, of_others);
  }
}

void WriteOrder::add_update(Change& change, const std::vector<std::size_t>& columns) {
  writes_.push_back({Kind::update_root, &change, &change.root});
  writes_.back().columns.edit() = columns;
}

void WriteOrder::add_removals(ChangeSet& changes) {
  for (auto change = changes.rbegin(); change != changes.rend(); ++change)
    if (change->removes()) writes_.push_back({Kind::remove_root, &*change, &change->root});
}

References WriteOrder::rows_that(Row kind) const {
  References out;
  for (std::size_t i = 0; i < writes_.size(); ++i)
    if (const RowChange& row = *writes_[i].row;
        row.kind == kind && referred_.contains(row.shape->table))
      out.add(*writes_[i].change, row, i);
  return out;
}

void WriteOrder::depend(std::size_t whose, Dependency on) {
  found_.emplace_back(whose, on);
}

/// What is referred to is inserted before what comes to refer to it, and removed after what ceases
/// to.
void WriteOrder::depend_on_referred() {
  if (referred_.empty()) return;
  const References arriving = rows_that(Row::insert);
  const References leaving = rows_that(Row::remove);
  for (std::size_t i = 0; i < writes_.size(); ++i) {
    const Write& write = writes_[i];
    const Shape& shape = *write.row->shape;
    if (write.row->after)
      arriving.each(
          *write.change, shape, *write.row->after, [&](std::size_t column, std::size_t target) {
            if (!changes_column(write, column)) return;
            const bool may_wait = write.kind != Kind::update_root && shape.columns[column].nullable;
            depend(i, {target, may_wait ? Cut::withhold : Cut::leave, column});
          });
    if (write.row->before)
      leaving.each(*write.change, shape, *write.row->before,
                   [&](std::size_t column, std::size_t target) {
                     if (changes_column(write, column)) depend(target, let_go(i, write, column));
                   });
  }
}

void WriteOrder::depend_on_unique(const std::vector<HandedOn>& handed) {
  if (handed.empty()) return;
  std::map<const RowChange*, std::size_t> numbers;
  for (std::size_t i = 0; i < writes_.size(); ++i)
    if (const Write& write = writes_[i];
        write.kind != Kind::update_root || *write.columns == changed_unique_columns(*write.row))
      numbers.emplace(write.row, i);
  for (const auto& [from, to, constraint] : handed) {
    const auto giver = numbers.find(from);
    if (giver == numbers.end()) continue;  // its lock lets go of it
    const Write& write = writes_[giver->second];
    depend(numbers.at(to), let_go(giver->second, write,
                                  constraint ? parkable_column(*from, *constraint) : std::nullopt));
  }
}

/// Without these the rows keep the order that they have of themselves, in which an owner is there
/// as long as what it owns.
void WriteOrder::depend_on_owners(const ChangeSet& changes) {
  std::map<const Shape*, const Shape*> owners;
  for (const Change& change : changes) add_owners(owners, change.entry->shape());
  std::map<std::tuple<const Change*, const Shape*, KeyValues>, std::size_t> arriving;
  std::map<std::pair<const Shape*, KeyValues>, std::size_t> leaving;
  const auto arrives = [](const RowChange& row) {
    return row.kind == Row::insert || row.new_owner;
  };
  const auto leaves = [](const RowChange& row) { return row.kind == Row::remove || row.new_owner; };
  for (std::size_t i = 0; i < writes_.size(); ++i) {
    const RowChange& row = *writes_[i].row;
    if (arrives(row)) arriving[{writes_[i].change, row.shape, new_key(row)}] = i;
    if (leaves(row)) leaving[{row.shape, row.key}] = i;
  }
  for (std::size_t i = 0; i < writes_.size(); ++i) {
    const RowChange& row = *writes_[i].row;
    if (row.depth == 0) continue;
    const Shape* owner = owners.at(row.shape);
    if (arrives(row))
      if (const auto it = arriving.find({writes_[i].change, owner, new_owner(row)});
          it != arriving.end())
        depend(i, {it->second, Cut::never});
    if (leaves(row))
      if (const auto it = leaving.find({owner, old_owner(row)}); it != leaving.end())
        depend(it->second, {i, Cut::never});
  }
}

void WriteOrder::sort() {
  std::vector<std::vector<Dependency>> dependencies(writes_.size());
  for (const auto& [whose, on] : found_) dependencies[whose].push_back(on);
  const auto order = dependency_order(
      dependencies, [&](std::size_t whose, const Dependency& on) { cut(whose, on); });
  std::vector<Write> sorted;
  sorted.reserve(order.size());
  for (const std::size_t i : order) sorted.push_back(std::move(writes_[i]));
  writes_ = std::move(sorted);
}

void WriteOrder::cut(std::size_t whose, const Dependency& dependency) {
  Write& on = writes_[dependency.on];
  switch (dependency.cut) {
    case Cut::withhold: add_once(writes_[whose].detour.edit().withheld, dependency.column); break;
    case Cut::park:
      add_once(on.kind == Kind::child ? on.detour.edit().parked : on.change->parked,
               dependency.column);
      break;
    case Cut::anew: on.detour.edit().anew = Detour::Anew::yes; break;
    case Cut::leave:
    case Cut::never: break;
  }
}

}  // namespace rowan::work
