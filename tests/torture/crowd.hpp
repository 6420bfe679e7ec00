#pragma once
/// Clients that commit at the same time, while somebody who counts along cuts them off.

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <thread>
#include <vector>

#include "sure_client.hpp"

namespace torture {

class Crowd {
 public:
  /// Each has a shipper of its own, and ends after so many commits.
  Crowd(const std::string& url, int clients, std::int64_t commits)
      : all_(clients * commits), store_(open_parcels(url)) {
    found_shippers(store_, clients);
    for (std::int64_t id = 1; id <= clients; ++id)
      threads_.emplace_back([this, id, commits] { work(id, commits); });
  }
  ~Crowd() { join(); }
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  [[nodiscard]] std::int64_t commits() const { return all_; }
  /// How many have been acknowledged, once they are that many; or more than all after a failure.
  [[nodiscard]] std::int64_t wait_for(std::int64_t acknowledged) const {
    std::int64_t now = acknowledged_.load();
    for (; now < acknowledged && now < all_; now = acknowledged_.load()) acknowledged_.wait(now);
    return now;
  }
  /// While it is held, nobody tries to connect again.
  std::shared_mutex& server_is_down() { return server_is_down_; }

  /// When they are done: everything they were told is there, and nothing else.
  Losses finish() {
    join();
    if (!failure_.empty()) throw Broken(failure_);
    for (std::size_t i = 0; i < threads_.size(); ++i) {
      const auto id = static_cast<std::int64_t>(i) + 1;
      const std::int64_t last = check_parcels(store_, id);
      require(last == all_ / static_cast<std::int64_t>(threads_.size()),
              "shipper " + std::to_string(id) + " ends at " + std::to_string(last));
    }
    return losses_;
  }

 private:
  void join() {
    for (std::thread& thread : threads_)
      if (thread.joinable()) thread.join();
  }

  void work(std::int64_t id, std::int64_t commits) {
    SureClient client(store_, id, [this] { const std::shared_lock up(server_is_down_); });
    std::string failure;
    try {
      for (std::int64_t i = 0; i < commits; ++i) {
        rowan::WorkOptions options;
        if (i % 2 == 0) options.transaction = rowan::Transaction::from_first_read;
        client.ship_one(options);
        ++acknowledged_;
        acknowledged_.notify_all();
      }
    } catch (const rowan::Error& error) {
      failure =
          std::string(error.what()) + "\n  " + error.sql() + "\n  " + error.database_message();
    } catch (const std::exception& error) {
      failure = error.what();
    }
    const std::lock_guard lock(mutex_);
    losses_.add(client.losses);
    if (failure.empty()) return;
    failure_ = failure;
    acknowledged_ += all_;  // nobody is to wait for what will not come
    acknowledged_.notify_all();
  }

  std::int64_t all_;
  rowan::Store store_;
  std::atomic<std::int64_t> acknowledged_{0};
  std::shared_mutex server_is_down_;
  std::mutex mutex_;  // of what follows
  Losses losses_;
  std::string failure_;
  std::vector<std::thread> threads_;
};

}  // namespace torture
