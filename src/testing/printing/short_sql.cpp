#include "short_sql.hpp"

#include <array>
#include <utility>

namespace rowan::testing {
namespace {

/// Behind which word the table stands, by verb.
constexpr std::array<std::pair<const char*, const char*>, 4> verbs{
    {{"SELECT", " FROM "}, {"INSERT", " INTO "}, {"UPDATE", "UPDATE "}, {"DELETE", " FROM "}}};

std::string beginning(const std::string& sql) {
  constexpr std::size_t most = 40;
  if (sql.size() <= most) return sql;
  std::size_t end = most;
  // Never within a character of UTF-8.
  while (end > 0 && (static_cast<unsigned char>(sql[end]) & 0xC0) == 0x80) --end;
  return sql.substr(0, end) + "…";
}

/// Without its quotes; nothing where there is a subquery.
std::string name_at(const std::string& sql, std::size_t begin) {
  if (begin < sql.size() && sql[begin] == '"')
    return sql.substr(begin + 1, sql.find('"', begin + 1) - begin - 1);
  return sql.substr(begin, sql.find_first_of(" (),;\n", begin) - begin);
}

std::string lock_of(const std::string& sql) {
  const std::size_t at = sql.rfind(" FOR ");
  return at == std::string::npos || sql.find(')', at) != std::string::npos ? "" : sql.substr(at);
}

}  // namespace

std::string short_sql(const std::string& sql) {
  for (const auto& [verb, before] : verbs) {
    if (!sql.starts_with(verb)) continue;
    const std::size_t found = sql.find(before);
    if (found == std::string::npos) break;
    const std::size_t begin = found + std::string(before).size();
    const std::string table = name_at(sql, begin);
    if (table.empty()) break;
    return std::string(verb) + " " + table + (verb == verbs[0].first ? lock_of(sql) : "");
  }
  return beginning(sql);
}

}  // namespace rowan::testing
