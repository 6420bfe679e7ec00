#pragma once
/// (type, key) in, the one entry of a unit of work that stands for it out.

#include <cstdint>
#include <map>
#include <memory>
#include <typeindex>
#include <unordered_map>

#include "entry.hpp"

namespace rowan::work {

class IdentityMap {
 public:
  using Entries = std::map<std::uint64_t, std::shared_ptr<Entry>>;

  /// Null when there is none.
  [[nodiscard]] std::shared_ptr<Entry> find(std::type_index type, const KeyValues& key) const;
  /// Whether it is this very one.
  [[nodiscard]] bool holds(const Entry& entry) const noexcept {
    const auto found = entries_.find(entry.arrival);
    return found != entries_.end() && found->second.get() == &entry;
  }
  /// An entry whose key is not given yet cannot be found until index().
  void insert(const std::shared_ptr<Entry>& entry);
  /// Makes it findable by its key.
  void index(const Entry& entry);
  /// The opposite, before its key changes.
  void unindex(const Entry& entry);
  void erase(const Entry& entry);

  /// In order of arrival.
  [[nodiscard]] const Entries& all() const noexcept { return entries_; }

 private:
  using Key = std::pair<std::type_index, KeyValues>;
  struct Hash {
    std::size_t operator()(const Key& key) const noexcept;
  };

  Entries entries_;
  std::unordered_map<Key, std::uint64_t, Hash> arrivals_;
  std::uint64_t next_ = 1;
};

}  // namespace rowan::work
