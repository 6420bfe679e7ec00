/// The store with its ledger; questions in SQL; claims.

#include "shop.hpp"

#include <algorithm>
#include <array>
#include <iostream>

#include <rowan/soci.hpp>

namespace chinook {
namespace {

rowan::StoreOptions watched_by(std::shared_ptr<Ledger> ledger) {
  rowan::StoreOptions options;
  options.observer = std::move(ledger);
  return options;
}

std::string without(char unwanted, std::string text) {
  std::erase(text, unwanted);
  return text;
}

/// SQLite takes names in any case, so all that parts the two spellings is the underscore.
std::string in_spelling(std::string text, Spelling spelling) {
  return spelling == Spelling::pascal ? without('_', std::move(text)) : text;
}

std::string in_lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

}  // namespace

void Ledger::statement(const rowan::StatementEvent& event) noexcept {
  // A statement for many rows begins with them.
  constexpr std::array verbs{"INSERT ", "UPDATE ", "DELETE ", "ALTER ",
                             "CREATE ", "DROP ",   "WITH "};
  if (std::any_of(verbs.begin(), verbs.end(),
                  [&](const char* verb) { return event.sql.starts_with(verb); }) &&
      !(event.sql.starts_with("WITH ") && event.sql.find(") SELECT ") != std::string_view::npos))
    written_.push_back({in_lower_case(without('"', std::string(event.sql))), event.rows});
}

std::size_t Ledger::rows(std::string_view what) const {
  std::size_t rows = 0;
  for (const Written& written : written_)
    if (written.sql.find(what) != std::string::npos) rows += written.rows;
  return rows;
}

std::size_t Ledger::statements(std::string_view what) const {
  return static_cast<std::size_t>(std::count_if(
      written_.begin(), written_.end(),
      [&](const Written& written) { return written.sql.find(what) != std::string::npos; }));
}

Shop::Shop(const std::string& url)
    : spelling_(spelling_of(url)), store_(url, schema_for(spelling_), watched_by(ledger_)) {}

std::size_t Shop::writes(std::string_view verb, std::string_view table) const {
  const std::string name = in_spelling(std::string(table), spelling_);
  return ledger_->rows(in_lower_case(std::string(verb) + ' ' + name + ' '));
}

std::int64_t Shop::ask(std::string sql) {
  auto work = store_.begin();
  long long answer = 0;
  rowan::session(work) << in_spelling(std::move(sql), spelling_), soci::into(answer);
  return answer;  // the unit rolls back
}

Money Shop::ask_sum(const std::string& amount, const std::string& from) {
  return Money::of(ask("SELECT SUM(CAST(ROUND(100 * (" + amount + ")) AS INTEGER)) FROM " + from),
                   2);
}

void Shop::claim(bool holds, const std::string& what) {
  std::cout << (holds ? "  ok     " : "  FALSE  ") << what << std::endl;
  if (!holds) ++false_claims_;
}

void say(const std::string& what) {
  std::cout << "\n" << what << std::endl;
}

std::string counted(std::size_t n, const std::string& what) {
  return std::to_string(n) + ' ' + what + (n == 1 ? "" : "s");
}

}  // namespace chinook
