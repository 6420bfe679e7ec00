#pragma once
/// (type, key) in, the entry that is known by it out: a table of pointers, since the entries have
/// their keys themselves.

#include <cstddef>
#include <typeindex>
#include <vector>

#include "entry.hpp"

namespace rowan::work {

class KeyIndex {
 public:
  /// Null when there is none.
  [[nodiscard]] Entry* find(std::type_index type, const KeyValues& key) const noexcept;
  /// In the place of whoever had the same key.
  void insert(Entry& entry);
  /// Unless another is known by its key. The key is what it was when it was inserted.
  void erase(const Entry& entry) noexcept;

 private:
  /// Where it is, or where it would be.
  [[nodiscard]] std::size_t place_of(std::type_index type, const KeyValues& key) const noexcept;
  [[nodiscard]] std::size_t home_of(std::type_index type, const KeyValues& key) const noexcept;
  void grow();

  std::vector<Entry*> table_;  ///< null: free; its size is 0 or a power of two
  std::size_t count_ = 0;
};

}  // namespace rowan::work
