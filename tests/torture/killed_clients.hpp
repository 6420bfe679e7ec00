#pragma once
/// A process that is killed while it commits, again and again.

#include <cstdint>
#include <cstdio>
#include <memory>
#include <random>
#include <string>
#include <thread>

#include "parcels.hpp"
#include "processes.hpp"
#include "stepping_connection.hpp"

namespace torture {

class KilledClients {
 public:
  KilledClients(std::string url, rowan::Journal journal, std::uint32_t seed)
      : url_(std::move(url)), journal_(journal), random_(seed) {}

  /// Until so many commits have been acknowledged, and somebody was killed within COMMIT.
  void run(std::int64_t commits, const char* name) {
    Process founder([this] {
      rowan::Store store = open({});
      found_shippers(store, 1);
    });
    require(founder.wait(), "the tables could not be made");
    std::int64_t there = 0;
    const std::int64_t patience = 20 * commits;
    while (acknowledged_ < commits || (in_commit_ == 0 && kills_ < patience)) {
      kill_one();
      there = judge();
      require(there == last_ || there == last_ + 1,
              std::to_string(last_) + " was the last to be acknowledged, and " +
                  std::to_string(there) + " is the last that is there");
    }
    require(in_commit_ > 0, "nobody was killed within COMMIT");
    std::printf(
        "%s, killed clients: %lld commits acknowledged, %lld kills, %lld inside of a writing "
        "transaction, %lld of them within COMMIT; %lld commits there without acknowledgement\n",
        name, number(acknowledged_), number(kills_), number(in_transaction_), number(in_commit_),
        number(there - acknowledged_));
  }

 private:
  /// What the client tells: the step it is about to take, or the commit it has been given.
  struct Mark {
    Doing doing;
    std::int64_t committed;
  };

  static long long number(std::int64_t value) { return value; }

  rowan::Store open(SteppingConnection::Tell tell) const {
    rowan::StoreOptions options;
    options.journal = journal_;
    if (tell)
      options.wrap = [tell](std::unique_ptr<rowan::Connection> inner) {
        return std::make_unique<SteppingConnection>(std::move(inner), tell);
      };
    return open_parcels(url_, std::move(options));
  }

  void kill_one() {
    const bool whole = below(2) == 1;
    Pipe marks;
    Process client([&] {
      rowan::Store store = open([&](Doing doing) { marks.send(Mark{doing, 0}); });
      rowan::WorkOptions options;
      if (whole) options.transaction = rowan::Transaction::from_first_read;
      options.retry = rowan::Retry{.attempts = 20};
      for (;;) {
        const std::int64_t committed =
            store.transact([](rowan::UnitOfWork& unit) { return ship(unit, 1); }, options);
        marks.send(Mark{Doing::read, committed});
      }
    });
    marks.close_writing();

    // So many acknowledged commits, and then so many steps of one kind.
    std::int64_t commits_left = 1 + below(6);
    Doing wanted = below(2) == 0 ? Doing::commit : Doing::write;
    if (!whole && below(6) == 0) wanted = Doing::read;
    std::int64_t steps_left = wanted == Doing::commit ? 1 : 1 + below(6);
    Mark mark{};
    first_of_client_ = true;
    while (commits_left > 0 || steps_left > 0) {
      require(marks.receive(mark), "the client ended before it was killed");
      note(mark);
      if (commits_left > 0)
        commits_left -= mark.committed != 0 ? 1 : 0;
      else
        steps_left -= mark.committed == 0 && mark.doing == wanted ? 1 : 0;
    }
    // What it has told of begins behind the telling, so some kills are to come later than others.
    for (std::int64_t turns = below(4) * below(20); turns > 0; --turns) std::this_thread::yield();
    client.kill();
    require(!client.wait(), "the client was not killed");
    ++kills_;
    while (marks.receive(mark)) note(mark);  // what it had told before it knew
    in_transaction_ += mark.committed == 0 && mark.doing != Doing::read ? 1 : 0;
    in_commit_ += mark.committed == 0 && mark.doing == Doing::commit ? 1 : 0;
  }

  void note(const Mark& mark) {
    if (mark.committed == 0) return;
    // One more than was acknowledged may be there from the client before.
    const std::int64_t skipped = mark.committed - last_ - 1;
    require(skipped == 0 || (first_of_client_ && skipped == 1),
            std::to_string(mark.committed) + " was acknowledged after " + std::to_string(last_));
    first_of_client_ = false;
    last_ = mark.committed;
    ++acknowledged_;
  }

  [[nodiscard]] std::int64_t judge() const {
    Pipe verdict;
    Process judge([&] {
      rowan::Store store = open({});
      verdict.send(check_parcels(store, 1));
    });
    verdict.close_writing();
    std::int64_t there = -1;
    require(verdict.receive(there) && judge.wait(), "what the clients left is not whole");
    return there;
  }

  std::int64_t below(std::int64_t end) {
    return std::uniform_int_distribution<std::int64_t>(0, end - 1)(random_);
  }

  std::string url_;
  rowan::Journal journal_;
  std::mt19937 random_;
  bool first_of_client_ = true;
  std::int64_t last_ = 0;  // acknowledged
  std::int64_t acknowledged_ = 0;
  std::int64_t kills_ = 0;
  std::int64_t in_transaction_ = 0;
  std::int64_t in_commit_ = 0;
};

}  // namespace torture
