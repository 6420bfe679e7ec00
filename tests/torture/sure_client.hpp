#pragma once
/// A client that loses its connection now and then, and always finds out what became of a commit.

#include <cstdint>
#include <functional>
#include <string>
#include <thread>

#include "parcels.hpp"

namespace torture {

struct Losses {
  std::int64_t acknowledged = 0;
  std::int64_t connections_lost = 0;
  std::int64_t committed = 0;    ///< lost COMMITs of which resolve() said so
  std::int64_t rolled_back = 0;  ///< the same
  std::int64_t asked_again = 0;  ///< resolve() did not know yet, or did not get through
  std::int64_t looked_up = 0;    ///< lost COMMITs that only the data tell of, after a crash

  void add(const Losses& other) {
    acknowledged += other.acknowledged;
    connections_lost += other.connections_lost;
    committed += other.committed;
    rolled_back += other.rolled_back;
    asked_again += other.asked_again;
    looked_up += other.looked_up;
  }
  [[nodiscard]] std::string text() const {
    return std::to_string(acknowledged) + " commits acknowledged, " +
           std::to_string(connections_lost) + " connections lost before COMMIT, " +
           std::to_string(committed + rolled_back) + " within it: " + std::to_string(committed) +
           " committed, " + std::to_string(rolled_back) + " rolled back, asked again " +
           std::to_string(asked_again) + " times, " + std::to_string(looked_up) +
           " found out by looking";
  }
};

/// The only one that commits for its shipper, so it knows which number comes next.
class SureClient {
 public:
  /// `wait_for_server` is called when there is no connection to be had, or no answer.
  SureClient(rowan::Store& store, std::int64_t shipper, std::function<void()> wait_for_server)
      : store_(store), shipper_(shipper), wait_for_server_(std::move(wait_for_server)) {}

  /// The next commit, for sure.
  void ship_one(rowan::WorkOptions options) {
    options.retry = rowan::Retry{.attempts = 20, .pause = std::chrono::milliseconds(1)};
    for (int attempt = 0; attempt < attempts; ++attempt) {
      if (!try_to_ship(options)) continue;
      ++losses.acknowledged;
      ++next_;
      return;
    }
    throw Broken("no commit succeeds any more");
  }

  /// Whether it was committed; asked until that is known. A server that has crashed since does not
  /// know any more, but then no transaction of before is on its way either, so one can look.
  bool resolve(const rowan::CommitUnknown& lost) {
    using Answer = rowan::CommitUnknown::Answer;
    constexpr int patience = 1000;
    for (int attempt = 0; attempt < patience; ++attempt, ++losses.asked_again) {
      try {
        const Answer answer = lost.resolve();
        if (answer == Answer::unknown) {
          std::this_thread::yield();  // the server has not noticed yet that it is alone
          continue;
        }
        ++(answer == Answer::committed ? losses.committed : losses.rolled_back);
        return answer == Answer::committed;
      } catch (const rowan::ConnectionFailed&) {
        wait_for_server_();
      } catch (const rowan::ConnectionLost&) {
        wait_for_server_();
      }
    }
    ++losses.looked_up;
    return store_.transact(
        [&](rowan::UnitOfWork& unit) { return unit.get<Shipper>(shipper_)->last == next_; });
  }

  Losses losses;

 private:
  static constexpr int attempts = 10000;

  bool try_to_ship(const rowan::WorkOptions& options) {
    try {
      int tries = 0;
      store_.transact(
          [&](rowan::UnitOfWork& unit) {
            losses.connections_lost += tries++ > 0 ? 1 : 0;
            const std::int64_t number = ship(unit, shipper_);
            require(number == next_, "shipper " + std::to_string(shipper_) + " is to commit " +
                                         std::to_string(next_) + ", and the next is " +
                                         std::to_string(number));
          },
          options);
      return true;
    } catch (const rowan::CommitUnknown& lost) {
      return resolve(lost);
    } catch (const rowan::ConnectionLost&) {
      ++losses.connections_lost;
    } catch (const rowan::ConnectionFailed&) {
    }
    wait_for_server_();
    return false;
  }

  rowan::Store& store_;
  std::int64_t shipper_;
  std::int64_t next_ = 1;
  std::function<void()> wait_for_server_;
};

}  // namespace torture
