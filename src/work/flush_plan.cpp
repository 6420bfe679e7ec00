#include "flush_plan.hpp"

#include <algorithm>

#include <rowan/errors.hpp>

#include "../mapping/row_key.hpp"
#include "child_moves.hpp"
#include "root_order.hpp"
#include "unique_order.hpp"
#include "version_value.hpp"

namespace rowan::work {
namespace {

using change::RowChange;
using Kind = RowChange::Kind;
using Purpose = Step::Purpose;
using Bump = sql::Guard::Bump;

void move_version(Change& change) {
  const Entry& entry = *change.entry;
  const Shape& shape = entry.shape();
  for (const RowChange& row : change.beneath)
    if (row.kind == Kind::update && row.moves == Moves::version)
      check_not_last(*row.shape, row.key, row.before->version);
  if (!shape.version) return;
  change.version = entry.expected;
  if (!change.inserts() && !change.bumps()) return;
  const std::int64_t last = change.inserts() ? entry.first_version : entry.expected;
  if (entry.bumped == Entry::Bumped::yes) {  // what was there under this key
    change.version = last;
    return;
  }
  check_not_last(shape, entry.key, last);
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

void add_once(std::vector<std::size_t>& columns, std::size_t column) {
  if (std::find(columns.begin(), columns.end(), column) == columns.end()) columns.push_back(column);
}

/// To be written last of all: until then a new row has NULL there, which it must be able to, and a
/// stored one what it had.
void withhold(Change& change, std::size_t column) {
  const auto& written = change.root.columns;
  const bool possible = change.inserts()
                            ? change.entry->shape().columns[column].nullable
                            : std::find(written.begin(), written.end(), column) != written.end();
  if (possible) add_once(change.withheld, column);
}

/// To be NULL when the root is locked, where it may be.
void park(Change& change, std::size_t column) {
  if (change.entry->shape().columns[column].nullable) add_once(change.parked, column);
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
  inserts_ = root_order(
      inserts, [](const Change& c) -> const Snapshot& { return *c.after; }, withhold);
  removals_ = root_order(
      removals, [](const Change& c) -> const Snapshot& { return *c.entry->stored; }, park);
  std::reverse(removals_.begin(), removals_.end());
  withhold_references(inserts);
  order_unique_values();
}

/// Roots are written before new ones, and before new children, are there to be pointed at; and they
/// go after their children.
void FlushPlan::withhold_references(const std::vector<Change*>& inserts) {
  References to_new;
  for (const Change* insert : inserts) to_new.add(insert->entry->shape(), insert->entry->key, 0);
  for (Change& change : changes_) {
    if (change.action == Change::Action::verify) continue;
    const Shape& shape = change.entry->shape();
    References to_children;
    for (const RowChange& row : change.beneath)
      if (row.kind == (change.removes() ? Kind::remove : Kind::insert))
        to_children.add(*row.shape, row.local_key(), 0);
    if (change.removes()) {
      to_children.each(shape, *change.entry->stored,
                       [&](std::size_t column, std::size_t) { park(change, column); });
      continue;
    }
    const auto late = [&](std::size_t column, std::size_t) { withhold(change, column); };
    if (change.updates()) to_new.each(shape, *change.after, late);
    to_children.each(shape, *change.after, late);
  }
}

/// A root is locked in its place among all others, so one that takes a unique value over is given
/// it when the other has let go of it; and one that is removed lets go before anybody is written.
void FlushPlan::order_unique_values() {
  std::vector<Change*> changes;
  std::vector<const RowChange*> rows;
  for (Change& change : changes_) {
    if (change.entry->shape().unique.empty() || change.action == Change::Action::verify) continue;
    changes.push_back(&change);
    rows.push_back(&change.root);
  }
  const UniqueOrder order = unique_order(rows);
  for (const auto& [from, to] : order.handed_on) {
    if (changes[from]->removes()) {
      if (!is_early(*changes[from])) early_.push_back(changes[from]);
    } else if (changes[to]->updates())
      for (const std::size_t c : changed_unique_columns(*rows[to])) withhold(*changes[to], c);
  }
  for (const std::size_t i : order.circle)
    for (const std::size_t c : parkable_columns(*rows[i])) park(*changes[i], c);
  for (const std::size_t i : order.order)
    if (!changes[i]->withheld.empty()) late_.push_back(changes[i]);
  for (Change& change : changes_)
    if (!change.withheld.empty() && std::find(late_.begin(), late_.end(), &change) == late_.end())
      late_.push_back(&change);
}

std::vector<Step> FlushPlan::roots() {
  std::vector<Step> out;
  add_locks(out);
  add_children(out, early_);
  for (Change* change : removals_)
    if (is_early(*change)) add_removal(out, *change);
  add_inserts(out);
  return out;
}

std::vector<Step> FlushPlan::rest() {
  std::vector<Step> out;
  match_moves(changes_);
  std::vector<Change*> others;
  for (Change& change : changes_)
    if (!is_early(change)) others.push_back(&change);
  add_children(out, others);
  add_withheld(out);
  for (Change* change : removals_)
    if (!is_early(*change)) add_removal(out, *change);
  add_checks(out);
  return out;
}

bool FlushPlan::is_early(const Change& change) const {
  return std::find(early_.begin(), early_.end(), &change) != early_.end();
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
    const auto add_lock = [&](sql::Lock lock) {
      add(Purpose::write_root, sql::lock(backend_, entry.shape(), entry.key, at, lock));
    };
    const RowChange first = first_part(*change);
    const bool writes = change->bumps() || !first.columns.empty();
    if (change->action == Change::Action::verify)
      add(Purpose::verify_root,
          sql::lock(backend_, entry.shape(), entry.key, entry.expected, sql::Lock::share));
    // Of what is removed at whatever version the lock tells which one that is.
    else if (!locked && change->removes() && (!writes || !at))
      add_lock(sql::Lock::remove);
    else if (!locked && !writes && entry.shape().version)
      add_lock(sql::Lock::update);
    if (change->action != Change::Action::verify && writes)
      add(Purpose::write_root, sql::update(backend_, first, guard(*change, at)));
  }
}

/// What of a root can be written at once: without what is withheld, and with NULL where its value
/// has to be given up.
RowChange FlushPlan::first_part(const Change& change) {
  RowChange out = change.root;
  if (change.removes()) out.columns.clear();
  std::erase_if(out.columns, [&](std::size_t c) {
    return std::find(change.withheld.begin(), change.withheld.end(), c) != change.withheld.end();
  });
  if (change.parked.empty()) return out;
  const Snapshot& state = change.removes() ? *change.entry->stored : *change.after;
  out.after = &states_.emplace_back(Snapshot{state.row, state.version, state.position, {}});
  for (const std::size_t c : change.parked) {
    out.after->row[c] = Null{};
    out.columns.push_back(c);
  }
  return out;
}

void FlushPlan::add_inserts(std::vector<Step>& to) {
  for (Change* change : inserts_)
    to.push_back({Purpose::insert_root,
                  sql::insert(backend_, change->root, change->version, change->withheld), change,
                  &change->root});
}

Statement FlushPlan::child_statement(const Entry& root, const RowChange& row,
                                     const sql::Withheld& withheld) const {
  switch (row.kind) {
    case Kind::insert: return sql::insert(backend_, row, row.after->version, withheld);
    case Kind::update:
      return sql::update(backend_, row,
                         {expected(root, row.before->version),
                          {},
                          row.moves == Moves::version ? Bump::count : Bump::none});
    case Kind::remove: break;
  }
  Statement out = sql::remove(backend_, *row.shape, row.key, expected(root, row.before->version));
  // The last writer wins over one who removed the same row; and with its root goes what is left of
  // rows that others may remove without moving the version.
  if (!checks(root) || (row.moves == Moves::nothing && root.state == Entry::State::removed))
    out.expect.reset();
  return out;
}

void FlushPlan::add_children(std::vector<Step>& to, const std::vector<Change*>& changes) {
  for (const auto& [change, row, withheld] : orders_.emplace_back(changes).writes())
    to.push_back({Purpose::write_child, child_statement(*change->entry, *row, withheld), change,
                  row, 0, row->before ? row->before->version : 0});
}

void FlushPlan::add_withheld(std::vector<Step>& to) {
  for (Change* change : late_) {
    RowChange late = change->root;
    late.kind = Kind::update;
    late.key = change->entry->key;
    late.columns = change->withheld;
    // A version that the database assigns is not known yet; the row is locked by now.
    const Shape& shape = change->entry->shape();
    const bool known =
        shape.version && shape.version->assigned != VersionColumn::Assigned::by_database;
    const auto at = known ? expected(*change->entry, change->version) : std::nullopt;
    to.push_back({Purpose::write_root, sql::update(backend_, late, {at, {}, Bump::none}), change,
                  &change->root});
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
    to.push_back({Purpose::sweep, sql::remove_all(backend, child, change.entry->key), &change,
                  &change.root});
  }
}

}  // namespace

void FlushPlan::add_removal(std::vector<Step>& to, Change& change) {
  const Entry& entry = *change.entry;
  const bool checked = checks(entry) && entry.shape().version;
  add_sweeps(to, backend_, entry.shape(), change, checked ? Moves::version : Moves::nothing);
  to.push_back({Purpose::write_root,
                sql::remove(backend_, entry.shape(), entry.key, expected(entry, entry.expected)),
                &change, &change.root});
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
  for (Change& change : changes_)
    if (!checks(*change.entry)) add_child_versions(to, change);
}

/// Of rows that were written whatever their version was.
void FlushPlan::add_child_versions(std::vector<Step>& to, Change& change) {
  for (const RowChange& row : change.beneath) {
    if (row.kind != Kind::update || !row.shape->version) continue;
    KeyValues key = row.key;
    if (row.new_owner) std::copy(row.new_owner->begin(), row.new_owner->end(), key.begin());
    Statement read = sql::select_version(backend_, *row.shape, key);
    read.expect = 1;
    to.push_back({Purpose::read_version, std::move(read), &change, &row});
  }
}

}  // namespace rowan::work
