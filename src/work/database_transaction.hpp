#pragma once
/// Plans in, their results out, each seen by the observer: the one database transaction that a
/// unit of work, a load or a probe has open.

#include <memory>

#include <rowan/connection.hpp>

#include "host.hpp"

namespace rowan::work {

/// Rolls back what is open when it ends.
class DatabaseTransaction {
 public:
  explicit DatabaseTransaction(std::shared_ptr<Host> host) : host_(std::move(host)) {}
  DatabaseTransaction(const DatabaseTransaction&) = delete;
  DatabaseTransaction& operator=(const DatabaseTransaction&) = delete;
  ~DatabaseTransaction() { rollback(); }

  [[nodiscard]] bool open() const noexcept { return connection_ != nullptr; }

  /// Leases a connection where none is held; it is given back when the plan has committed. After
  /// an incomplete plan the transaction is still open: roll it back. After an exception there is
  /// none, whatever had become of the plan. Throws ConnectionFailed.
  PlanResult run(const Plan& plan);
  /// Runs the plan and raises its failure, having rolled back, where there is one. A read-only
  /// transaction that lost its connection at COMMIT is a ConnectionLost: there is no doubt about
  /// it.
  std::vector<Outcome> run_or_raise(const Plan& plan, const std::string& place);
  /// Gives the connection back; nothing when none is held.
  void rollback() noexcept;
  /// Whether the last plan ended with an exception once it was on its way to the database.
  [[nodiscard]] bool threw() const noexcept { return threw_ == Threw::yes; }
  /// Open transactions only.
  [[nodiscard]] Connection& connection() noexcept { return *connection_; }

 private:
  void observe(const Plan& plan, const PlanResult& result) const noexcept;
  void observe(std::string_view sql, std::chrono::nanoseconds took, std::size_t rows,
               std::string_view code) const noexcept;

  std::shared_ptr<Host> host_;
  std::shared_ptr<Connection> connection_;
  enum class Threw { no, yes } threw_ = Threw::no;
  Access access_ = Access::read_write;  ///< as the transaction was begun
};

}  // namespace rowan::work
