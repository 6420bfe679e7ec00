#include "describe_tables.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "dialect.hpp"
#include "tables.hpp"

namespace rowan::sql {
namespace {

// table_xinfo, because table_info leaves generated columns, which are hidden 2 and 3, out
// (sqlite.org/pragma.html). The rowid, which SQLite gives by itself (lang_createtable.html, 5), is
// an INTEGER PRIMARY KEY that needs no index: one of several columns, of WITHOUT ROWID or with DESC
// has one.
constexpr auto sqlite_columns =
    "SELECT name, type, \"notnull\", dflt_value IS NOT NULL OR hidden <> 0 OR "
    "(pk = 1 AND type = 'INTEGER' COLLATE NOCASE AND NOT EXISTS "
    "(SELECT 1 FROM pragma_index_list(?1, ?2) WHERE origin = 'pk')), 0, "
    "CASE WHEN hidden IN (2, 3) THEN 2 ELSE 0 END "
    "FROM pragma_table_xinfo(?1, ?2) ORDER BY cid";
// The rowid's primary key is in no index. A partial index identifies some rows only; the columns
// of an index on expressions have no names.
constexpr auto sqlite_unique =
    "SELECT '', name FROM pragma_table_xinfo(?1, ?2) WHERE pk > 0 "
    "UNION ALL "
    "SELECT i.name, c.name FROM pragma_index_list(?1, ?2) AS i, pragma_index_info(i.name, ?2) AS c "
    "WHERE i.\"unique\" AND NOT i.partial";

// A domain may be over another one: NOT NULL holds where any of them says so, but the default is
// that of the column's own type, which has copied what it was made over
// (https://www.postgresql.org/docs/15/sql-createdomain.html). A character(n) pads what it is given.
constexpr auto postgres_columns =
    "SELECT a.attname::text, pg_catalog.format_type(b.oid, NULL), "
    "(a.attnotnull OR d.not_null)::int::bigint, "
    "(a.atthasdef OR a.attidentity <> '' OR t.typdefault IS NOT NULL)::int::bigint, "
    "((b.typcategory IN ('S', 'E') OR b.typnamespace <> 'pg_catalog'::regnamespace) "
    "AND NOT (b.oid = 'pg_catalog.bpchar'::regtype AND d.typmod >= 0))::int::bigint, "
    "CASE WHEN a.attgenerated <> '' THEN 2 WHEN a.attidentity = 'a' THEN 1 ELSE 0 END::bigint "
    "FROM pg_catalog.pg_attribute AS a "
    "JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid "
    "CROSS JOIN LATERAL (WITH RECURSIVE beneath (oid, base, typmod, not_null) AS ("
    "SELECT t.oid, t.typbasetype, greatest(a.atttypmod, t.typtypmod), t.typnotnull "
    "UNION ALL "
    "SELECT n.oid, n.typbasetype, greatest(o.typmod, n.typtypmod), o.not_null OR n.typnotnull "
    "FROM beneath AS o JOIN pg_catalog.pg_type AS n ON n.oid = o.base) "
    "SELECT oid, typmod, not_null FROM beneath WHERE base = 0) AS d "
    "JOIN pg_catalog.pg_type AS b ON b.oid = d.oid "
    "WHERE a.attrelid = pg_catalog.to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped "
    "ORDER BY a.attnum";
constexpr auto postgres_unique =
    "SELECT i.indexrelid::regclass::text, a.attname::text "
    "FROM pg_catalog.pg_index AS i "
    "CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (attnum, place) "
    "LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum "
    "WHERE i.indrelid = pg_catalog.to_regclass($1) AND i.indisunique AND i.indisvalid "
    "AND i.indpred IS NULL AND k.place <= i.indnkeyatts";

std::string folded(std::string name) {
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return name;
}

/// SQLite compares all names without regard to case; PostgreSQL compares them as they are.
bool same_name(const std::string& a, const std::string& b, Backend backend) {
  return backend == Backend::sqlite ? folded(a) == folded(b) : a == b;
}

bool are_among(const std::set<std::string>& some, const std::vector<std::string>& all,
               Backend backend) {
  return std::all_of(some.begin(), some.end(), [&](const std::string& a) {
    return std::any_of(all.begin(), all.end(),
                       [&](const std::string& b) { return same_name(a, b, backend); });
  });
}

std::vector<Value> parameters(const std::string& table, Backend backend) {
  if (backend == Backend::postgres) return {Value(quoted_table(table))};
  const TableName name = split(table);
  return {Value(name.table), name.schema.empty() ? Value(Null{}) : Value(name.schema)};
}

std::string text(const Value& cell) {
  const auto* text = std::get_if<std::string>(&cell);
  return text ? *text : std::string();
}
std::int64_t number(const Value& cell) {
  const auto* number = std::get_if<std::int64_t>(&cell);
  return number ? *number : 0;
}
bool truth(const Value& cell) {
  return number(cell) != 0;
}

}  // namespace

std::vector<Statement> describe_tables(const Schema& schema, Backend backend) {
  using enum ColumnType;
  const bool sqlite = backend == Backend::sqlite;
  std::vector<Statement> out;
  for (const Table& table : tables(schema)) {
    const auto params = parameters(table.shape->table, backend);
    out.push_back({sqlite ? sqlite_columns : postgres_columns,
                   params,
                   {ColumnType::text, ColumnType::text, integer, integer, integer, integer},
                   {}});
    out.push_back({sqlite ? sqlite_unique : postgres_unique,
                   params,
                   {ColumnType::text, ColumnType::text},
                   {}});
  }
  return out;
}

TableFacts facts(const std::vector<Outcome>& described, std::size_t n) {
  if (described.size() < 2 * n + 2)
    throw std::invalid_argument("describe_tables was not answered in full");
  TableFacts out;
  for (const auto& row : described[2 * n].rows)
    out.columns.push_back({text(row[0]), text(row[1]), truth(row[2]), truth(row[3]), truth(row[4]),
                           static_cast<ColumnFacts::Always>(number(row[5]))});
  std::map<std::string, std::set<std::string>> indexes;
  for (const auto& row : described[2 * n + 1].rows) indexes[text(row[0])].insert(text(row[1]));
  for (auto& index : indexes) out.unique.push_back(std::move(index.second));
  return out;
}

const ColumnFacts* TableFacts::find(const std::string& column, Backend backend) const {
  const auto at = std::find_if(columns.begin(), columns.end(), [&](const ColumnFacts& c) {
    return same_name(c.name, column, backend);
  });
  return at == columns.end() ? nullptr : &*at;
}

bool TableFacts::identified_by(const std::vector<std::string>& key, Backend backend) const {
  return std::any_of(unique.begin(), unique.end(), [&](const std::set<std::string>& index) {
    return index.size() == key.size() && are_among(index, key, backend);
  });
}

bool TableFacts::kept_unique(const std::vector<std::string>& all, Backend backend) const {
  return std::any_of(unique.begin(), unique.end(), [&](const std::set<std::string>& index) {
    return are_among(index, all, backend);
  });
}

}  // namespace rowan::sql
