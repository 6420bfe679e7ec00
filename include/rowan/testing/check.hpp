#pragma once
/// What a check of the testing kit has found, for the assertions of any test framework:
///
///     CHECK(rowan::testing::check_mapping<Order>(store, {sample}));          // doctest, Catch2
///     auto check = rowan::testing::check_mapping<Order>(store, {sample});
///     EXPECT_TRUE(check) << check;                                           // GoogleTest

#include <iosfwd>
#include <string>
#include <vector>

namespace rowan::testing {

/// True in a condition when it found no fault. No text holds a value of yours, only names and keys.
struct Check {
  std::vector<std::string> faults;  ///< a sentence each
  std::vector<std::string> notes;   ///< what was not checked, and what is good to know

  explicit operator bool() const noexcept { return faults.empty(); }
};

/// One line for each fault, then one for each note.
std::ostream& operator<<(std::ostream& out, const Check& check);

}  // namespace rowan::testing
