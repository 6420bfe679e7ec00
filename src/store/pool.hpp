#pragma once
/// A database's URL in; connections to it out, lent to one unit of work at a time.

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include <soci/connection-pool.h>

#include <rowan/connection.hpp>

#include "../driver/target.hpp"

namespace rowan::store {

/// Thread-safe. What it has lent keeps it alive.
class Pool : public std::enable_shared_from_this<Pool> {
 public:
  /// Opens one connection at once. Throws ConnectionFailed if it cannot be had, and UsageError for
  /// a URL that names no database or for options that allow no connection.
  [[nodiscard]] static std::shared_ptr<Pool> open(std::string_view url,
                                                  const StoreOptions& options);

  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool();

  [[nodiscard]] Backend backend() const noexcept { return target_.backend; }

  /// A connection in no transaction, opened now if there was none. It comes back when the last
  /// copy of the pointer goes; what is still open then is rolled back.
  /// Waits for at most StoreOptions::lease_timeout. Throws ConnectionFailed.
  [[nodiscard]] std::shared_ptr<Connection> lease();

 private:
  Pool(driver::Target target, const StoreOptions& options);

  void connect(std::size_t slot);
  void disconnect(std::size_t slot) noexcept;
  void take_back(std::size_t slot) noexcept;

  driver::Target target_;
  StoreOptions options_;
  soci::connection_pool sessions_;
  // Over the sessions, so they are declared, and go, before them. Used by who holds the slot.
  std::vector<std::unique_ptr<Connection>> connections_;
};

}  // namespace rowan::store
