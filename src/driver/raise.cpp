/// Chooses the class and the sentence for each kind of failure.

#include "raise.hpp"

#include <array>
#include <string_view>
#include <utility>

#include <rowan/errors.hpp>

namespace rowan::driver {
namespace {

using Stage = PlanResult::Stage;

std::string named(const char* what, const std::string& name) {
  return name.empty() ? std::string("a ") + what : std::string("the ") + what + " " + name;
}

std::string unknown(const char* what, const Failure& failure) {
  const std::string name = unknown_name(failure);
  return name.empty() ? std::string("a ") + what + " does not exist"
                      : std::string("there is no ") + what + " " + name;
}

/// Whether a failed COMMIT may have happened all the same: its answer was lost, or the server met
/// an error of its own (classes XX and 58), as one does that commits in several places.
bool is_in_doubt(const Failure& failure, Stage stage) {
  if (stage != Stage::commit) return false;
  return failure.kind == FailureKind::connection_lost || failure.code.starts_with("XX") ||
         failure.code.starts_with("58");
}

std::string sentence(const Failure& failure, Stage stage) {
  if (is_in_doubt(failure, stage) && failure.kind != FailureKind::connection_lost)
    return "the server failed while COMMIT was under way; it may have happened or not";
  switch (failure.kind) {
    case FailureKind::serialization: return "a concurrent transaction was in the way";
    case FailureKind::deadlock:
      return "two transactions waited for each other, and this one was chosen to end";
    case FailureKind::lock_timeout: return "a lock was not to be had in time";
    case FailureKind::statement_timeout: return "the statement took longer than it was allowed to";
    case FailureKind::connection_lost:
      return stage == Stage::commit
                 ? "the connection was lost while COMMIT was under way; it may have happened or not"
                 : "the connection was lost before COMMIT; nothing was written";
    case FailureKind::unique:
      return named("unique constraint", failure.constraint) + " is violated";
    case FailureKind::foreign_key: return named("foreign key", failure.constraint) + " is violated";
    case FailureKind::not_null: return named("column", failure.constraint) + " must not be NULL";
    case FailureKind::check: return named("check constraint", failure.constraint) + " is violated";
    case FailureKind::value: return "a value does not fit its column";
    case FailureKind::read_only: return "the database or the transaction is read-only";
    case FailureKind::aborted: return "the transaction had been aborted before";
    case FailureKind::unknown_table: return unknown("table", failure);
    case FailureKind::unknown_column: return unknown("column", failure);
    case FailureKind::refused: return "the database refused the statement";
    case FailureKind::resources: return "the database could not carry on";
  }
  return "the database failed";
}

std::string message_of(const Failure& failure, Stage stage, const std::string& place) {
  std::string message = place.empty() ? std::string() : place + ": ";
  message += sentence(failure, stage);
  if (!failure.code.empty()) message += " (" + failure.code + ")";
  return message;
}

[[noreturn]] void raise_violation(ConstraintViolation::Kind kind, const Failure& failure,
                                  const std::string& message, ErrorContext context) {
  throw ConstraintViolation(kind, failure.constraint, message, std::move(context));
}

/// What stands between `before` and `after`; empty if they are not there.
std::string_view between(std::string_view text, std::string_view before, std::string_view after) {
  const auto start = text.find(before);
  if (start == text.npos) return {};
  text.remove_prefix(start + before.size());
  const auto end = after.empty() ? text.size() : text.find(after);
  return end == text.npos ? std::string_view() : text.substr(0, end);
}

}  // namespace

std::string unknown_name(const Failure& failure) {
  std::string_view message = failure.message;
  message = message.substr(0, message.find('\n'));
  struct Form {
    std::string_view before;
    std::string_view after;
  };
  // PostgreSQL writes `relation "x" does not exist`, `column "x" of relation "t" does not exist`
  // and, of a column after a table's name, `column t.x does not exist`. SQLite adds a hint to the
  // name of a column that stood in quotes, and puts nothing behind others.
  constexpr auto forms = std::to_array<Form>({
      {"relation \"", "\" does not exist"},
      {"column \"", "\" "},
      {"column ", " does not exist"},
      {"no such table: ", ""},
      {"no such column: ", " - "},
      {"no such column: ", ""},
      {" has no column named ", ""},
  });
  const bool of_column = failure.kind == FailureKind::unknown_column;
  for (const Form& form : forms) {
    if (of_column && form.before.starts_with("relation")) continue;
    std::string_view name = between(message, form.before, form.after);
    if (name.size() > 2 && name.starts_with('"') && name.ends_with('"'))
      name = name.substr(1, name.size() - 2);
    if (!name.empty()) return std::string(name);
  }
  return {};
}

void raise(const Failure& failure, Stage stage, const std::string& place, const std::string& sql,
           CommitUnknown::Resolver resolver) {
  using enum FailureKind;
  const std::string message = message_of(failure, stage, place);
  ErrorContext context{.sql = sql, .code = failure.code, .database_message = failure.message};
  if (is_in_doubt(failure, stage))
    throw CommitUnknown(message, std::move(context), std::move(resolver));
  switch (failure.kind) {
    case serialization: throw SerializationFailure(message, std::move(context));
    case deadlock: throw Deadlock(message, std::move(context));
    case lock_timeout: throw LockTimeout(message, std::move(context));
    case statement_timeout: throw StatementTimeout(message, std::move(context));
    case connection_lost: throw ConnectionLost(message, std::move(context));
    case unique:
      raise_violation(ConstraintViolation::Kind::unique, failure, message, std::move(context));
    case foreign_key:
      raise_violation(ConstraintViolation::Kind::foreign_key, failure, message, std::move(context));
    case not_null:
      raise_violation(ConstraintViolation::Kind::not_null, failure, message, std::move(context));
    case check:
      raise_violation(ConstraintViolation::Kind::check, failure, message, std::move(context));
    case value: throw DataError(message, std::move(context));
    case read_only: throw ReadOnly(message, std::move(context));
    case resources: throw ResourcesExhausted(message, std::move(context));
    case aborted:
    case unknown_table:
    case unknown_column:
    case refused: break;
  }
  throw QueryError(message, std::move(context));
}

}  // namespace rowan::driver
