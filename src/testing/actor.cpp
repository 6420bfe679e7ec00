#include <rowan/testing/actor.hpp>

#include "lane.hpp"

namespace rowan::testing {

int Actor::number() const noexcept {
  return lane_.number();
}

const Setting& Actor::setting() const noexcept {
  return lane_.setting();
}

Store& Actor::store() noexcept {
  return lane_.store();
}

UnitOfWork Actor::begin(const WorkOptions& options) {
  lane_.start_anew();
  return lane_.store().begin(options);
}

void Actor::at(std::string_view label) {
  lane_.checkpoint(std::string(label));
}

void Actor::look(Looking looking) noexcept {
  lane_.look(looking == Looking::yes);
}

Steps Actor::step_by(Steps steps) noexcept {
  return lane_.step_by(steps);
}

void Actor::note(std::string text) {
  lane_.say(std::move(text));
}

}  // namespace rowan::testing
