#pragma once
/// The kinds of failure, and the table that docs/failures.md has of them.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>

#include "database.hpp"

namespace contract {

/// Whether it is tried with every workload, and every way on from it.
enum class Tried { in_brief, in_full };

struct Fault {
  std::string what;  ///< as the page says it
  rowan::FailureKind kind;
  rowan::testing::Fail when = rowan::testing::Fail::before;
  Tried tried = Tried::in_brief;
};

inline const std::string somebody_was_faster = "somebody else was faster";
inline const std::string swallowed = "a trigger or a policy swallows a write";
inline const std::string at_last_version = "a version is at its maximum";
inline const std::string no_connection = "no connection is to be had";
inline const std::string hook_after_commit = "a hook throws after the commit";
inline const std::string lost_in_commit = "the connection is lost during COMMIT";
inline const std::string lost_before = "the connection is lost before COMMIT";
inline const std::string lost_savepoint = "the way back to a savepoint fails";
inline const std::string lost_curable_savepoint = "the same, by what `transact` starts again for";

inline const Fault all_faults[] = {
    {"a constraint is violated", rowan::FailureKind::unique, rowan::testing::Fail::before,
     Tried::in_full},
    {"a value does not fit its column", rowan::FailureKind::value},
    {"the statement is refused: privileges, syntax", rowan::FailureKind::refused,
     rowan::testing::Fail::after},
    {"the database is read-only", rowan::FailureKind::read_only},
    {"another transaction is in the way", rowan::FailureKind::serialization,
     rowan::testing::Fail::before, Tried::in_full},
    {"a deadlock", rowan::FailureKind::deadlock},
    {"a lock is not to be had in time", rowan::FailureKind::lock_timeout,
     rowan::testing::Fail::before, Tried::in_full},
    {"a statement takes too long", rowan::FailureKind::statement_timeout},
    {"disk or memory is full", rowan::FailureKind::resources, rowan::testing::Fail::before,
     Tried::in_full},
    {lost_before, rowan::FailureKind::connection_lost, rowan::testing::Fail::before,
     Tried::in_full},
    {lost_before, rowan::FailureKind::connection_lost, rowan::testing::Fail::after},
};

inline std::string name_of(const rowan::Error& error) {
  const auto is = [&]<class E>(std::type_identity<E>) {
    return dynamic_cast<const E*>(&error) != nullptr;
  };
  using std::type_identity;
  if (is(type_identity<rowan::StaleDataError>())) return "StaleDataError";
  if (is(type_identity<rowan::SerializationFailure>())) return "SerializationFailure";
  if (is(type_identity<rowan::Deadlock>())) return "Deadlock";
  if (is(type_identity<rowan::LockTimeout>())) return "LockTimeout";
  if (is(type_identity<rowan::ConstraintViolation>())) return "ConstraintViolation";
  if (is(type_identity<rowan::ReadOnly>())) return "ReadOnly";
  if (is(type_identity<rowan::StatementTimeout>())) return "StatementTimeout";
  if (is(type_identity<rowan::ResourcesExhausted>())) return "ResourcesExhausted";
  if (is(type_identity<rowan::QueryError>())) return "QueryError";
  if (is(type_identity<rowan::DataError>())) return "DataError";
  if (is(type_identity<rowan::ConnectionLost>())) return "ConnectionLost";
  if (is(type_identity<rowan::CommitUnknown>())) return "CommitUnknown";
  if (is(type_identity<rowan::UnitFailed>())) return "UnitFailed";
  if (is(type_identity<rowan::WriteIgnored>())) return "WriteIgnored";
  if (is(type_identity<rowan::VersionOverflow>())) return "VersionOverflow";
  if (is(type_identity<rowan::ConnectionFailed>())) return "ConnectionFailed";
  if (is(type_identity<rowan::AfterCommitError>())) return "AfterCommitError";
  return "Error";
}

/// What was seen of all failures, as the page tells it.
class Page {
 public:
  struct Seen {
    std::set<std::string> errors;
    std::set<bool> holds_all;
    std::set<bool> goes_on;
    std::set<bool> retried;
  };
  std::map<std::string, Seen> rows;

  [[nodiscard]] std::string table() const {
    std::string out =
        "| what happens | error | written | the unit, after `rollback()` | `transact` |\n"
        "|---|---|---|---|---|\n";
    out += row(somebody_was_faster);
    for (const Fault& fault : all_faults)
      if (fault.kind != rowan::FailureKind::connection_lost) out += row(fault.what);
    for (const std::string& what :
         {swallowed, at_last_version, no_connection, lost_before, lost_savepoint,
          lost_curable_savepoint, lost_in_commit, hook_after_commit})
      out += row(what);
    return out;
  }

  /// Without its end where transact was not tried.
  [[nodiscard]] std::string row(const std::string& what) const {
    const Seen& seen = rows.at(what);
    std::string errors;
    for (const auto& error : seen.errors) errors += (errors.empty() ? "`" : ", `") + error + "`";
    std::string out = "| " + what + " | " + errors + " | " +
                      word(seen.holds_all, "all", "nothing") + " | " +
                      word(seen.goes_on, "goes on", "is over") + " | ";
    if (!seen.retried.empty()) out += word(seen.retried, "starts again", "throws it") + " |\n";
    return out;
  }

 private:
  static std::string word(const std::set<bool>& seen, const std::string& yes,
                          const std::string& no) {
    if (seen.size() == 2) return yes + " or " + no;
    return seen.contains(true) ? yes : no;
  }
};

/// The table in docs/failures.md.
inline std::string failures_table() {
#ifdef ROWAN_SOURCE_DIR
  const std::filesystem::path root(ROWAN_SOURCE_DIR);
#else
  const auto root = std::filesystem::path(__FILE__).parent_path().parent_path().parent_path();
#endif
  std::ifstream file(root / "docs" / "failures.md");
  REQUIRE_MESSAGE(file, "docs/failures.md cannot be read");
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const std::string begin = "<!-- failures:begin -->\n";
  const auto start = text.find(begin);
  const auto end = text.find("<!-- failures:end -->");
  REQUIRE(start != std::string::npos);
  REQUIRE(end != std::string::npos);
  return text.substr(start + begin.size(), end - start - begin.size());
}

}  // namespace contract
