#include "identity_map.hpp"

#include <functional>
#include <string_view>

namespace rowan::work {
namespace {

struct HashValue {
  template <class T>
  std::size_t operator()(const T& value) const noexcept {
    return std::hash<T>{}(value);
  }
  std::size_t operator()(Null) const noexcept { return 0; }
  std::size_t operator()(const Bytes& bytes) const noexcept {
    return std::hash<std::string_view>{}(
        {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  std::size_t operator()(const Timestamp& time) const noexcept {
    return std::hash<std::int64_t>{}(time.time_since_epoch().count());
  }
  std::size_t operator()(const Date& date) const noexcept {
    return std::hash<std::int64_t>{}(std::chrono::sys_days(date).time_since_epoch().count());
  }
};

}  // namespace

std::size_t IdentityMap::Hash::operator()(const Identity& identity) const noexcept {
  std::size_t hash = identity.type.hash_code();
  for (const Value& value : identity.key)
    hash = hash * 31 + std::visit(HashValue{}, static_cast<const Value::variant&>(value));
  return hash;
}

std::shared_ptr<Entry> IdentityMap::find(std::type_index type, const KeyValues& key) const {
  const auto found = by_key_.find(Identity{type, key});
  return found == by_key_.end() ? nullptr : entries_.at((*found)->arrival);
}

void IdentityMap::insert(const std::shared_ptr<Entry>& entry) {
  if (entry->arrival == 0) entry->arrival = next_++;
  entries_.emplace(entry->arrival, entry);
  if (!entry->key.empty()) index(*entry);
}

void IdentityMap::index(Entry& entry) {
  const auto [place, is_new] = by_key_.insert(&entry);
  if (is_new || *place == &entry) return;
  auto node = by_key_.extract(place);
  node.value() = &entry;
  by_key_.insert(std::move(node));
}

void IdentityMap::unindex(const Entry& entry) noexcept {
  const auto found = by_key_.find(Identity{entry.type, entry.key});
  if (found != by_key_.end() && *found == &entry) by_key_.erase(found);
}

void IdentityMap::erase(const Entry& entry) noexcept {
  unindex(entry);
  entries_.erase(entry.arrival);
}

}  // namespace rowan::work
