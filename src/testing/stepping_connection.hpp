#pragma once
/// A connection of an actor: runs each plan in single steps, between which the others may come in.

#include <memory>

#include <rowan/connection.hpp>
#include <rowan/testing/test_database.hpp>

#include "lane.hpp"

namespace rowan::testing {

/// `lane` must outlive it.
[[nodiscard]] std::unique_ptr<Connection> step_through(std::unique_ptr<Connection> inner,
                                                       Lane& lane, SqliteBegin begin);

}  // namespace rowan::testing
