#include "flush_plan.hpp"

#include <algorithm>
#include <map>

#include <rowan/errors.hpp>

#include "../change/diff.hpp"
#include "../mapping/row_key.hpp"
#include "../sql/write_rows.hpp"
#include "reference_order.hpp"

namespace rowan::work {
namespace {

using change::RowChange;
using Kind = RowChange::Kind;
using Purpose = Step::Purpose;
using Bump = sql::Guard::Bump;

/// A version that its member or column could not show once it has moved on.
void check_overflow(const Shape& shape, const KeyValues& key, std::int64_t version) {
  if (shape.version && version >= shape.version->maximum)
    throw VersionOverflow(mapping::place(shape.table, key) +
                          ": its version has reached the maximum of its member");
}

void check_overflow(const Change& change) {
  const Entry& entry = *change.entry;
  if (change.inserts())
    check_overflow(entry.shape(), entry.key, entry.first_version - 1);
  else if (bumps(change))
    check_overflow(entry.shape(), entry.key, entry.expected);
  for (const RowChange& row : change.beneath)
    if (row.kind == Kind::update) check_overflow(*row.shape, row.key, row.before->version);
}

bool locks_before(const Change* a, const Change* b) {
  const Entry& x = *a->entry;
  const Entry& y = *b->entry;
  if (x.shape().table != y.shape().table) return x.shape().table < y.shape().table;
  return x.key < y.key;
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

bool bumps(const Change& change) noexcept {
  return !change.inserts() && !change.removes() && change.entry->shape().version &&
         change.entry->bumped == Entry::Bumped::no;
}

FlushPlan::FlushPlan(Backend backend, Versions versions, ChangeSet& changes)
    : backend_(backend), versions_(versions), changes_(changes) {
  for (const Change& change : changes_) check_overflow(change);
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
      removals, [](const Change& c) -> const Snapshot& { return c.entry->stored; },
      [](Change&, std::size_t) {});
  std::reverse(removals_.begin(), removals_.end());

  // A stored root is written before new ones are there to be pointed at.
  const References to_new(inserts);
  for (Change& change : changes_)
    if (!change.inserts() && !change.removes())
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

std::optional<std::int64_t> FlushPlan::expected(std::int64_t version) const {
  return versions_ == Versions::check ? std::optional(version) : std::nullopt;
}

void FlushPlan::add_locks(std::vector<Step>& to) {
  std::vector<Change*> stored;
  for (Change& change : changes_)
    if (!change.inserts()) stored.push_back(&change);
  std::sort(stored.begin(), stored.end(), locks_before);
  for (Change* change : stored) {
    const Entry& entry = *change->entry;
    if (change->removes()) {
      if (entry.bumped == Entry::Bumped::no)
        to.push_back({Purpose::write_root,
                      sql::lock(backend_, entry.shape(), entry.key, expected(entry.expected)),
                      change, &change->root});
    } else if (bumps(*change) || change->root.columns.size() > change->withheld.size())
      to.push_back({Purpose::write_root,
                    sql::update(backend_, change->root,
                                {expected(entry.expected), bumps(*change) ? Bump::yes : Bump::no},
                                change->withheld),
                    change, &change->root});
  }
}

void FlushPlan::add_inserts(std::vector<Step>& to) {
  for (Change* change : inserts_)
    to.push_back(
        {Purpose::insert_root,
         sql::insert(backend_, change->root, change->entry->first_version, change->withheld),
         change, &change->root});
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
      check_overflow(*row.shape, removed.key, removed.before->version);
      row.after->version = removed.before->version + (row.shape->version ? 1 : 0);
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

Statement FlushPlan::child_statement(const RowChange& row) const {
  switch (row.kind) {
    case Kind::insert: return sql::insert(backend_, row, row.after->version);
    case Kind::update:
      return sql::update(
          backend_, row,
          {expected(row.before->version), row.shape->version ? Bump::yes : Bump::no});
    case Kind::remove: break;
  }
  Statement out = sql::remove(backend_, *row.shape, row.key, expected(row.before->version));
  // The last writer wins over one who removed the same row.
  if (versions_ == Versions::ignore) out.expect.reset();
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
    to.push_back({Purpose::write_child, child_statement(*row), change, row, 0,
                  row->before ? row->before->version : 0});
}

void FlushPlan::add_withheld(std::vector<Step>& to) {
  for (Change& change : changes_) {
    if (change.withheld.empty()) continue;
    RowChange late = change.root;
    late.kind = Kind::update;
    late.key = change.entry->key;
    late.columns = change.withheld;
    const std::int64_t version = change.inserts()
                                     ? change.entry->first_version
                                     : change.entry->expected + (bumps(change) ? 1 : 0);
    // A version that the database assigns is not known yet; the row is locked by now.
    const Shape& shape = change.entry->shape();
    const bool known =
        shape.version && shape.version->assigned == VersionColumn::Assigned::by_rowan;
    to.push_back({Purpose::write_root,
                  sql::update(backend_, late, {known ? expected(version) : std::nullopt, Bump::no}),
                  &change, &change.root});
  }
}

namespace {

void add_sweeps(std::vector<Step>& to, Backend backend, const Shape& owner, Change& change) {
  for (const Shape& child : owner.children) {
    add_sweeps(to, backend, child, change);
    to.push_back({Purpose::write_child, sql::remove_all(backend, child, change.entry->key), &change,
                  &change.root});
  }
}

}  // namespace

void FlushPlan::add_removals(std::vector<Step>& to) {
  for (Change* change : removals_) {
    const Entry& entry = *change->entry;
    // Unchecked, others may have added children since.
    if (versions_ == Versions::ignore) add_sweeps(to, backend_, entry.shape(), *change);
    to.push_back({Purpose::write_root,
                  sql::remove(backend_, entry.shape(), entry.key, expected(entry.expected)), change,
                  &change->root});
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
    if (change.removes() || !shape.version ||
        shape.version->assigned == VersionColumn::Assigned::by_rowan)
      continue;
    Statement read = sql::select_version(backend_, shape, change.entry->key);
    read.expect = 1;
    to.push_back({Purpose::read_version, std::move(read), &change, &change.root});
  }
}

}  // namespace rowan::work
