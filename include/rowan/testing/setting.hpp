#pragma once
/// One column of the matrix: on which database, and how, the code of a test is run.

#include <ostream>
#include <string>

#include <rowan/options.hpp>

namespace rowan::testing {

/// Whether Actor::depends_on checks what it is given.
enum class Guards { on, off };

struct Setting {
  std::string database;  ///< as TestDatabase::name
  Isolation isolation = Isolation::standard;
  Transaction span = Transaction::at_commit;
  Versions versions = Versions::check;
  Guards guards = Guards::on;

  friend bool operator==(const Setting&, const Setting&) = default;
};

/// The name of the enumerator: "read_committed", "at_commit", "check", "on".
[[nodiscard]] const char* to_string(Isolation isolation) noexcept;
[[nodiscard]] const char* to_string(Transaction span) noexcept;
[[nodiscard]] const char* to_string(Versions versions) noexcept;
[[nodiscard]] const char* to_string(Guards guards) noexcept;
/// "PostgreSQL, read_committed, at_commit, versions check, guards on"
std::ostream& operator<<(std::ostream& to, const Setting& setting);

}  // namespace rowan::testing
