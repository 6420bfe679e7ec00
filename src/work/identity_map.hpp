#pragma once
/// (type, key) in, the one entry of a unit of work that stands for it out.

#include <cstdint>
#include <map>
#include <memory>
#include <typeindex>
#include <unordered_set>

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
  /// Makes it findable by its key, in the place of what was.
  void index(Entry& entry);
  /// The opposite, before its key changes.
  void unindex(const Entry& entry) noexcept;
  void erase(const Entry& entry) noexcept;

  /// In order of arrival.
  [[nodiscard]] const Entries& all() const noexcept { return entries_; }

 private:
  /// Found by what an entry is of, so that no key is kept or copied beside the entry's own.
  struct Identity {
    std::type_index type;
    const KeyValues& key;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(const Identity& identity) const noexcept;
    std::size_t operator()(const Entry* entry) const noexcept {
      return (*this)(Identity{entry->type, entry->key});
    }
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const Entry* a, const Entry* b) const noexcept {
      return (*this)(Identity{a->type, a->key}, b);
    }
    bool operator()(const Identity& identity, const Entry* entry) const noexcept {
      return identity.type == entry->type && identity.key == entry->key;
    }
  };

  Entries entries_;
  std::unordered_set<Entry*, Hash, Equal> by_key_;
  std::uint64_t next_ = 1;
};

}  // namespace rowan::work
