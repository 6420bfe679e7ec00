#pragma once
/// Faults and notes in, a Check out that says each thing once.

#include <set>
#include <string>
#include <utility>

#include <rowan/testing/check.hpp>
#include <rowan/value.hpp>

namespace rowan::testing {

/// Where in an aggregate something is.
struct Spot {
  std::string table;
  KeyValues key;       ///< of the row; of a list, that of its owner
  std::string column;  ///< empty: the row or the list as a whole
};

class Findings {
 public:
  /// Of many rows with one fault in one place, the first.
  void fault(const Spot& at, const std::string& sentence);
  /// In words that name the place themselves.
  void fault(const std::string& text);
  void note(const std::string& text);

  [[nodiscard]] Check take() { return std::move(check_); }

 private:
  Check check_;
  std::set<std::string> said_;
};

/// "orders, column customer".
[[nodiscard]] std::string named(const std::string& table, const std::string& column);

}  // namespace rowan::testing
