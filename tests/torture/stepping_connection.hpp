#pragma once
/// Says what a store is about to do to its database, one step at a time.

#include <functional>
#include <memory>
#include <utility>

#include <rowan/connection.hpp>

namespace torture {

enum class Doing : char {
  read,    ///< any step of a transaction that only reads
  write,   ///< BEGIN or a statement of one that writes
  commit,  ///< its COMMIT
};

/// Takes plans apart, so that somebody can be told before each step.
class SteppingConnection final : public rowan::Connection {
 public:
  using Tell = std::function<void(Doing)>;
  SteppingConnection(std::unique_ptr<rowan::Connection> inner, Tell tell)
      : inner_(std::move(inner)), tell_(std::move(tell)) {}

  [[nodiscard]] rowan::Backend backend() const noexcept override { return inner_->backend(); }
  void rollback() noexcept override { inner_->rollback(); }
  [[nodiscard]] bool clean() const noexcept override { return inner_->clean(); }
  [[nodiscard]] void* session() noexcept override { return inner_->session(); }

  [[nodiscard]] rowan::PlanResult run(const rowan::Plan& plan) override {
    rowan::PlanResult all;
    all.complete = true;
    if (plan.begin) {
      writes_ = plan.begin->access == rowan::Access::read_write;
      if (!step({plan.begin, {}, rowan::Plan::Finish::keep_open}, all)) return all;
    }
    for (const rowan::Statement& statement : plan.statements)
      if (!step({{}, {statement}, rowan::Plan::Finish::keep_open}, all)) return all;
    if (plan.finish == rowan::Plan::Finish::commit)
      (void)step({{}, {}, rowan::Plan::Finish::commit}, all);
    return all;
  }

 private:
  bool step(const rowan::Plan& plan, rowan::PlanResult& all) {
    const bool commits = plan.finish == rowan::Plan::Finish::commit;
    tell_(!writes_ ? Doing::read : commits ? Doing::commit : Doing::write);
    rowan::PlanResult one = inner_->run(plan);
    for (rowan::Outcome& outcome : one.outcomes) all.outcomes.push_back(std::move(outcome));
    if (plan.begin || commits) all.transaction_id = one.transaction_id;
    all.complete = one.complete;
    all.failure = std::move(one.failure);
    all.stage = one.stage;
    return all.complete;
  }

  std::unique_ptr<rowan::Connection> inner_;
  Tell tell_;
  bool writes_ = false;
};

}  // namespace torture
