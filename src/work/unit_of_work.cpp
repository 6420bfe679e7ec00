#include <rowan/unit_of_work.hpp>

#include "../mapping/capture.hpp"
#include "unit.hpp"

namespace rowan {
namespace {

/// Every Tracked that a Ref leads to is an Entry.
std::shared_ptr<work::Entry> entry_of(const std::shared_ptr<detail::Tracked>& tracked) {
  return std::static_pointer_cast<work::Entry>(tracked);
}

std::string list(const std::vector<KeyValues>& keys) {
  std::string out;
  for (const KeyValues& key : keys) out += (out.empty() ? "" : ", ") + to_string(key);
  return out;
}

}  // namespace

UnitOfWork::UnitOfWork(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
  impl_->belongs_to(*this);
}
UnitOfWork::UnitOfWork(UnitOfWork&& other) noexcept : impl_(std::move(other.impl_)) {
  if (impl_) impl_->belongs_to(*this);
}
UnitOfWork& UnitOfWork::operator=(UnitOfWork&& other) noexcept {
  impl_ = std::move(other.impl_);
  if (impl_) impl_->belongs_to(*this);
  return *this;
}
UnitOfWork::~UnitOfWork() = default;

const ObjectMap& UnitOfWork::map_of(std::type_index type) const {
  return impl_->map_of(type);
}

void UnitOfWork::capture_part(const ObjectMap& map, std::size_t field, const void* part,
                              KeyValues& to) {
  mapping::capture_key_part(map, field, part, to);
}

UnitOfWork::TrackedPtr UnitOfWork::require(std::type_index type, KeyValues key) {
  return require_all(type, {std::move(key)}).front();
}

UnitOfWork::TrackedPtr UnitOfWork::require(std::type_index type, const KeyValues& key,
                                           std::int64_t version) {
  return impl_->get(type, key, version);
}

UnitOfWork::TrackedPtr UnitOfWork::lookup(std::type_index type, KeyValues key) {
  return impl_->get(type, {std::move(key)}).front();
}

std::vector<UnitOfWork::TrackedPtr> UnitOfWork::require_all(std::type_index type,
                                                            std::vector<KeyValues> keys) {
  auto entries = impl_->get(type, keys);
  std::vector<KeyValues> missing;
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (!entries[i]) missing.push_back(keys[i]);
  if (!missing.empty())
    throw NotFound(map_of(type).shape.table + " " + list(missing) + ": there is none");
  return {entries.begin(), entries.end()};
}

std::vector<UnitOfWork::TrackedPtr> UnitOfWork::select(std::type_index type, const Query& query) {
  auto entries = impl_->select(type, query);
  return {entries.begin(), entries.end()};
}

void UnitOfWork::walk(std::type_index type, const Query& query,
                      const std::function<void(const TrackedPtr&)>& visit) {
  impl_->walk(type, query, visit);
}

std::size_t UnitOfWork::count_rows(std::type_index type, const Query& query) {
  return impl_->count(type, query);
}

UnitOfWork::TrackedPtr UnitOfWork::insert(std::type_index type, void* object) {
  return impl_->add(type, object);
}
void UnitOfWork::erase(const TrackedPtr& entry) {
  impl_->remove(entry_of(entry));
}
UnitOfWork::TrackedPtr UnitOfWork::erase(std::type_index type, const KeyValues& key,
                                         std::optional<std::int64_t> version) {
  return impl_->remove(type, key, version);
}
void UnitOfWork::touch(const TrackedPtr& entry) {
  impl_->touch(entry_of(entry));
}
void UnitOfWork::demand(const TrackedPtr& entry, std::int64_t version) {
  impl_->expect(entry_of(entry), version);
}
void UnitOfWork::guard(const TrackedPtr& entry) {
  impl_->expect_unchanged(entry_of(entry));
}
void UnitOfWork::reload(const TrackedPtr& entry) {
  impl_->refresh(entry_of(entry));
}
detail::Departed UnitOfWork::read_document(std::type_index type, std::string_view text,
                                           const DocumentLimits& limits) {
  return impl_->from_json(type, text, limits);
}

detail::Departed UnitOfWork::depart_at(std::type_index type, const KeyValues& key,
                                       std::int64_t version) {
  return impl_->at_version(type, key, version);
}

std::vector<Revision> UnitOfWork::revisions(std::type_index type, const KeyValues& key) {
  return impl_->history(type, key);
}

detail::Departed UnitOfWork::depart(const TrackedPtr& entry) {
  return impl_->detach(entry_of(entry));
}
UnitOfWork::TrackedPtr UnitOfWork::bring_back(const detail::Departed& copy, Merging how,
                                              const Resolution* answers, IfDeleted if_deleted) {
  return impl_->merge(copy, how, answers, if_deleted);
}

void UnitOfWork::forget(const TrackedPtr& entry) {
  impl_->discard(entry_of(entry));
}

std::size_t UnitOfWork::bulk_update(std::type_index type, const Assignments& set,
                                    const Query& where) {
  return impl_->update_all(type, set, where);
}
std::size_t UnitOfWork::bulk_remove(std::type_index type, const Query& where) {
  return impl_->remove_all(type, where);
}
std::vector<Conflict> UnitOfWork::bulk_update(std::type_index type, const Assignments& set,
                                              std::vector<Expected> rows) {
  return impl_->update_all(type, set, std::move(rows));
}
std::vector<Conflict> UnitOfWork::bulk_remove(std::type_index type, std::vector<Expected> rows) {
  return impl_->remove_all(type, std::move(rows));
}

void UnitOfWork::flush() {
  impl_->flush();
}
void UnitOfWork::flush(Versions versions) {
  impl_->with(versions, [this] { impl_->flush(); });
}
void UnitOfWork::commit() {
  impl_->commit();
}
void UnitOfWork::commit(Versions versions) {
  impl_->with(versions, [this] { impl_->commit(); });
}
std::optional<StaleDataError> UnitOfWork::try_commit() {
  try {
    impl_->commit();
    return std::nullopt;
  } catch (const StaleDataError& stale) {
    impl_->rollback();
    return stale;
  }
}
std::optional<StaleDataError> UnitOfWork::try_commit(Versions versions) {
  std::optional<StaleDataError> stale;
  impl_->with(versions, [&] { stale = try_commit(); });
  return stale;
}
void UnitOfWork::rollback() noexcept {
  impl_->rollback();
}
void UnitOfWork::run_in_savepoint(const std::function<void()>& work) {
  impl_->savepoint(work);
}

}  // namespace rowan
