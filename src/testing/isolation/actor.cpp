#include <rowan/testing/actor.hpp>

#include "actor_run.hpp"

namespace rowan::testing {

int Actor::number() const noexcept {
  return run_.number();
}

const Setting& Actor::setting() const noexcept {
  return run_.setting();
}

Store& Actor::store() noexcept {
  return run_.store();
}

UnitOfWork Actor::begin(const WorkOptions& options) {
  return run_.store().begin(options);
}

void Actor::at(std::string_view label) {
  run_.checkpoint(std::string(label));
}

void Actor::look(Looking looking) noexcept {
  run_.look(looking == Looking::yes);
}

Steps Actor::step_by(Steps steps) noexcept {
  return run_.step_by(steps);
}

void Actor::note(std::string text) {
  run_.say(std::move(text));
}

}  // namespace rowan::testing
