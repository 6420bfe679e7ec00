#pragma once
/// Texts that are none of the database's business, and those that PostgreSQL cannot have.

#include <string>
#include <vector>

namespace contract {

/// Every database keeps them, as values and as keys.
inline std::vector<std::string> hostile_texts() {
  std::string all;
  for (char c = 1; c < 127; ++c) all += c;
  return {"'",
          "''",
          "\"",
          "\"\"; --",
          "'; DROP TABLE names; --",
          "\\",
          "\\'; \\x27",
          "?",
          "$1 ? :id @name ??",
          "%s%n{}",
          "NULL",
          " ",
          "\n\r\t\b\f\v",
          "/* */ --",
          "E'\\n' U&'\\0041' $$x$$",
          "{1,2}",
          "\xef\xbb\xbf",
          "\xe2\x80\xae",      // RIGHT-TO-LEFT OVERRIDE
          "e\xcc\x81",         // e and a combining accent
          "\xc3\xa9",          // the same in one
          "\xf0\x9f\x98\x80",  // beyond the basic plane
          "\xef\xbf\xbf",      // U+FFFF
          "0x41",
          "1e5",
          "-0",
          std::string(1000, '\''),
          all};
}

/// No UTF-8.
inline std::vector<std::string> broken_texts() {
  return {"\xff", "a\x80z", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe2\x82"};
}

}  // namespace contract
