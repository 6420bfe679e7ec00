#include "flush_plan.hpp"

#include <algorithm>
#include <map>

#include <rowan/errors.hpp>

#include "../change/diff.hpp"
#include "../mapping/row_key.hpp"
#include "../sql/write_rows.hpp"
#include "reference_order.hpp"
#include "version_value.hpp"

namespace rowan::work {
namespace {

using change::RowChange;
using Kind = RowChange::Kind;
using Purpose = Step::Purpose;
using Bump = sql::Guard::Bump;

/// A version that its member or column could not show once it has moved on.
void check_overflow(const Shape& shape, const KeyValues& key, std::int64_t version) {
  if (shape.version && is_last_version(*shape.version, version))
    throw VersionOverflow(mapping::place(shape.table, key) +
                          ": its version has reached the maximum of its member");
}

void move_version(Change& change) {
  const Entry& entry = *change.entry;
  const Shape& shape = entry.shape();
  for (const RowChange& row : change.beneath)
    if (row.kind == Kind::update && row.moves == Moves::version)
      check_overflow(*row.shape, row.key, row.before->version);
  if (!shape.version) return;
  change.version = entry.expected;
  if (!change.inserts() && !change.bumps()) return;
  const std::int64_t last = change.inserts() ? entry.first_version : entry.expected;
  check_overflow(shape, entry.key, last);
  change.version = next_version(*shape.version, last);
}

bool locks_before(const Change* a, const Change* b) {
  const Entry& x = *a->entry;
  const Entry& y = *b->entry;
  if (x.shape().table != y.shape().table) return x.shape().table < y.shape().table;
  return x.key < y.key;
}

/// A version that is counted is counted in the row: it moves on from what is there even where it
/// was not checked.
sql::Guard guard(const Change& change, std::optional<std::int64_t> expected) {
  if (!change.bumps()) return {expected, {}, Bump::none};
  if (change.entry->shape().version->assigned == VersionColumn::Assigned::unique)
    return {expected, change.version, Bump::set};
  return {expected, {}, Bump::count};
}

/// Removals, the deepest first, then updates, then inserts, parents first: a key or a unique value
/// that one row gives up is free for the next.
int child_order(const RowChange& row) {
  const int depth = static_cast<int>(row.depth);
  if (row.kind == Kind::remove) return -depth;
  return row.kind == Kind::update ? 1 : 1 + depth;
}

bool has_long_decimal(const RowChange& row, std::size_t column) {
  const auto* decimal = std::get_if<Decimal>(&row.after->row[column]);
  return decimal && decimal->significant_digits() > 15;
}

}  // namespace

bool is_checked(const Entry& entry, Versions versions) noexcept {
  return (versions == Versions::check && entry.checked == Entry::Checked::yes) || entry.demanded ||
         entry.guarded == Entry::Guarded::yes;
}

FlushPlan::FlushPlan(Backend backend, Versions versions, ChangeSet& changes)
    : backend_(backend), versions_(versions), changes_(changes) {
  for (Change& change : changes_) move_version(change);
  order_roots();
}

void FlushPlan::order_roots() {
  std::vector<Change*> inserts;
  std::vector<Change*> removals;
  for (Change& change : changes_) {
    if (change.inserts()) inserts.push_back(&change);
    if (change.removes()) removals.push_back(&change);
  }
  inserts_ = reference_order(
      inserts, [](const Change& c) -> const Snapshot& { return *c.after; },
      [](Change& change, std::size_t column) { change.withheld.push_back(column); });
  removals_ = reference_order(
      removals, [](const Change& c) -> const Snapshot& { return *c.entry->stored; },
      [](Change&, std::size_t) {});
  std::reverse(removals_.begin(), removals_.end());

  // A stored root is written before new ones are there to be pointed at.
  const References to_new(inserts);
  for (Change& change : changes_)
    if (change.updates())
      to_new.each(change.entry->shape(), *change.after, [&](std::size_t column, Change&) {
        const auto& columns = change.root.columns;
        if (std::find(columns.begin(), columns.end(), column) != columns.end())
          change.withheld.push_back(column);
      });
}

std::vector<Step> FlushPlan::roots() {
  std::vector<Step> out;
  add_locks(out);
  add_inserts(out);
  return out;
}

std::vector<Step> FlushPlan::rest() {
  std::vector<Step> out;
  add_children(out);
  add_withheld(out);
  add_removals(out);
  add_checks(out);
  return out;
}

bool FlushPlan::checks(const Entry& entry) const noexcept {
  return is_checked(entry, versions_);
}

std::optional<std::int64_t> FlushPlan::expected(const Entry& entry, std::int64_t version) const {
  return checks(entry) ? std::optional(version) : std::nullopt;
}

void FlushPlan::add_locks(std::vector<Step>& to) {
  std::vector<Change*> stored;
  for (Change& change : changes_)
    if (!change.inserts()) stored.push_back(&change);
  std::sort(stored.begin(), stored.end(), locks_before);
  for (Change* change : stored) {
    const Entry& entry = *change->entry;
    const auto at = expected(entry, entry.expected);
    const bool locked = entry.bumped == Entry::Bumped::yes;
    const auto add = [&](Purpose purpose, Statement statement) {
      to.push_back({purpose, std::move(statement), change, &change->root});
    };
    if (change->action == Change::Action::verify)
      add(Purpose::verify_root,
          sql::lock(backend_, entry.shape(), entry.key, entry.expected, sql::Lock::share));
    else if (change->updates() &&
             (change->bumps() || change->root.columns.size() > change->withheld.size()))
      add(Purpose::write_root,
          sql::update(backend_, change->root, guard(*change, at), change->withheld));
    else if (!locked && (change->removes() || entry.shape().version))
      add(Purpose::write_root,
          sql::lock(backend_, entry.shape(), entry.key, at,
                    change->removes() ? sql::Lock::remove : sql::Lock::update));
  }
}

void FlushPlan::add_inserts(std::vector<Step>& to) {
  for (Change* change : inserts_)
    to.push_back({Purpose::insert_root,
                  sql::insert(backend_, change->root, change->version, change->withheld), change,
                  &change->root});
}

/// A child whose key is unique in its table and that left one root for another of this flush is
/// the same row still: one UPDATE, where diff saw a removal here and an insert there.
void FlushPlan::match_moves() {
  using Identity = std::pair<const Shape*, KeyValues>;
  std::map<Identity, std::pair<Change*, std::size_t>> left;
  const auto identity = [](const RowChange& row) {
    const auto& cells = row.kind == Kind::remove ? row.before->row : row.after->row;
    return Identity{row.shape, KeyValues(cells.begin(), cells.begin() + static_cast<std::ptrdiff_t>(
                                                                            row.shape->key_width))};
  };
  const auto may_move = [](const RowChange& row) {
    return row.depth == 1 && row.shape->scope == KeyScope::table;
  };
  for (Change& change : changes_)
    for (std::size_t i = 0; i < change.beneath.size(); ++i)
      if (const RowChange& row = change.beneath[i]; may_move(row) && row.kind == Kind::remove)
        left[identity(row)] = {&change, i};
  std::map<Change*, std::vector<std::size_t>> matched;
  for (Change& change : changes_)
    for (RowChange& row : change.beneath) {
      if (!may_move(row) || row.kind != Kind::insert) continue;
      const auto found = left.find(identity(row));
      if (found == left.end()) continue;
      const auto [from, i] = found->second;
      const RowChange& removed = from->beneath[i];
      if (row.moves == Moves::version)
        check_overflow(*row.shape, removed.key, removed.before->version);
      const bool counts = row.shape->version && row.moves == Moves::version;
      row.after->version = removed.before->version + (counts ? 1 : 0);
      row.kind = Kind::update;
      row.new_owner = change.entry->key;
      row.key = removed.key;
      row.columns = change::changed_columns(*row.shape, *removed.before, *row.after);
      if (row.position == removed.before->position) row.position.reset();
      row.before = removed.before;
      matched[from].push_back(i);
      left.erase(found);
    }
  for (auto& [change, gone] : matched) {
    std::sort(gone.rbegin(), gone.rend());
    for (const std::size_t i : gone)
      change->beneath.erase(change->beneath.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

Statement FlushPlan::child_statement(const Entry& root, const RowChange& row) const {
  switch (row.kind) {
    case Kind::insert: return sql::insert(backend_, row, row.after->version);
    case Kind::update:
      return sql::update(backend_, row,
                         {expected(root, row.before->version),
                          {},
                          row.moves == Moves::version ? Bump::count : Bump::none});
    case Kind::remove: break;
  }
  Statement out = sql::remove(backend_, *row.shape, row.key, expected(root, row.before->version));
  // The last writer wins over one who removed the same row.
  if (!checks(root)) out.expect.reset();
  return out;
}

void FlushPlan::add_children(std::vector<Step>& to) {
  match_moves();
  std::vector<std::pair<Change*, const RowChange*>> rows;
  for (Change& change : changes_)
    for (const RowChange& row : change.beneath) rows.emplace_back(&change, &row);
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return child_order(*a.second) < child_order(*b.second);
  });
  for (const auto& [change, row] : rows)
    to.push_back({Purpose::write_child, child_statement(*change->entry, *row), change, row, 0,
                  row->before ? row->before->version : 0});
}

void FlushPlan::add_withheld(std::vector<Step>& to) {
  for (Change& change : changes_) {
    if (change.withheld.empty()) continue;
    RowChange late = change.root;
    late.kind = Kind::update;
    late.key = change.entry->key;
    late.columns = change.withheld;
    // A version that the database assigns is not known yet; the row is locked by now.
    const Shape& shape = change.entry->shape();
    const bool known =
        shape.version && shape.version->assigned != VersionColumn::Assigned::by_database;
    const auto at = known ? expected(*change.entry, change.version) : std::nullopt;
    to.push_back({Purpose::write_root, sql::update(backend_, late, {at, {}, Bump::none}), &change,
                  &change.root});
  }
}

namespace {

/// Deletes what others may have added beneath the root since it was read: everything where the
/// version was not checked, else the tables whose rows do not move it.
void add_sweeps(std::vector<Step>& to, Backend backend, const Shape& owner, Change& change,
                Moves moves) {
  for (const Shape& child : owner.children) {
    const Moves of_child = child.moves == Moves::nothing ? Moves::nothing : moves;
    add_sweeps(to, backend, child, change, of_child);
    if (of_child == Moves::version) continue;
    to.push_back({Purpose::write_child, sql::remove_all(backend, child, change.entry->key), &change,
                  &change.root});
  }
}

}  // namespace

void FlushPlan::add_removals(std::vector<Step>& to) {
  for (Change* change : removals_) {
    const Entry& entry = *change->entry;
    const bool checked = checks(entry) && entry.shape().version;
    add_sweeps(to, backend_, entry.shape(), *change, checked ? Moves::version : Moves::nothing);
    to.push_back({Purpose::write_root,
                  sql::remove(backend_, entry.shape(), entry.key, expected(entry, entry.expected)),
                  change, &change->root});
  }
}

void FlushPlan::add_checks(std::vector<Step>& to) {
  const auto check_digits = [&](Change& change, const RowChange& row) {
    if (backend_ != Backend::sqlite || row.kind == Kind::remove) return;
    for (const std::size_t c : row.columns) {
      if (!has_long_decimal(row, c)) continue;
      RowChange at = row;
      if (at.depth == 0) at.key = change.entry->key;
      if (at.new_owner) std::copy(at.new_owner->begin(), at.new_owner->end(), at.key.begin());
      to.push_back({Purpose::check_digits, sql::kept_digits(at, c), &change, &row, c});
    }
  };
  for (Change& change : changes_) {
    check_digits(change, change.root);
    for (const RowChange& row : change.beneath) check_digits(change, row);
  }
  for (Change& change : changes_) {
    const Shape& shape = change.entry->shape();
    const bool writes = change.inserts() || change.updates();
    if (!writes || !shape.version ||
        (shape.version->assigned != VersionColumn::Assigned::by_database &&
         (change.inserts() || checks(*change.entry))))
      continue;
    Statement read = sql::select_version(backend_, shape, change.entry->key);
    read.expect = 1;
    to.push_back({Purpose::read_version, std::move(read), &change, &change.root});
  }
}

}  // namespace rowan::work
