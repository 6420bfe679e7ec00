#include "key_index.hpp"

#include <functional>
#include <string_view>
#include <utility>

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

/// So that keys that differ in some bits only do so in the lower ones too.
std::size_t mix(std::size_t hash) noexcept {
  std::uint64_t out = hash * std::uint64_t{0x9E3779B97F4A7C15};
  return static_cast<std::size_t>(out ^ out >> 32U);
}

}  // namespace

std::size_t KeyIndex::home_of(std::type_index type, const KeyValues& key) const noexcept {
  std::size_t hash = type.hash_code();
  for (const Value& value : key)
    hash = hash * 31 + std::visit(HashValue{}, static_cast<const Value::variant&>(value));
  return mix(hash) & (table_.size() - 1);
}

std::size_t KeyIndex::place_of(std::type_index type, const KeyValues& key) const noexcept {
  std::size_t at = home_of(type, key);
  while (table_[at] && !(table_[at]->type == type && table_[at]->key == key))
    at = (at + 1) & (table_.size() - 1);
  return at;
}

Entry* KeyIndex::find(std::type_index type, const KeyValues& key) const noexcept {
  return table_.empty() ? nullptr : table_[place_of(type, key)];
}

void KeyIndex::insert(Entry& entry) {
  if (count_ + 1 > table_.size() / 4 * 3) grow();
  Entry*& place = table_[place_of(entry.type, entry.key)];
  if (!place) ++count_;
  place = &entry;
}

void KeyIndex::erase(const Entry& entry) noexcept {
  if (table_.empty()) return;
  const std::size_t last = table_.size() - 1;
  std::size_t free = place_of(entry.type, entry.key);
  if (table_[free] != &entry) return;
  table_[free] = nullptr;
  --count_;
  // Who stands behind it because its place was taken moves up, for find() stops at a free place.
  for (std::size_t at = (free + 1) & last; table_[at]; at = (at + 1) & last) {
    const std::size_t home = home_of(table_[at]->type, table_[at]->key);
    if (((at - home) & last) < ((at - free) & last)) continue;
    table_[free] = std::exchange(table_[at], nullptr);
    free = at;
  }
}

void KeyIndex::grow() {
  constexpr std::size_t least = 16;
  std::vector<Entry*> old(table_.empty() ? least : 2 * table_.size());
  std::swap(old, table_);
  for (Entry* entry : old)
    if (entry) table_[place_of(entry->type, entry->key)] = entry;
}

}  // namespace rowan::work
