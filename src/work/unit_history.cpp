/// The versions that have been: what a commit adds to them, and what is asked of them.

#include <algorithm>
#include <map>

#include "../sql/check_values.hpp"
#include "../sql/history_rows.hpp"
#include "../sql/read_rows.hpp"
#include "history.hpp"
#include "record_reader.hpp"
#include "unit.hpp"

namespace rowan {

using work::ChangeSet;
using work::Moved;
using work::Step;

namespace {

void check_has_history(const Shape& root) {
  if (!root.history) throw UsageError(root.table + ": mapped without a history");
}

bool keeps_history(const Schema& schema) {
  return std::any_of(schema.all().begin(), schema.all().end(),
                     [](const auto& mapped) { return mapped.second.shape.history != nullptr; });
}

}  // namespace

/// A key that was there before and is gone goes on from its last version, so that no version of it
/// is ever given twice.
void UnitOfWork::Impl::go_on_from_history(ChangeSet& changes) {
  std::map<std::type_index, std::map<KeyValues, work::Entry*>> added;
  for (const work::Change& change : changes)
    if (change.inserts() && change.entry->shape().history && !change.awaits_key())
      added[change.entry->type].emplace(change.entry->key, change.entry.get());
  for (const auto& [type, entries] : added) {
    const ObjectMap& map = map_of(type);
    std::vector<KeyValues> keys;
    for (const auto& [key, entry] : entries) keys.push_back(key);
    std::vector<Statement> asked;
    for (const auto& some : sql::in_batches(keys))
      asked.push_back(sql::select_newest_versions(host_->backend, map.shape, some));
    for (const Outcome& answer : ask(map, std::move(asked)))
      for (const auto& row : answer.rows) {
        const auto entry = entries.find({row.begin(), row.end() - 1});
        const auto* last = std::get_if<std::int64_t>(&row.back());
        if (entry == entries.end() || !last) continue;
        std::int64_t& first = entry->second->turns.edit().first_version;
        first = std::max(first, *last);
      }
  }
}

/// Adds the rows of histories to the last statements before COMMIT; sends some of them before where
/// they are more than are to be in memory at once. `records`: what `steps` points into.
void UnitOfWork::Impl::add_history(std::vector<Step>& steps, const ChangeSet& changes,
                                   ChangeSet& records) {
  if (!keeps_history(host_->schema)) return;
  const std::vector<Moved> all = work::moved_with_history(entries_, changes);
  if (all.empty()) return;
  const auto send = [&] {
    run(std::move(steps), Plan::Finish::keep_open, changes);
    steps.clear();
    records.clear();
  };
  // The version of what is removed whatever it is at: its lock tells.
  const bool is_untold = std::any_of(all.begin(), all.end(), [&](const Moved& moved) {
    return moved.change && moved.change->removes() &&
           !work::is_checked(*moved.entry, settings_.versions);
  });
  if (is_untold) send();
  const Uuid commit = Uuid::v7();
  sql::Writer writer(host_->backend, host_->texts);
  for (const Moved& moved : all) {
    if (steps.size() >= work::steps_at_once) send();
    work::add_record(records, moved, settings_.author, commit);
    work::Change& record = records.back();
    sql::check_values(host_->backend, record.root);
    const auto version = std::get<std::int64_t>(record.root.key.back());
    // One that stood before proves more than a new one.
    const bool stood = !moved.entry->written() && moved.entry->in_database();
    // Of what is removed whatever it is at, the lock has told it.
    const std::int64_t before =
        stood && !moved.is_there() ? moved.change->version : moved.entry->expected;
    if (!recorded_ || (stood && !recorded_->before))
      recorded_ = {moved.entry->type, moved.entry->key, version,
                   stood ? std::optional(before) : std::nullopt, commit};
    steps.push_back({Step::Purpose::record, writer.insert(record.root, {}), &record, &record.root});
  }
}

std::vector<Revision> UnitOfWork::Impl::history(std::type_index type, const KeyValues& key) {
  check_usable();
  const ObjectMap& map = map_of(type);
  check_has_history(map.shape);
  sql::check_key(host_->backend, map.shape, key);
  const auto answers = ask(map, {sql::select_revisions(host_->backend, map.shape, key)});
  std::vector<Revision> out;
  for (const auto& row : answers.front().rows)
    out.push_back(work::RecordReader(map.shape, key, row.front()).revision(row));
  return out;
}

/// None: the history does not have it, or it is the version of a removal.
std::optional<Snapshot> UnitOfWork::Impl::state_at(const ObjectMap& map, const KeyValues& key,
                                                   std::int64_t version,
                                                   document::MappedSince since) {
  const Shape& root = map.shape;
  if (version < 1 || version > root.version->maximum) return {};
  const auto answers = ask(map, {sql::select_state(host_->backend, root, key, version)});
  const auto& rows = answers.front().rows;
  if (rows.empty() || std::holds_alternative<Null>(rows.front().front())) return {};
  return work::RecordReader(root, key, version).state(rows.front().front(), since);
}

/// What a merge can compare with. A state that does not have all that is mapped now is none: it
/// cannot tell what has become of the rest since.
std::optional<Snapshot> UnitOfWork::Impl::base_at(const ObjectMap& map, const KeyValues& key,
                                                  std::int64_t version) {
  if (!map.shape.history) return {};
  try {
    return state_at(map, key, version, document::MappedSince::refused);
  } catch (const DataError&) {
    return {};
  }
}

detail::Departed UnitOfWork::Impl::at_version(std::type_index type, const KeyValues& key,
                                              std::int64_t version) {
  check_usable();
  const ObjectMap& map = map_of(type);
  check_has_history(map.shape);
  sql::check_key(host_->backend, map.shape, key);
  auto state = state_at(map, key, version, document::MappedSince::none);
  if (!state)
    throw NotFound(mapping::place(map.shape.table, key) + ": " + map.shape.history->table +
                   " has no state of it at version " + std::to_string(version));
  auto base = std::make_shared<const Snapshot>(*std::move(state));
  return {type, host_->schema.share(type), *base, key, version, base};
}

}  // namespace rowan
