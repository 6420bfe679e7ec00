#pragma once
/// Stores that fail by a script.

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "database.hpp"
#include "orders.hpp"

namespace contract {

/// Fails by the script what is recorded in the log.
template <class B>
rowan::StoreOptions failing(const Database<B>& db,
                            const std::shared_ptr<rowan::testing::Script>& script) {
  rowan::StoreOptions options;
  options.wrap = [script, log = db.log](std::unique_ptr<rowan::Connection> connection) {
    return rowan::testing::fail(script)(rowan::testing::record(log)(std::move(connection)));
  };
  return options;
}

class Watching : public rowan::Observer {
 public:
  std::vector<int> attempts;
  std::size_t conflicts = 0;
  std::size_t committed_aggregates = 0;
  void retrying(int attempt, const rowan::Error& cause,
                std::chrono::milliseconds) noexcept override {
    CHECK(cause.retryable());
    attempts.push_back(attempt);
  }
  void conflict(const rowan::StaleDataError&) noexcept override { ++conflicts; }
  void committed(std::size_t aggregates) noexcept override { committed_aggregates += aggregates; }
};

/// A store that fails by its script and is watched, with a product in it.
template <class B>
struct Watched {
  Database<B> db;
  std::shared_ptr<rowan::testing::Script> script = std::make_shared<rowan::testing::Script>();
  std::shared_ptr<Watching> watching = std::make_shared<Watching>();
  rowan::Store store = open();
  int runs = 0;

  Watched() {
    store_all(store, Product{1, "pen"});
    watching->committed_aggregates = 0;
  }
  void run() {
    store.transact([&](rowan::UnitOfWork& work) {
      ++runs;
      work.get<Product>(1)->name += "!";
    });
  }

 private:
  rowan::Store open() {
    auto options = failing(db, script);
    options.observer = watching;
    options.work.retry = rowan::Retry{.attempts = 3, .pause = std::chrono::milliseconds(1)};
    return db.template open<Product>(std::move(options));
  }
};

}  // namespace contract
