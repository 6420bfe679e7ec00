/// Statements that write many aggregates past their objects.

#include <algorithm>
#include <deque>

#include "../mapping/row_key.hpp"
#include "../sql/bulk_rows.hpp"
#include "../sql/read_rows.hpp"
#include "conflict.hpp"
#include "unit.hpp"
#include "version_value.hpp"

namespace rowan {

using work::ChangeSet;
using work::Step;

namespace {

using Moving = sql::Guard::Bump;
using Assigned = VersionColumn::Assigned;

/// Whatever the rows are at: one more than that.
sql::Guard moving_on(const Shape& root) {
  if (!root.version) return {};
  if (root.version->assigned != VersionColumn::Assigned::unique) return {{}, {}, Moving::count};
  return {{}, work::next_version(*root.version, 0), Moving::set};
}

sql::Guard moving_on_from(const Shape& root, const KeyValues& key, std::int64_t version) {
  work::check_not_last(root, key, version);
  sql::Guard guard = moving_on(root);
  guard.expected = version;
  if (guard.version) guard.version = work::next_version(*root.version, version);
  return guard;
}

void check_query(const Shape& root, const Query& query) {
  if (query.limit() || !query.order().empty() || !query.after().empty())
    throw UsageError(root.table + ": a bulk statement takes no order and no limit");
}

void check_has_version(const Shape& root) {
  if (!root.version)
    throw UsageError(root.table + ": mapped unversioned, so there is no version to expect");
}

/// The deepest first.
void add_tables(std::vector<const Shape*>& to, const Shape& shape) {
  for (const Shape& child : shape.children) add_tables(to, child);
  to.push_back(&shape);
}

}  // namespace

/// Flushes, so that the database knows what the unit knows; and what is to be held or expected at
/// its version is looked at now, since the statement may move it on.
void UnitOfWork::Impl::before_bulk(std::type_index type) {
  check_no_hook("write in bulk past");
  flush();
  if (settings_.access == Access::read_only)
    throw ReadOnly("a unit of work that is read only cannot write in bulk");
  ChangeSet guards;
  work::add_guards(guards, entries_);
  std::erase_if(guards, [&](const work::Change& change) { return change.entry->type != type; });
  confirm(guards);
  std::sort(guards.begin(), guards.end(), [](const work::Change& a, const work::Change& b) {
    return a.entry->key < b.entry->key;
  });
  std::vector<Step> steps;
  sql::Writer writer(host_->backend, host_->texts);
  for (work::Change& guard : guards)
    steps.push_back({Step::Purpose::verify_root,
                     writer.lock(guard.entry->shape(), guard.entry->key, guard.entry->expected,
                                 sql::Lock::update),
                     &guard, &guard.root});
  run(std::move(steps), Plan::Finish::keep_open, guards);
}

std::vector<Outcome> UnitOfWork::Impl::run_bulk(const Shape& root,
                                                std::vector<Statement> statements) {
  change::RowChange row;  // for the table's name in what is thrown
  row.shape = &root;
  std::vector<Step> steps;
  for (Statement& statement : statements)
    steps.push_back({Step::Purpose::write_many, std::move(statement), nullptr, &row});
  return run(std::move(steps), Plan::Finish::keep_open, {});
}

/// A row of a list, as if the unit held it.
UnitOfWork::Impl::EntryPtr UnitOfWork::Impl::listed(std::type_index type,
                                                    const Expected& row) const {
  auto entry = std::make_shared<work::Entry>(host_->schema, type, nullptr);
  entry->key = row.key;
  entry->expected = row.version;
  entry->demands.edit().demanded = row.version;
  if (!entries_.find(type, row.key)) entry->basis = work::Entry::Basis::unread;
  return entry;
}

/// One statement for each row of a list, in order of keys. Where another transaction is in the way
/// of one, all that have moved are told of, as they would be of changed objects; but not where this
/// transaction may have moved them itself.
std::vector<Outcome> UnitOfWork::Impl::run_list(std::type_index type,
                                                const std::vector<Expected>& rows,
                                                work::Change::Action action,
                                                std::vector<Statement> statements) {
  ChangeSet changes;
  std::deque<change::RowChange> about;
  std::vector<Step> steps;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    change::RowChange& row = about.emplace_back();
    row.shape = &map_of(type).shape;
    row.key = rows[i].key;
    steps.push_back(
        {Step::Purpose::write_many, std::move(statements[i]), nullptr, &row, 0, rows[i].version});
    if (wrote_ == Wrote::yes || (i > 0 && rows[i - 1].key == rows[i].key)) continue;
    work::Change& change = changes.emplace_back(work::Change{listed(type, rows[i]), action});
    if (change.removes()) change.entry->state = work::EntryState::removed;
  }
  return run(std::move(steps), Plan::Finish::keep_open, changes);
}

