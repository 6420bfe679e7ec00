#include "condition.hpp"

#include <algorithm>

#include <rowan/errors.hpp>

#include "check_values.hpp"

namespace rowan::sql {
namespace {

[[noreturn]] void refuse(const Shape& root, const std::string& why) {
  throw QueryError("query of " + root.table + ": " + why);
}

void check_texts(Backend backend, const Shape& root, const std::vector<Value>& values) {
  if (backend != Backend::postgres) return;
  for (const Value& value : values)
    if (holds_nul(value))
      throw DataError("query of " + root.table + ": PostgreSQL takes no text with a NUL in it");
}

/// Behind the first `end` from `from` on.
std::size_t behind(std::string_view sql, std::string_view end, std::size_t from) {
  const auto found = sql.find(end, from);
  return found == std::string_view::npos ? sql.size() : found + end.size();
}

/// Whether a name, or a number, may go on with it; bytes beyond ASCII are letters to PostgreSQL.
bool in_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '$' || static_cast<unsigned char>(c) >= 0x80;
}

/// E'it\'s': a backslash takes the next character with it. `i` is at the quotation mark.
std::size_t skip_escaped(std::string_view sql, std::size_t i) {
  for (++i; i < sql.size(); ++i)
    if (sql[i] == '\\' || sql.substr(i, 2) == "''")
      ++i;
    else if (sql[i] == '\'')
      return i + 1;
  return sql.size();
}

/// $$it's$$ and $tag$it's$tag$; `i` where none begins there: $1, or a dollar sign in a name.
std::size_t skip_dollars(std::string_view sql, std::size_t i) {
  if (i > 0 && in_name(sql[i - 1])) return i;
  auto end = i + 1;
  while (end < sql.size() && sql[end] != '$' && in_name(sql[end])) ++end;
  if (end == sql.size() || sql[end] != '$') return i;
  if (sql[i + 1] >= '0' && sql[i + 1] <= '9') return i;
  return behind(sql, sql.substr(i, end + 1 - i), end + 1);
}

std::size_t skip_nested_comment(std::string_view sql, std::size_t i) {
  std::size_t depth = 0;
  do {
    if (sql.substr(i, 2) == "/*") {
      ++depth;
      i += 2;
    } else if (sql.substr(i, 2) == "*/") {
      --depth;
      i += 2;
    } else
      ++i;
  } while (depth > 0 && i < sql.size());
  return std::min(i, sql.size());
}

bool is_escaped(std::string_view sql, std::size_t i) {
  return i > 0 && (sql[i - 1] == 'E' || sql[i - 1] == 'e') && (i == 1 || !in_name(sql[i - 2]));
}

/// Where a quoted piece or a comment that begins at `i` ends; `i` when none begins there. What only
/// PostgreSQL has: its manual, 4.1.2 and 4.1.5.
std::size_t skip_quoted(Backend backend, std::string_view sql, std::size_t i) {
  const bool postgres = backend == Backend::postgres;
  const auto rest = sql.substr(i);
  if (rest.starts_with('\''))
    return postgres && is_escaped(sql, i) ? skip_escaped(sql, i) : behind(sql, "'", i + 1);
  if (rest.starts_with('"')) return behind(sql, "\"", i + 1);
  if (rest.starts_with("--")) return behind(sql, "\n", i + 2);
  if (rest.starts_with("/*"))
    return postgres ? skip_nested_comment(sql, i) : behind(sql, "*/", i + 2);
  if (postgres && rest.starts_with('$')) return skip_dollars(sql, i);
  return i;
}

}  // namespace

void add_sql(Text& text, const Shape& root, const std::string& what, const std::string& sql,
             const std::vector<Value>& values) {
  check_texts(text.backend(), root, values);
  std::size_t used = 0;
  for (std::size_t i = 0; i < sql.size();) {
    if (const auto end = skip_quoted(text.backend(), sql, i); end != i) {
      text << std::string_view(sql).substr(i, end - i);
      i = end;
    } else if (sql[i] != '?')
      text << std::string_view(sql).substr(i++, 1);
    else if (sql.compare(i, 2, "??") == 0) {
      text << "?";
      i += 2;
    } else {
      if (used < values.size()) text.bind(values[used]);
      ++used;
      ++i;
    }
  }
  if (used != values.size())
    refuse(root, what + " has " + std::to_string(used) + " question marks for " +
                     std::to_string(values.size()) + " values");
}

namespace {

/// Behind `place` in the order of the query, column by column. A NULL comes before every value
/// when ascending and after it when descending: SQLite's order, which add_order asks of
/// PostgreSQL too.
void add_after(Text& text, const std::vector<OrderColumn>& order, ConstCells place) {
  const auto equal = [&](std::size_t i) {
    if (std::holds_alternative<Null>(place[i]))
      text.name(order[i].column->name) << " IS NULL";
    else
      (text.name(order[i].column->name) << " = ").bind(place[i]);
  };
  const auto behind = [&](std::size_t i) {
    const auto& [column, direction] = order[i];
    const bool null = std::holds_alternative<Null>(place[i]);
    if (direction == Direction::ascending) {
      text.name(column->name);
      if (null)
        text << " IS NOT NULL";
      else
        (text << " > ").bind(place[i]);
    } else if (null)
      text << "1 = 0";
    else {
      ((text << "(").name(column->name) << " < ").bind(place[i]);
      if (column->nullable) (text << " OR ").name(column->name) << " IS NULL";
      text << ")";
    }
  };
  text << "(";
  for (std::size_t last = 0; last < order.size(); ++last) {
    if (last) text << " OR ";
    for (std::size_t i = 0; i < last; ++i) {
      equal(i);
      text << " AND ";
    }
    behind(last);
  }
  text << ")";
}

}  // namespace

std::vector<OrderColumn> total_order(const Shape& root, const Query& query) {
  std::vector<OrderColumn> out;
  const auto add = [&](const std::string& name, Direction direction) {
    const auto found = std::find_if(root.columns.begin(), root.columns.end(),
                                    [&](const Column& c) { return c.name == name; });
    if (found == root.columns.end()) refuse(root, "no column " + name + " is mapped");
    out.push_back({&*found, direction});
  };
  for (const auto& [name, direction] : query.order()) add(name, direction);
  for (std::size_t i = 0; i < root.key_width; ++i)
    out.push_back({&root.columns[i], Direction::ascending});
  return out;
}

void add_where(Text& text, const Shape& root, const Query& query) {
  check_texts(text.backend(), root, query.after());
  const char* word = " WHERE ";
  if (!query.condition().empty()) {
    text << word << "(";
    add_sql(text, root, "the condition", query.condition(), query.values());
    text << "\n)";  // on its own line: the condition may end in a comment
    word = " AND ";
  }
  if (query.after().empty()) return;
  const auto order = total_order(root, query);
  if (order.size() != query.after().size())
    refuse(root, "after() needs " + std::to_string(order.size()) +
                     " values, one for each column of the order and of the key");
  text << word;
  add_after(text, order, query.after());
}

void add_order(Text& text, const Shape& root, const Query& query) {
  const char* comma = " ORDER BY ";
  for (const auto& [column, direction] : total_order(root, query)) {
    (text << comma).name(column->name);
    if (direction == Direction::descending) text << " DESC";
    if (text.backend() == Backend::postgres && column->nullable)
      text << (direction == Direction::ascending ? " NULLS FIRST" : " NULLS LAST");
    comma = ", ";
  }
  if (query.limit()) text << " LIMIT " << std::to_string(*query.limit());
}

}  // namespace rowan::sql
