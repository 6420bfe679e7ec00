#include "flush_plan.hpp"

#include <algorithm>

#include <rowan/errors.hpp>

#include "../mapping/row_key.hpp"
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
  const std::int64_t last = change.inserts() ? entry.turns->first_version : entry.expected;
  if (entry.bumped == Entry::Bumped::yes) {  // what was there under this key
    change.version = last;
    return;
  }
  check_not_last(shape, entry.key, last);
  change.version = next_version(*shape.version, last);
}

/// A version that is counted is counted in the row: it moves on from what is there even where it
/// was not checked.
sql::Guard guard(const Change& change, std::optional<std::int64_t> expected) {
  if (!change.bumps()) return {expected, {}, Bump::none};
  if (change.entry->shape().version->assigned == VersionColumn::Assigned::unique)
    return {expected, change.version, Bump::set};
  return {expected, {}, Bump::count};
}

bool is_by_database(const Shape& shape) {
  return shape.version && shape.version->assigned == VersionColumn::Assigned::by_database;
}

/// None: the database has a first version of its own. One that goes on from a row that this
/// transaction has deleted is given all the same.
std::optional<std::int64_t> version_of_new(const Change& change) {
  const Entry& entry = *change.entry;
  if (is_by_database(entry.shape()) && entry.turns->first_version == 0) return {};
  return change.version;
}

bool has_decimals(const Shape& shape) {
  return std::any_of(shape.columns.begin(), shape.columns.end(),
                     [](const Column& c) { return c.type == ColumnType::decimal; }) ||
         std::any_of(shape.children.begin(), shape.children.end(), has_decimals);
}

bool has_long_decimal(const RowChange& row, std::size_t column) {
  const auto* decimal = std::get_if<Decimal>(&row.after->row[column]);
  return decimal && decimal->significant_digits() > 15;
}

}  // namespace

bool locks_before(const Entry& x, const Entry& y) {
  if (x.map != y.map && x.shape().table != y.shape().table)
    return x.shape().table < y.shape().table;
  return x.key < y.key;
}

bool is_checked(const Entry& entry, Versions versions) noexcept {
  return (versions == Versions::check && entry.demands->checked == Entry::Checked::yes) ||
         entry.demands->demanded || entry.demands->guarded == Entry::Guarded::yes;
}

bool may_be_gone(const Entry& root, const RowChange& row, Versions versions) noexcept {
  return row.kind == Kind::remove &&
         (!is_checked(root, versions) ||
          (row.moves == Moves::nothing && root.state == Entry::State::removed));
}

FlushPlan::FlushPlan(Backend backend, sql::WriteTexts& texts, Versions versions, ChangeSet& changes)
    : backend_(backend),
      writer_(backend, texts),
      versions_(versions),
      changes_(changes),
      order_(changes) {
  for (Change& change : changes_) {
    move_version(change);
    if (!change.inserts()) stored_.push_back(&change);
  }
  const auto is_before = [](const Change* a, const Change* b) {
    return locks_before(*a->entry, *b->entry);
  };
  if (!std::is_sorted(stored_.begin(), stored_.end(), is_before))
    std::sort(stored_.begin(), stored_.end(), is_before);
}

std::vector<Step> FlushPlan::next() {
  std::vector<Step> out;
  out.reserve(std::min(steps_at_once, stored_.size() - locked_ + order_.writes().size() - done_));
  for (; locked_ < stored_.size(); ++locked_) {
    if (out.size() >= steps_at_once) return out;
    add_lock(out, *stored_[locked_]);
  }
  if (firsts_ == Firsts::due) add_firsts(out);
  const auto& writes = order_.writes();
  for (; done_ < writes.size(); ++done_) {
    if (out.size() >= steps_at_once) return out;
    const Write& write = writes[done_];
    if (write.kind == Write::Kind::child && write.change->awaits_key()) return out;
    add_write(out, write);
  }
  if (std::any_of(changes_.begin(), changes_.end(),
                  [](const Change& change) { return change.awaits_key(); }))
    return out;
  add_lasts(out);
  add_checks(out);
  complete_ = true;
  return out;
}

bool FlushPlan::checks(const Entry& entry) const noexcept {
  return is_checked(entry, versions_);
}

std::optional<std::int64_t> FlushPlan::expected(const Entry& entry, std::int64_t version) const {
  return checks(entry) ? std::optional(version) : std::nullopt;
}

