/// Prepares statements once, and forgets the one that was not used for the longest time.

#include "sqlite_statements.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include <sqlite3.h>

#include "sqlite_errors.hpp"

namespace rowan::driver {
namespace {

constexpr std::string_view blanks = " \t\r\n;";

std::string first_word(std::string_view sql) {
  sql.remove_prefix(std::min(sql.find_first_not_of(blanks), sql.size()));
  const auto end =
      std::find_if(sql.begin(), sql.end(), [](unsigned char c) { return std::isalpha(c) == 0; });
  std::string word(sql.begin(), end);
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return word;
}

Failure refused(const char* message) {
  return {
      .kind = FailureKind::refused, .code = "SQLITE_ERROR", .message = message, .constraint = {}};
}

}  // namespace

/// sqlite3_changes keeps its number through everything that is no INSERT, UPDATE or DELETE
/// (https://www.sqlite.org/c3ref/changes.html), so it says nothing after CREATE TABLE.
Effect effect_of(sqlite3_stmt* statement, std::string_view sql) {
  if (sqlite3_column_count(statement) != 0) return Effect::answers_rows;
  if (sqlite3_stmt_readonly(statement) != 0) return Effect::neither;
  const std::string word = first_word(sql);
  for (const char* changing : {"INSERT", "UPDATE", "DELETE", "REPLACE", "WITH"})
    if (word == changing) return Effect::changes_rows;
  return Effect::neither;
}

void SqliteStatements::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}

std::optional<Failure> SqliteStatements::prepare(const std::string& sql, Prepared& prepared) {
  if (const auto found = by_sql_.find(sql); found != by_sql_.end()) {
    const Entry& entry = *found->second;
    prepared = {entry.statement.get(), entry.effect};
    entries_.splice(entries_.begin(), entries_, found->second);
    return {};
  }

  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  const int code = sqlite3_prepare_v3(database_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw, &tail);
  std::unique_ptr<sqlite3_stmt, Finalize> statement(raw);
  if (code != SQLITE_OK) return sqlite_failure(database_, code);
  if (!statement) return refused("there is no statement in the text");
  // SQLite prepares the first statement of a text and leaves the others to be asked for.
  const std::string_view rest(tail, static_cast<std::size_t>(sql.data() + sql.size() - tail));
  if (rest.find_first_not_of(blanks) != rest.npos)
    return refused("there is more than one statement in the text");

  if (entries_.size() == capacity) {
    by_sql_.erase(entries_.back().sql);
    entries_.pop_back();
  }
  const Effect effect = effect_of(raw, sql);
  entries_.push_front({sql, std::move(statement), effect});
  by_sql_.emplace(entries_.front().sql, entries_.begin());
  prepared = {raw, effect};
  return {};
}

}  // namespace rowan::driver