bool UnitOfWork::Impl::holds_any(std::type_index type) const {
  for (const auto& held : entries_.all())
    if (held->type == type && held->state == work::EntryState::stored) return true;
  return false;
}

/// What the unit holds and a bulk statement has written is not to be written on top of it.
void UnitOfWork::Impl::mark_outrun(std::type_index type, const std::vector<KeyValues>& written) {
  for (const KeyValues& key : written)
    if (const auto entry = entries_.find(type, key);
        entry && entry->state == work::EntryState::stored)
      entry->outrun = work::Entry::Outrun::yes;
}

/// What a bulk statement may be about. It reads no states, which a history would have to keep.
const Shape& UnitOfWork::Impl::bulk_root(std::type_index type) const {
  check_usable();
  const Shape& root = map_of(type).shape;
  if (root.history)
    throw UsageError(root.table +
                     ": a history is kept of each, which no bulk statement writes; change them one "
                     "by one");
  return root;
}

std::size_t UnitOfWork::Impl::update_all(std::type_index type, const Assignments& set,
                                         const Query& where) {
  const Shape& root = bulk_root(type);
  check_query(root, where);
  const auto statement = [&](sql::Answer answer) {
    return sql::update_roots(host_->backend, root, set, where, moving_on(root), answer);
  };
  (void)statement(sql::Answer::how_many);  // throws before anything is sent
  before_bulk(type);
  if (const auto& version = root.version; version && version->assigned != Assigned::by_database) {
    const auto full = run_bulk(root, {sql::select_last_versions(host_->backend, root, where,
                                                                work::last_version(*version))});
    if (!full.front().rows.empty()) work::raise_overflow(root, full.front().rows.front());
  }
  // Where there are no versions there is nothing to be outrun.
  const auto answer = root.version && holds_any(type) ? sql::Answer::keys : sql::Answer::how_many;
  const Outcome written = run_bulk(root, {statement(answer)}).front();
  written_in_bulk_ += written.affected;
  mark_outrun(type, written.rows);
  return written.affected;
}

std::vector<Conflict> UnitOfWork::Impl::update_all(std::type_index type, const Assignments& set,
                                                   std::vector<Expected> rows) {
  const Shape& root = bulk_root(type);
  check_has_version(root);
  std::sort(rows.begin(), rows.end(), [](const Expected& a, const Expected& b) {
    return a.key != b.key ? a.key < b.key : a.version < b.version;
  });
  std::vector<Statement> statements;
  for (const Expected& row : rows)
    statements.push_back(sql::update_root(host_->backend, root, set, row.key, row.version,
                                          moving_on_from(root, row.key, row.version)));
  before_bulk(type);
  const auto outcomes = run_list(type, rows, work::Change::Action::update, std::move(statements));
  std::vector<KeyValues> written;
  std::vector<Expected> losers;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (outcomes[i].affected == 0)
      losers.push_back(rows[i]);
    else
      written.push_back(rows[i].key);
  written_in_bulk_ += written.size();
  mark_outrun(type, written);
  return conflicts(type, losers, Conflict::Operation::update);
}

