#include "postgres_guard.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <random>
#include <string>
#include <string_view>

namespace rowan::driver {
namespace {

/// What the server is made to take for a number, and names in its error. Nobody else can know it.
const std::string& word() {
  static const std::string text = [] {
    std::random_device bits;
    return "rowan_" + std::to_string(bits()) + "_" + std::to_string(bits()) + "_met_";
  }();
  return text;
}

}  // namespace

bool can_be_guarded(const Statement& statement) {
  if (!statement.expect) return statement.columns.empty();
  constexpr auto words = std::to_array<std::string_view>({"INSERT ", "UPDATE ", "DELETE "});
  const std::string_view sql = statement.sql.str();
  return *statement.expect == 1 && statement.columns.empty() &&
         std::any_of(words.begin(), words.end(),
                     [&](std::string_view first) { return sql.starts_with(first); });
}

/// A statement that writes runs to its end within WITH, whatever the rest reads of it
/// (https://www.postgresql.org/docs/15/queries-with.html, 7.8.4). The number depends on the count,
/// so it is not read while the statement is planned.
SqlText guarded(const SqlText& sql) {
  return SqlText("WITH met AS (" + sql.str() +
                 " RETURNING 1) SELECT CAST(CASE count(*) WHEN 1 THEN '1' ELSE '" + word() +
                 "' || count(*) END AS integer) FROM met");
}

std::optional<std::size_t> rows_met(const Failure& failure) {
  constexpr std::string_view invalid_text_representation = "22P02";
  const auto at = failure.message.find(word());
  if (failure.code != invalid_text_representation || at == std::string::npos) return {};
  std::size_t rows = 0;
  const char* const digits = failure.message.data() + at + word().size();
  std::from_chars(digits, failure.message.data() + failure.message.size(), rows);
  return rows;
}

}  // namespace rowan::driver
