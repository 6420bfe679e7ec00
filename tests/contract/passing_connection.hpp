#pragma once
/// A connection that does what another does: the base of those that do a little more.

#include <memory>
#include <utility>

#include <rowan/connection.hpp>

namespace contract {

class PassingConnection : public rowan::Connection {
 public:
  explicit PassingConnection(std::unique_ptr<rowan::Connection> inner) : inner_(std::move(inner)) {}
  [[nodiscard]] rowan::Backend backend() const noexcept override { return inner_->backend(); }
  [[nodiscard]] rowan::PlanResult run(const rowan::Plan& plan) override {
    return inner_->run(plan);
  }
  void rollback() noexcept override { inner_->rollback(); }
  [[nodiscard]] bool clean() const noexcept override { return inner_->clean(); }
  [[nodiscard]] void* session() noexcept override { return inner_->session(); }

 private:
  std::unique_ptr<rowan::Connection> inner_;
};

}  // namespace contract