std::size_t UnitOfWork::Impl::remove_all(std::type_index type, const Query& where) {
  const Shape& root = bulk_root(type);
  check_query(root, where);
  Statement lock = sql::lock_roots(host_->backend, root, where);
  before_bulk(type);
  auto keys = run_bulk(root, {std::move(lock)}).front().rows;
  remove_locked(type, keys);
  return keys.size();
}

std::vector<Conflict> UnitOfWork::Impl::remove_all(std::type_index type,
                                                   std::vector<Expected> rows) {
  const Shape& root = bulk_root(type);
  check_has_version(root);
  const auto by_key = [](const Expected& a, const Expected& b) { return a.key < b.key; };
  std::sort(rows.begin(), rows.end(), by_key);
  std::vector<Statement> locks;
  for (const Expected& row : rows)
    locks.push_back(sql::lock_root(host_->backend, root, row.key, row.version));
  before_bulk(type);
  const auto outcomes = run_list(type, rows, work::Change::Action::remove, std::move(locks));
  std::vector<KeyValues> keys;
  std::vector<Expected> losers;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (outcomes[i].affected == 0 || (!keys.empty() && keys.back() == rows[i].key))
      losers.push_back(rows[i]);
    else
      keys.push_back(rows[i].key);
  remove_locked(type, keys);
  return conflicts(type, losers, Conflict::Operation::remove);
}

void UnitOfWork::Impl::remove_locked(std::type_index type, const std::vector<KeyValues>& keys) {
  const Shape& root = map_of(type).shape;
  std::vector<const Shape*> tables;
  add_tables(tables, root);
  std::vector<Statement> statements;
  std::vector<std::size_t> expected;  // of the statements about roots
  for (const auto& some : sql::in_batches(keys)) {
    for (const Shape* table : tables)
      statements.push_back(sql::remove_rows(host_->backend, *table, some));
    expected.push_back(some.size());
  }
  const auto outcomes = run_bulk(root, std::move(statements));
  written_in_bulk_ += keys.size();
  for (std::size_t batch = 0; batch < expected.size(); ++batch) {
    const Outcome& of_roots = outcomes[(batch + 1) * tables.size() - 1];
    if (of_roots.affected == expected[batch]) continue;
    const WriteIgnored error(root.table +
                             ": rows that were locked could not be deleted: a trigger, a rule or "
                             "a row-level policy is in the way");
    fail_of(error.what());
    throw error;
  }
  mark_outrun(type, keys);
}

/// Why these were not written, as they are in this transaction. Throws WriteIgnored where nothing
/// can be said against it.
std::vector<Conflict> UnitOfWork::Impl::conflicts(std::type_index type,
                                                  const std::vector<Expected>& losers,
                                                  Conflict::Operation operation) {
  const Shape& root = map_of(type).shape;
  std::vector<Statement> statements;
  for (const Expected& row : losers)
    statements.push_back(sql::select_version(host_->backend, root, row.key));
  const auto outcomes = run_bulk(root, std::move(statements));
  std::vector<Conflict> out;
  for (std::size_t i = 0; i < losers.size(); ++i) {
    const auto& rows = outcomes[i].rows;
    const auto* found = rows.empty() ? nullptr : std::get_if<std::int64_t>(&rows[0][0]);
    if (found && *found == losers[i].version) {
      const WriteIgnored error(mapping::place(root.table, losers[i].key) +
                               ": the write had no effect, though the row is at its version: a "
                               "trigger, a rule or a row-level policy swallowed it");
      fail_of(error.what());
      throw error;
    }
    out.push_back(work::conflict(*listed(type, losers[i]), operation, losers[i].version,
                                 found ? std::optional(*found) : std::nullopt));
  }
  return out;
}

}  // namespace rowan
