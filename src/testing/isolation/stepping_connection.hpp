#pragma once
/// A connection of an actor: runs each plan in single steps, between which the others may come in.

#include <memory>

#include <rowan/connection.hpp>
#include <rowan/testing/test_database.hpp>

#include "actor_run.hpp"

namespace rowan::testing {

/// `actor` must outlive it.
[[nodiscard]] std::unique_ptr<Connection> step_through(std::unique_ptr<Connection> inner,
                                                       ActorRun& actor, SqliteBegin begin);

}  // namespace rowan::testing
