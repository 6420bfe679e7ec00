#include "dialect.hpp"

#include <algorithm>
#include <array>

namespace rowan::sql {
namespace {

/// What cannot stand bare as the name of a table or column: SQLite 3.40, by trial of each word of
/// sqlite3_keyword_name in the statements we write; PostgreSQL 15, pg_get_keywords() of catcode R
/// and T.
constexpr std::string_view reserved_text =
    "add all alter analyse analyze and any array as asc asymmetric authorization "
    "autoincrement between binary both case cast check collate collation column commit "
    "concurrently constraint create cross current_catalog current_date current_role "
    "current_schema current_time current_timestamp current_user default deferrable delete "
    "desc distinct do drop else end escape except exists false fetch for foreign freeze from "
    "full grant group having if ilike in index initially inner insert intersect into is "
    "isnull join lateral leading left like limit localtime localtimestamp natural not nothing "
    "notnull null offset on only or order outer overlaps placing primary raise references "
    "returning right select session_user set similar some symmetric table tablesample then to "
    "trailing transaction true union unique update user using values variadic verbose when "
    "where window with";

constexpr auto reserved = [] {
  std::array<std::string_view, 118> words;
  std::string_view rest = reserved_text;
  for (std::string_view& word : words) {
    word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
  }
  return words;
}();
static_assert(std::is_sorted(reserved.begin(), reserved.end()) && reserved.back() == "with");

bool bare(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return !name.empty() && letter(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || digit(c); }) &&
         !std::binary_search(reserved.begin(), reserved.end(), name);
}

}  // namespace

std::string quoted(std::string_view name) {
  if (bare(name)) return std::string(name);
  std::string out = "\"";
  for (const char c : name) out.append(c == '"' ? 2 : 1, c);
  return out + '"';
}

std::string quoted_table(std::string_view table) {
  const auto dot = table.find('.');
  if (dot == std::string_view::npos) return quoted(table);
  return quoted(table.substr(0, dot)) + '.' + quoted(table.substr(dot + 1));
}

std::string placeholder(Backend backend, std::size_t n) {
  return backend == Backend::sqlite ? "?" : '$' + std::to_string(n);
}

const char* type_name(Backend backend, ColumnType type) noexcept {
  const bool sqlite = backend == Backend::sqlite;
  switch (type) {
    case ColumnType::boolean: return sqlite ? "INTEGER" : "boolean";
    case ColumnType::integer: return sqlite ? "INTEGER" : "bigint";
    case ColumnType::real: return sqlite ? "REAL" : "double precision";
    case ColumnType::text: return sqlite ? "TEXT" : "text";
    case ColumnType::blob: return sqlite ? "BLOB" : "bytea";
    case ColumnType::timestamp: return sqlite ? "TEXT" : "timestamptz";
    case ColumnType::date: return sqlite ? "TEXT" : "date";
    case ColumnType::uuid: return sqlite ? "TEXT" : "uuid";
    case ColumnType::decimal: return sqlite ? "TEXT" : "numeric";  // SQLite's NUMERIC is a double
  }
  return "";
}

}  // namespace rowan::sql
