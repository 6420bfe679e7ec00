#pragma once
/// What all hand-written code has in common: plain structs in a vector.

#include <utility>

#include "contestant.hpp"
#include "failure.hpp"
#include "heap.hpp"
#include "order_data.hpp"

namespace bench {

class HandWritten : public Contestant {
 public:
  std::size_t change_stale() final {
    try {
      change();
    } catch (const Stale&) {
      rollback();
      return count_stale();
    }
    throw Wrong("a stale row was not noticed");
  }
  /// Against a copy.
  void commit_unchanged() final { require(orders_ == copies_, "something was changed"); }
  void get_ready_for_unchanged() final { copies_ = orders_; }

  std::size_t bytes_held(const std::vector<std::int64_t>& ids) final {
    load(ids);
    copies_ = orders_;  // no vector is longer than it has to be
    orders_ = std::vector<Order>();
    const std::size_t before = heap_in_use();
    copies_ = std::vector<Order>();
    return before - heap_in_use();
  }

  void each(const std::function<void(const Order&)>& visit) const final {
    for (const Order& order : orders_) visit(order);
  }
  void clear() final {
    orders_ = std::vector<Order>();
    copies_ = std::vector<Order>();
  }

 protected:
  virtual void rollback() = 0;
  /// Asks for the versions of all that are held.
  virtual std::size_t count_stale() = 0;

  void make(std::int64_t n) {
    orders_.clear();
    orders_.reserve(static_cast<std::size_t>(n));
    for (std::int64_t id = 1; id <= n; ++id) {
      orders_.push_back(make_order(id));
      orders_.back().version = 1;
    }
  }
  /// Once COMMIT is certain.
  void move_versions() {
    for (Order& order : orders_) ++order.version;
  }

  std::vector<Order> orders_;

 private:
  std::vector<Order> copies_;
};

}  // namespace bench
