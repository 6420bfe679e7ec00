#pragma once
/// The two spellings of Chinook's names: invoice_line on PostgreSQL is InvoiceLine on SQLite.

#include <algorithm>
#include <array>
#include <cstddef>

namespace chinook {

enum class Spelling { snake, pascal };

/// A name as the mapping writes it, in snake case, fit for a template argument.
template <std::size_t N>
struct Words {
  char text[N]{};
  consteval Words(const char (&words)[N]) { std::copy_n(words, N, text); }
};

/// Pascal case has a capital where a word begins, and no underscores.
template <Spelling S, std::size_t N>
consteval std::array<char, N> spell(const Words<N>& words) {
  std::array<char, N> out{};
  std::size_t length = 0;
  bool begins = true;
  for (const char c : words.text) {
    if (S == Spelling::pascal && c == '_') {
      begins = true;
      continue;
    }
    const bool lower = c >= 'a' && c <= 'z';
    out[length++] = S == Spelling::pascal && begins && lower ? static_cast<char>(c - 'a' + 'A') : c;
    begins = false;
  }
  return out;
}

/// The name with its storage, so that a pointer to it is a constant.
template <Spelling S, Words W>
inline constexpr auto spelled = spell<S>(W);

}  // namespace chinook
