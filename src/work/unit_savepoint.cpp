/// Part of a transaction that can be taken back alone.

#include <algorithm>
#include <set>

#include "../mapping/capture.hpp"
#include "../mapping/pack.hpp"
#include "unit.hpp"

namespace rowan {

using work::EntryState;

namespace {

Plan plan_of(std::initializer_list<std::string> statements) {
  Plan plan;
  for (const std::string& sql : statements) plan.statements.push_back({sql, {}, {}, {}});
  return plan;
}

std::string name_of(std::size_t depth) {
  return "rowan_savepoint_" + std::to_string(depth);
}

/// One more savepoint is open as long as this is there.
class Depth {
 public:
  explicit Depth(std::size_t& savepoints) noexcept : savepoints_(savepoints) { ++savepoints_; }
  Depth(const Depth&) = delete;
  Depth& operator=(const Depth&) = delete;
  ~Depth() { --savepoints_; }

 private:
  std::size_t& savepoints_;
};

}  // namespace

/// The unit at the time of a SAVEPOINT: everything is flushed, so objects are what is stored.
struct UnitOfWork::Impl::Frame {
  struct One {
    EntryPtr entry;
    work::Standing standing;
    work::Seldom<work::Demands> demands;
    work::Entry::Outrun outrun;
    work::Entry::Basis basis;
    std::int64_t version;
  };
  std::string name;
  std::uint64_t epoch;  ///< of the transaction
  std::size_t written_in_bulk;
  std::vector<One> entries;
};

void UnitOfWork::Impl::savepoint(const std::function<void()>& work) {
  flush();
  (void)open();
  Frame frame{name_of(savepoints_ + 1), epoch_, written_in_bulk_, {}};
  const Depth depth(savepoints_);
  for (const auto& held : entries_.all()) {
    work::Entry& entry = *held;
    frame.entries.push_back(
        {held, entry.standing(), entry.demands, entry.outrun, entry.basis, entry.version});
  }
  try {
    transaction_.run_or_raise(plan_of({"SAVEPOINT " + frame.name}), {});
    work();
    check_usable();
    if (epoch_ != frame.epoch)
      throw UsageError("the unit of work was rolled back inside of a savepoint");
    flush();
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
  if (epoch_ != frame.epoch) {  // the whole unit has failed, or was rolled back
    if (!failed_) fail_of(cause);
    return;
  }
  if (!transaction_.open()) return after_failure(cause);
  try {
    transaction_.run_or_raise(
        plan_of({"ROLLBACK TO SAVEPOINT " + frame.name, "RELEASE SAVEPOINT " + frame.name}), {});
    restore(frame);
    failed_.reset();
  } catch (const Error& error) {
    transaction_.rollback();
    after_failure(error.what());
    if (error.retryable()) retry_ = UnitFailed::Retry::yes;
  } catch (const std::exception& error) {
    transaction_.rollback();
    after_failure(error.what());
  } catch (...) {
    transaction_.rollback();
    after_failure("a class refused what it was before a savepoint");
  }
}

bool UnitOfWork::Impl::was_stale(const work::ChangeSet& changes) {
  std::vector<const work::Change*> roots;
  for (const work::Change& change : changes)
    if (!change.inserts() && change.entry->bumped == work::Entry::Bumped::no)
      roots.push_back(&change);
  std::sort(roots.begin(), roots.end(), [](const work::Change* a, const work::Change* b) {
    return work::locks_before(*a->entry, *b->entry);
  });
  sql::Writer writer(host_->backend, host_->texts);
  Plan plan = plan_of({"ROLLBACK TO SAVEPOINT " + name_of(savepoints_)});
  // At REPEATABLE READ and above only a lock finds out what others have committed since.
  for (const work::Change* root : roots) {
    const work::Entry& entry = *root->entry;
    const bool checked = work::is_checked(entry, settings_.versions);
    plan.statements.push_back(writer.lock(entry.shape(), entry.key,
                                          checked ? std::optional(entry.expected) : std::nullopt,
                                          sql::Lock::share));
  }
  const PlanResult answer = transaction_.run(plan);
  return !answer.complete &&
         (!answer.failure || answer.failure->kind == FailureKind::serialization);
}

void UnitOfWork::Impl::restore(const Frame& frame) {
  written_in_bulk_ = frame.written_in_bulk;
  std::set<const work::Entry*> known;
  for (const auto& one : frame.entries) known.insert(one.entry.get());
  std::vector<EntryPtr> since;
  for (const auto& held : entries_.all())
    if (!known.contains(held.get())) since.push_back(held);
  for (std::size_t i = 0; i < since.size(); ++i) {
    const EntryPtr entry = since[i];
    const auto state = entry->written() ? entry->turns->before->state : entry->state;
    const auto replaced = entry->turns->replaces;
    if (replaced && !known.contains(replaced.get())) since.push_back(replaced);
    if (state == EntryState::added || replaced)
      drop(entry);
    else if (entry->written())
      entry->standing() = work::Standing(*entry->turns->before);
    entry->state = EntryState::stored;
    entry->touched = work::Entry::Touched::no;
    entry->demands.reset();
    entry->outrun = work::Entry::Outrun::no;
    if (entry->basis == work::Entry::Basis::own) entry->basis = work::Entry::Basis::doubtful;
  }
  for (const auto& one : frame.entries) {
    one.entry->standing() = one.standing;
    one.entry->demands = one.demands;
    one.entry->outrun = one.outrun;
    one.entry->basis = one.basis;
    one.entry->version = one.version;
  }
  for (const auto& held : entries_.all()) {
    work::Entry& entry = *held;
    if (!entry.object || entry.state != EntryState::stored) continue;
    if (!mapping::same(*entry.map, entry.object, entry.stored)) {
      mapping::restore(*entry.map, mapping::unpack(entry.shape(), entry.stored), entry.object);
      mapping::show_versions(*entry.map, entry.stored, entry.object);
    }
    mapping::show_root_version(*entry.map, entry.version, entry.object);
  }
}

}  // namespace rowan
