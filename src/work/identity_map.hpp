#pragma once
/// (type, key) in, the one entry of a unit of work that stands for it out.

#include <cstddef>
#include <iterator>
#include <memory>
#include <typeindex>
#include <vector>

#include "entry.hpp"
#include "key_index.hpp"

namespace rowan::work {

class IdentityMap {
 public:
  /// The entries in order of arrival. What goes meanwhile is passed over.
  class Entries {
   public:
    using Slots = std::vector<std::shared_ptr<Entry>>;
    class Iterator {
     public:
      explicit Iterator(const Slots& slots) : slots_(&slots) { pass_over(); }
      const std::shared_ptr<Entry>& operator*() const { return (*slots_)[at_]; }
      Iterator& operator++() {
        ++at_;
        pass_over();
        return *this;
      }
      friend bool operator==(const Iterator& a, std::default_sentinel_t) {
        return a.at_ == a.slots_->size();
      }

     private:
      void pass_over() {
        while (at_ < slots_->size() && !(*slots_)[at_]) ++at_;
      }
      const Slots* slots_;
      std::size_t at_ = 0;
    };

    explicit Entries(const Slots& slots) : slots_(slots) {}
    [[nodiscard]] Iterator begin() const { return Iterator(slots_); }
    [[nodiscard]] static std::default_sentinel_t end() { return {}; }

   private:
    const Slots& slots_;
  };

  /// Null when there is none.
  [[nodiscard]] std::shared_ptr<Entry> find(std::type_index type, const KeyValues& key) const;
  /// Whether it is this very one.
  [[nodiscard]] bool holds(const Entry& entry) const noexcept {
    return entry.slot < slots_.size() && slots_[entry.slot].get() == &entry;
  }
  /// An entry whose key is not given yet cannot be found until index().
  void insert(const std::shared_ptr<Entry>& entry);
  /// Makes it findable by its key, in the place of what was.
  void index(Entry& entry) { index_.insert(entry); }
  /// The opposite, before its key changes.
  void unindex(const Entry& entry) noexcept { index_.erase(entry); }
  void erase(const Entry& entry) noexcept;

  [[nodiscard]] Entries all() const noexcept { return Entries(slots_); }

 private:
  void close_gaps() noexcept;

  Entries::Slots slots_;  ///< null: it is gone
  std::size_t gone_ = 0;
  KeyIndex index_;
};

}  // namespace rowan::work
