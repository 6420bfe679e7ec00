/// Lends SOCI's pooled sessions with our connections over them.

#include "pool.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <string>
#include <utility>

#include <soci/soci.h>

#include <rowan/errors.hpp>

#include "../driver/open.hpp"

namespace rowan::store {
namespace {

using driver::Storage;
using driver::Target;

/// A database in memory belongs to one connection, and another would see another database.
std::size_t size_of_pool(const Target& target, const StoreOptions& options) {
  if (options.connections == 0) throw UsageError("a store needs at least one connection");
  return target.storage == Storage::in_memory ? 1 : options.connections;
}

int milliseconds_of(std::chrono::milliseconds time) {
  constexpr std::chrono::milliseconds longest{std::numeric_limits<int>::max()};
  // SOCI waits forever for a negative time.
  return static_cast<int>(std::clamp(time, std::chrono::milliseconds::zero(), longest).count());
}

}  // namespace

Pool::Pool(Target target, const StoreOptions& options)
    : target_(std::move(target)),
      options_(options),
      sessions_(size_of_pool(target_, options)),
      connections_(size_of_pool(target_, options)) {}

Pool::~Pool() = default;

std::shared_ptr<Pool> Pool::open(std::string_view url, const StoreOptions& options) {
  std::shared_ptr<Pool> pool(new Pool(driver::parse_target(url), options));
  (void)pool->lease();
  return pool;
}

std::shared_ptr<Connection> Pool::lease() {
  std::size_t slot = 0;
  try {
    if (!sessions_.try_lease(slot, milliseconds_of(options_.lease_timeout)))
      throw ConnectionFailed("all " + std::to_string(connections_.size()) +
                             " connections of the store to " + target_.label + " are in use");
  } catch (const soci::soci_error& error) {
    throw ConnectionFailed("the connections of the store to " + target_.label + " are unusable",
                           {.sql = {}, .code = {}, .database_message = error.get_error_message()});
  }
  // From here on the slot comes back, also when there is an exception.
  const std::shared_ptr<void> held(
      nullptr, [pool = shared_from_this(), slot](void*) noexcept { pool->take_back(slot); });

  // A server that was started anew in the meantime has hung up.
  if (connections_[slot] && !connections_[slot]->clean()) disconnect(slot);
  if (!connections_[slot]) connect(slot);
  return {held, connections_[slot].get()};
}

void Pool::connect(std::size_t slot) {
  std::unique_ptr<Connection> connection = driver::connect(sessions_.at(slot), target_, options_);
  if (options_.wrap) connection = options_.wrap(std::move(connection));
  if (!connection) throw UsageError("StoreOptions::wrap gave no connection");
  connections_[slot] = std::move(connection);
}

void Pool::disconnect(std::size_t slot) noexcept {
  // Its statements are finalized here; SQLite does not close a database that has any.
  connections_[slot].reset();
  // With its only session a database in memory would go too.
  if (target_.storage == Storage::lasting) sessions_.at(slot).close();
}

void Pool::take_back(std::size_t slot) noexcept {
  if (Connection* connection = connections_[slot].get()) {
    connection->rollback();
    if (!connection->clean()) disconnect(slot);
  }
  sessions_.give_back(slot);
}

}  // namespace rowan::store
