#include "identity_map.hpp"

#include <algorithm>
#include <utility>

namespace rowan::work {

std::shared_ptr<Entry> IdentityMap::find(std::type_index type, const KeyValues& key) const {
  const Entry* found = index_.find(type, key);
  return found ? slots_[found->slot] : nullptr;
}

void IdentityMap::insert(const std::shared_ptr<Entry>& entry) {
  // What comes back to the unit takes its old place, as long as there is one.
  if (entry->slot < slots_.size() && !slots_[entry->slot]) {
    slots_[entry->slot] = entry;
    --gone_;
    if (!entry->key.empty()) index(*entry);
    return;
  }
  if (gone_ > slots_.size() / 2) close_gaps();
  slots_.push_back(entry);
  entry->slot = slots_.size() - 1;
  if (!entry->key.empty()) index(*entry);
}

void IdentityMap::erase(const Entry& entry) noexcept {
  unindex(entry);
  if (!holds(entry)) return;
  const auto held = std::exchange(slots_[entry.slot], nullptr);
  ++gone_;
}

void IdentityMap::close_gaps() noexcept {
  std::erase(slots_, nullptr);
  gone_ = 0;
  for (std::size_t i = 0; i < slots_.size(); ++i) slots_[i]->slot = i;
}

}  // namespace rowan::work
