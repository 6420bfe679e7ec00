#pragma once
/// Runs the code of several actors in every order in which their steps can come, in every setting
/// of a matrix, and compares what comes out with what they do one after another.
///
///     const Scenario two_deposits{"two deposits", store_account, {deposit, deposit}};
///     const auto report = explore(rowan::Schema::of<Account>(), {two_deposits}, matrix);
///     CHECK(report.serializable());
///
/// A run is serializable if there is an order of the actors that committed in which, one after
/// another, they see the same, end the same way, and leave the same rows. An actor has committed if
/// its code returned, or if a unit of its had committed before it threw. What it sees are the
/// aggregates it loads, those that are not there, how many rows its queries match, and what it
/// says itself (Actor::saw); what a unit saw that was rolled back does not count. So an actor
/// stands for one transaction: one that commits twice has to look as if nobody had come in between.
///
/// Whether an actor waits for another is asked of the database: PostgreSQL knows
/// (pg_isolation_test_session_is_blocked, which its own isolation tests use), and SQLite says so by
/// SQLITE_BUSY, whereupon the statement is sent again after another's step, as a busy handler does.
/// Where all wait for each other, who began first is ended at once, as the database would do later:
/// with a Deadlock on PostgreSQL, with a LockTimeout on SQLite.
/// Actors' own SQL over rowan::session is run as it is.

#include <functional>
#include <string_view>
#include <vector>

#include <rowan/errors.hpp>
#include <rowan/schema.hpp>
#include <rowan/testing/matrix.hpp>
#include <rowan/testing/report.hpp>
#include <rowan/testing/scenario.hpp>

namespace rowan::testing {

/// The same schedule has taken another course the second time, so that nothing can be said about
/// it: an actor, or the database, does not do the same each time.
class NotDeterministic : public Error {
 public:
  using Error::Error;
};

/// Makes the tables of `schema`, once on each database, and the runs of each scenario in each
/// setting; calls `each` with a cell that is done. Throws
/// - UsageError for no scenario, one with no actor or more than six, a matrix that has no setting
/// on
///   one of its databases or has two of one name, and a table that names its schema, which would
///   not be the test's own;
/// - NotDeterministic;
/// - what `fresh` throws; ConnectionFailed;
/// - std::runtime_error when an actor neither gets on nor waits for another one for a minute.
[[nodiscard]] Report explore(const Schema& schema, const std::vector<Scenario>& scenarios,
                             const Matrix& matrix,
                             const std::function<void(const Cell&)>& each = {});

/// One run in a setting of the matrix, by the name that a report gives it. Throws as explore does,
/// and UsageError for a setting that the matrix does not have and for a name that is no schedule of
/// these actors.
[[nodiscard]] Run replay(const Schema& schema, const Scenario& scenario, const Matrix& matrix,
                         const Setting& setting, std::string_view schedule);

}  // namespace rowan::testing
