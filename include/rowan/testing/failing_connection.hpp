#pragma once
/// Lets a test fail the n-th thing that a store asks of its database, for every n:
///
///     auto script = std::make_shared<rowan::testing::Script>();
///     rowan::Store store(url, schema, {.wrap = rowan::testing::fail(script)});
///     script->count();  run();  const auto all = script->operations();
///     for (std::size_t n = 1; n <= all; ++n) { script->fail_at(n, kind);  run();  check(); }

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include <rowan/connection.hpp>

namespace rowan::testing {

enum class Fail {
  before,  ///< it is not sent
  after,   ///< it has been executed, and its answer is replaced by the failure
};

/// Which operation fails, and how many there were. BEGIN, each statement and COMMIT are each an
/// operation; ROLLBACK is none, since it cannot fail. Counted over all connections of a store.
/// Thread-safe.
class Script {
 public:
  struct Fault {
    FailureKind kind;
    Fail when;
  };

  /// Counts from here, and the n-th operation, from 1, fails.
  ///
  /// FailureKind::connection_lost ends the connection: the open transaction is rolled back, as its
  /// server would do, and the store takes another connection for its next unit of work.
  void fail_at(std::size_t n, FailureKind kind, Fail when = Fail::before);
  /// Counts from here, and nothing fails.
  void count();
  /// Since fail_at or count, or since it was made.
  [[nodiscard]] std::size_t operations() const;

  /// Counts an operation and gives its fault, if it is to have one.
  [[nodiscard]] std::optional<Fault> next();

 private:
  mutable std::mutex mutex_;
  std::size_t operations_ = 0;
  std::size_t failing_ = 0;  // none
  Fault fault_{FailureKind::refused, Fail::before};
};

/// A connection that does what it is asked to, except for what its script says.
class FailingConnection final : public Connection {
 public:
  FailingConnection(std::unique_ptr<Connection> inner, std::shared_ptr<Script> script);
  FailingConnection(const FailingConnection&) = delete;
  FailingConnection& operator=(const FailingConnection&) = delete;
  ~FailingConnection() override;

  [[nodiscard]] Backend backend() const noexcept override;
  [[nodiscard]] PlanResult run(const Plan& plan) override;
  void rollback() noexcept override;
  [[nodiscard]] bool clean() const noexcept override;
  [[nodiscard]] void* session() noexcept override;

 private:
  class Saboteur;
  std::unique_ptr<Saboteur> saboteur_;
};

/// For StoreOptions::wrap.
[[nodiscard]] std::function<std::unique_ptr<Connection>(std::unique_ptr<Connection>)> fail(
    std::shared_ptr<Script> script);

}  // namespace rowan::testing
