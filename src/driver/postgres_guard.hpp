#pragma once
/// Statements that fail by themselves where they meet other than one row, so that the server does
/// not run the COMMIT behind them in a pipeline.

#include <rowan/connection.hpp>

namespace rowan::driver {

/// Whether it expects nothing, or can be made to fail: it writes, answers no rows, and expects one.
[[nodiscard]] bool can_be_guarded(const Statement& statement);

/// The text of one that does.
[[nodiscard]] SqlText guarded(const SqlText& sql);

/// Whether it has met other than one row, which no trigger can be mistaken for.
[[nodiscard]] bool is_from_guard(const Failure& failure);

}  // namespace rowan::driver
