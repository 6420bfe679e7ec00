#pragma once
/// One way to do the work: with Rowan, by hand row after row, by hand in sets.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "order.hpp"

namespace bench {

/// It holds the orders it was told to load until it is told to clear.
class Contestant {
 public:
  Contestant() = default;
  Contestant(const Contestant&) = delete;
  Contestant& operator=(const Contestant&) = delete;
  virtual ~Contestant() = default;

  /// Makes n orders and stores them in one transaction.
  virtual void insert(std::int64_t n) = 0;
  /// Along the ids, in one consistent read.
  virtual void load(const std::vector<std::int64_t>& ids) = 0;
  /// edit() on all that are held, in one transaction that checks their versions.
  virtual void change() = 0;
  /// The same, of which some are stale: nothing is written. How many were stale.
  virtual std::size_t change_stale() = 0;
  /// Loads one, edit_line(), commits.
  virtual void edit_one(std::int64_t id) = 0;
  /// The same, where versions are unique if it can give such.
  virtual void edit_one_unique(std::int64_t id) { edit_one(id); }
  /// All that are held, in one transaction that checks their versions.
  virtual void remove() = 0;
  /// Finds out that nothing of what is held was changed.
  virtual void commit_unchanged() = 0;
  /// What that needs.
  virtual void get_ready_for_unchanged() {}
  /// Of these orders, loaded and held.
  virtual std::size_t bytes_held(const std::vector<std::int64_t>& ids) = 0;

  virtual void each(const std::function<void(const Order&)>& visit) const = 0;
  virtual void clear() = 0;
};

}  // namespace bench