/// Also what of the root can be written at once.
void FlushPlan::add_lock(std::vector<Step>& to, Change& change) {
  const Entry& entry = *change.entry;
  const auto at = expected(entry, entry.expected);
  const bool locked = entry.bumped == Entry::Bumped::yes;
  const auto add = [&](Purpose purpose, Statement statement) {
    to.push_back({purpose, std::move(statement), &change, &change.root});
  };
  const auto lock = [&](sql::Lock how) {
    add(Purpose::write_root, writer_.lock(entry.shape(), entry.key, at, how));
  };
  std::optional<RowChange> part;
  if (!change.withheld.empty() || !change.parked.empty()) part = first_part(change);
  const RowChange& first = part ? *part : change.root;
  const bool writes = change.bumps() || !first.columns.empty();
  if (change.action == Change::Action::verify)
    add(Purpose::verify_root,
        writer_.lock(entry.shape(), entry.key, entry.expected, sql::Lock::share));
  // Of what is removed at whatever version the lock tells which one that is.
  else if (!locked && change.removes() && (!writes || !at))
    lock(sql::Lock::remove);
  else if (!locked && !writes)
    lock(sql::Lock::update);
  if (change.action != Change::Action::verify && writes)
    add(Purpose::write_root, writer_.update(first, guard(change, at)));
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
  const Snapshot& state = change.removes() ? *change.root.before : *change.root.after;
  out.after = &states_.emplace_back(Snapshot{state.row, state.version, state.position, {}});
  for (const std::size_t c : change.parked) {
    out.after->row[c] = Null{};
    out.columns.push_back(c);
  }
  return out;
}

/// What gives up before anybody takes or goes, where no order would do.
void FlushPlan::add_firsts(std::vector<Step>& to) {
  firsts_ = Firsts::added;
  for (const Write& write : order_.writes())
    if (!write.detour->parked.empty() || write.detour->anew == Detour::Anew::yes)
      add_child(to, write, rows_.first(write));
}

void FlushPlan::add_write(std::vector<Step>& to, const Write& write) {
  switch (write.kind) {
    case Write::Kind::insert_root: return add_insert(to, write);
    case Write::Kind::update_root: return add_update(to, *write.change, *write.columns);
    case Write::Kind::remove_root: return add_removal(to, *write.change);
    case Write::Kind::child: return add_child(to, write, rows_.in_turn(write));
  }
}

void FlushPlan::add_insert(std::vector<Step>& to, const Write& write) {
  Change* change = write.change;
  to.push_back({Purpose::insert_root,
                writer_.insert(change->root, version_of_new(*change), write.detour->withheld),
                change, &change->root});
}

Statement FlushPlan::child_statement(const Entry& root, const RowChange& row) {
  switch (row.kind) {
    case Kind::insert: return writer_.insert(row, row.after->version);
    case Kind::update:
      return writer_.update(row, {expected(root, row.before->version),
                                  {},
                                  row.moves == Moves::version ? Bump::count : Bump::none});
    case Kind::remove: break;
  }
  return writer_.remove(*row.shape, row.key, expected(root, row.before->version));
}

void FlushPlan::add_child(std::vector<Step>& to, const Write& write, const RowChange& row) {
  Statement statement = child_statement(*write.change->entry, row);
  if (may_be_gone(*write.change->entry, *write.row, versions_)) statement.expect.reset();
  to.push_back({Purpose::write_child, std::move(statement), write.change, &row, 0,
                row.before ? row.before->version : 0});
}

/// Of columns that the lock or the insert left out: at the same version, without another bump.
void FlushPlan::add_update(std::vector<Step>& to, Change& change,
                           const std::vector<std::size_t>& columns) {
  RowChange late = change.root;
  late.kind = Kind::update;
  late.key = change.entry->key;
  late.columns = columns;
  // A version that the database assigns is not known yet; the row is locked by now.
  const Shape& shape = change.entry->shape();
  const bool known = shape.version && !is_by_database(shape);
  const auto at = known ? expected(*change.entry, change.version) : std::nullopt;
  to.push_back(
      {Purpose::write_root, writer_.update(late, {at, {}, Bump::none}), &change, &change.root});
}

void FlushPlan::add_lasts(std::vector<Step>& to) {
  for (const Write& write : order_.writes()) {
    if (write.detour->withheld.empty()) continue;
    if (write.kind == Write::Kind::insert_root)
      add_update(to, *write.change, write.detour->withheld);
    else
      add_child(to, write, rows_.last(write));
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
  // What was parked was an UPDATE, at which the database may have given another version.
  const bool known = change.parked.empty() || !is_by_database(entry.shape());
  const auto at = known ? expected(entry, entry.expected) : std::nullopt;
  to.push_back(
      {Purpose::write_root, writer_.remove(entry.shape(), entry.key, at), &change, &change.root});
}

void FlushPlan::add_checks(std::vector<Step>& to) {
  const auto check_digits = [&](Change& change, const RowChange& row) {
    if (row.kind == Kind::remove) return;
    for (const std::size_t c : row.columns) {
      if (!has_long_decimal(row, c)) continue;
      RowChange at = row;
      if (at.depth == 0) at.key = change.entry->key;
      if (at.new_owner) std::copy(at.new_owner->begin(), at.new_owner->end(), at.key.begin());
      to.push_back({Purpose::check_digits, sql::kept_digits(at, c), &change, &row, c});
    }
  };
  for (Change& change : changes_) {
    if (backend_ != Backend::sqlite || !has_decimals(change.entry->shape())) continue;
    check_digits(change, change.root);
    for (const RowChange& row : change.beneath) check_digits(change, row);
  }
  for (Change& change : changes_) {
    const Shape& shape = change.entry->shape();
    const bool writes = change.inserts() || change.updates();
    if (!writes || !shape.version ||
        (!is_by_database(shape) && (change.inserts() || checks(*change.entry))))
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
