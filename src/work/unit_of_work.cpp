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

UnitOfWork::UnitOfWork(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
UnitOfWork::UnitOfWork(UnitOfWork&&) noexcept = default;
UnitOfWork& UnitOfWork::operator=(UnitOfWork&&) noexcept = default;
UnitOfWork::~UnitOfWork() = default;

const ObjectMap& UnitOfWork::map_of(std::type_index type) const {
  return impl_->map_of(type);
}

void UnitOfWork::capture_part(const ObjectMap& map, std::size_t field, const void* part,
                              KeyValues& to) {
  mapping::capture_key_part(map, field, part, to);
}

UnitOfWork::Entry UnitOfWork::require(std::type_index type, KeyValues key) {
  return require_all(type, {std::move(key)}).front();
}

UnitOfWork::Entry UnitOfWork::lookup(std::type_index type, KeyValues key) {
  return impl_->get(type, {std::move(key)}).front();
}

std::vector<UnitOfWork::Entry> UnitOfWork::require_all(std::type_index type,
                                                       std::vector<KeyValues> keys) {
  auto entries = impl_->get(type, keys);
  std::vector<KeyValues> missing;
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (!entries[i]) missing.push_back(keys[i]);
  if (!missing.empty())
    throw NotFound(map_of(type).shape.table + " " + list(missing) + ": there is none");
  return {entries.begin(), entries.end()};
}

std::vector<UnitOfWork::Entry> UnitOfWork::select(std::type_index type, const Query& query) {
  auto entries = impl_->select(type, query);
  return {entries.begin(), entries.end()};
}

void UnitOfWork::walk(std::type_index type, const Query& query,
                      const std::function<void(const Entry&)>& visit) {
  impl_->walk(type, query, visit);
}

std::size_t UnitOfWork::count_rows(std::type_index type, const Query& query) {
  return impl_->count(type, query);
}

UnitOfWork::Entry UnitOfWork::insert(std::type_index type, void* object) {
  return impl_->add(type, object);
}
void UnitOfWork::erase(const Entry& entry) {
  impl_->remove(entry_of(entry));
}
void UnitOfWork::touch(const Entry& entry) {
  impl_->touch(entry_of(entry));
}
void UnitOfWork::reload(const Entry& entry) {
  impl_->refresh(entry_of(entry));
}
void UnitOfWork::forget(const Entry& entry) {
  impl_->discard(entry_of(entry));
}

void UnitOfWork::flush() {
  impl_->flush({});
}
void UnitOfWork::flush(Versions versions) {
  impl_->flush(versions);
}
void UnitOfWork::commit() {
  impl_->commit({});
}
void UnitOfWork::commit(Versions versions) {
  impl_->commit(versions);
}
void UnitOfWork::rollback() noexcept {
  impl_->rollback();
}

}  // namespace rowan
