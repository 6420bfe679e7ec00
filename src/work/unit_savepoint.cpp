/// Part of a transaction that can be taken back alone.

#include <set>

#include "../mapping/capture.hpp"
#include "unit.hpp"

namespace rowan {

using work::EntryState;

namespace {

Plan plan_of(std::initializer_list<std::string> statements) {
  Plan plan;
  for (const std::string& sql : statements) plan.statements.push_back({sql, {}, {}, {}});
  return plan;
}

}  // namespace

/// The unit at the time of a SAVEPOINT: everything is flushed, so objects are what is stored.
struct UnitOfWork::Impl::Frame {
  std::string name;
  std::vector<std::pair<EntryPtr, work::Standing>> entries;
};

void UnitOfWork::Impl::savepoint(const std::function<void()>& work) {
  flush();
  (void)open();
  Frame frame{"rowan_savepoint_" + std::to_string(++savepoints_), {}};
  const std::shared_ptr<void> depth(nullptr, [this](void*) { --savepoints_; });
  for (const auto& item : entries_.all())
    frame.entries.emplace_back(item.second, item.second->standing());
  try {
    transaction_.run_or_raise(plan_of({"SAVEPOINT " + frame.name}), {});
    work();
    flush();
    if (!transaction_.open()) throw UsageError("the unit was rolled back inside of a savepoint");
    transaction_.run_or_raise(plan_of({"RELEASE SAVEPOINT " + frame.name}), {});
  } catch (const std::exception& error) {
    go_back(frame, error.what());
    throw;
  } catch (...) {
    go_back(frame, "a savepoint ended with an exception");
    throw;
  }
}

void UnitOfWork::Impl::go_back(const Frame& frame, const std::string& cause) noexcept {
  if (!transaction_.open()) {  // the whole unit has failed, or was rolled back
    if (!failed_) failed_ = cause;
    revert();
    return;
  }
  try {
    transaction_.run_or_raise(
        plan_of({"ROLLBACK TO SAVEPOINT " + frame.name, "RELEASE SAVEPOINT " + frame.name}), {});
    restore(frame);
    failed_.reset();
  } catch (const std::exception& error) {
    fail_of(error.what());
    revert();
  }
}

void UnitOfWork::Impl::restore(const Frame& frame) {
  std::set<const work::Entry*> known;
  for (const auto& [entry, standing] : frame.entries) known.insert(entry.get());
  std::vector<EntryPtr> since;
  for (const auto& item : entries_.all())
    if (!known.contains(item.second.get())) since.push_back(item.second);
  for (std::size_t i = 0; i < since.size(); ++i) {
    const EntryPtr entry = since[i];
    const auto state = entry->written() ? entry->before->state : entry->state;
    if (entry->replaces && !known.contains(entry->replaces.get())) since.push_back(entry->replaces);
    if (state == EntryState::added || entry->replaces)
      drop(entry);
    else if (entry->written())
      entry->standing() = work::Standing(*entry->before);
    entry->state = EntryState::stored;
    entry->touched = work::Entry::Touched::no;
  }
  for (const auto& [entry, standing] : frame.entries) entry->standing() = standing;
  for (const auto& item : entries_.all()) {
    work::Entry& entry = *item.second;
    if (!entry.object || entry.state != EntryState::stored ||
        mapping::same(*entry.map, entry.object, *entry.stored))
      continue;
    mapping::restore(*entry.map, *entry.stored, entry.object);
    mapping::show_versions(*entry.map, *entry.stored, entry.object);
    mapping::show_root_version(*entry.map, entry.version, entry.object);
  }
}

}  // namespace rowan
