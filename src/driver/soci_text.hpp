#pragma once
/// A statement of PostgreSQL's in, the same as SOCI lets it pass out.

#include <string>
#include <string_view>

namespace rowan::driver {

/// SOCI takes `:name` for a parameter of its own wherever it sees no quotes, which it does not see
/// in comments, between dollars and behind a backslash. What stands as $1 it passes on.
struct SociText {
  std::string sql;  ///< of the same meaning, and SOCI finds no parameter in it
  enum class Holds {
    one_statement,
    more,          ///< several, or none
    a_bare_colon,  ///< that is no cast and no assignment, as in "a[1:2]": SOCI cannot send it
  } holds = Holds::one_statement;
};

[[nodiscard]] SociText soci_text(std::string_view sql);

}  // namespace rowan::driver
