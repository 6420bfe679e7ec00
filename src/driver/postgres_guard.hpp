#pragma once
/// Statements that fail by themselves where they meet other than one row, so that the server does
/// not run the COMMIT behind them in a pipeline.

#include <cstddef>
#include <optional>

#include <rowan/connection.hpp>

namespace rowan::driver {

/// Whether it expects nothing, or can be made to fail: it writes, answers no rows, and expects one.
[[nodiscard]] bool can_be_guarded(const Statement& statement);

/// The text of one that does.
[[nodiscard]] SqlText guarded(const SqlText& sql);

/// How many rows it has met, if that is its failure, which no trigger's can be mistaken for.
[[nodiscard]] std::optional<std::size_t> rows_met(const Failure& failure);

}  // namespace rowan::driver
