#pragma once
/// A failure in, the exception that tells a program how to react out.

#include <string>

#include <rowan/connection.hpp>
#include <rowan/errors.hpp>

namespace rowan::driver {

/// Throws the class of rowan/errors.hpp that `failure` calls for, when it happened at `stage`.
/// `place` says what was being done, as "orders 42"; it may be empty. `sql` is the statement,
/// `resolver` that of a CommitUnknown.
///
/// The text is made of names and codes: what the database said may hold values.
[[noreturn]] void raise(const Failure& failure, PlanResult::Stage stage, const std::string& place,
                        const std::string& sql, CommitUnknown::Resolver resolver = {});

/// The table or column that the database does not know, as its message names it; empty if the
/// message is in no form that we know.
[[nodiscard]] std::string unknown_name(const Failure& failure);

}  // namespace rowan::driver
