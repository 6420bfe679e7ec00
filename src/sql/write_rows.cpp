#include "write_rows.hpp"

#include <algorithm>

#include "text.hpp"

namespace rowan::sql {
namespace {

using change::RowChange;

bool holds(const Withheld& withheld, std::size_t column) {
  return std::find(withheld.begin(), withheld.end(), column) != withheld.end();
}

void set_unique_version(Text& text, const VersionColumn& column, const Guard& guard) {
  const std::int64_t version = guard.version.value();
  if (guard.expected) {
    text.bind(version);
    return;
  }
  const std::string bits = std::to_string(VersionColumn::random_bits);
  (text << "(((").name(column.name) << " >> " << bits << ") + 1) << " << bits << ") + ";
  text.bind(version & ((std::int64_t{1} << VersionColumn::random_bits) - 1));
}

}  // namespace

void add_row(Text& text, const Shape& shape, const KeyValues& key,
             const std::optional<std::int64_t>& expected) {
  (text << " WHERE ").equal(shape.key_columns(), key);
  if (!expected || !shape.version) return;
  (text << " AND ").name(shape.version->name) << " = ";
  text.bind(*expected);
}

bool add_version(Text& text, const Shape& shape, const Guard& guard) {
  if (!shape.version || guard.bump == Guard::Bump::none) return false;
  text.name(shape.version->name) << " = ";
  if (guard.bump == Guard::Bump::count)
    text.name(shape.version->name) << " + 1";
  else
    set_unique_version(text, *shape.version, guard);
  return true;
}

Statement insert(Backend backend, const RowChange& row, std::int64_t version,
                 const Withheld& withheld) {
  const Shape& shape = *row.shape;
  const bool key_is_given = !row.key.empty() || shape.origin == KeyOrigin::assigned;
  std::vector<std::string> names;
  std::vector<Value> values;
  const auto add = [&](const std::string& name, Value value) {
    names.push_back(name);
    values.push_back(std::move(value));
  };
  if (key_is_given) {
    names = shape.key_columns();
    values = row.key;
  }
  if (shape.version) add(shape.version->name, version);
  if (row.position) add(*shape.position, *row.position);
  for (std::size_t c : row.columns)
    add(shape.columns[c].name, holds(withheld, c) ? Value(Null{}) : row.after->row[c]);

  Text text(backend);
  (text << "INSERT INTO ").table(shape.table);
  if (names.empty())
    text << " DEFAULT VALUES";
  else {
    text << " (";
    for (std::size_t i = 0; i < names.size(); ++i) (text << (i ? ", " : "")).name(names[i]);
    text << ") VALUES (";
    for (std::size_t i = 0; i < values.size(); ++i)
      (text << (i ? ", " : "")).bind(std::move(values[i]));
    text << ")";
  }
  if (key_is_given) return std::move(text).expecting(1);
  (text << " RETURNING ").name(shape.columns[0].name);
  Statement out = std::move(text).answering({shape.columns[0].type});
  out.expect = 1;
  return out;
}

Statement update(Backend backend, const RowChange& row, const Guard& guard,
                 const Withheld& withheld) {
  const Shape& shape = *row.shape;
  Text text(backend);
  (text << "UPDATE ").table(shape.table) << " SET ";
  const char* comma = add_version(text, shape, guard) ? ", " : "";
  const auto next = [&](const std::string& column) -> Text& {
    (text << comma).name(column) << " = ";
    comma = ", ";
    return text;
  };
  if (row.new_owner)
    for (std::size_t i = 0; i < shape.parent.size(); ++i)
      next(shape.parent[i]).bind((*row.new_owner)[i]);
  if (row.position) next(*shape.position).bind(*row.position);
  for (std::size_t c : row.columns)
    if (!holds(withheld, c)) next(shape.columns[c].name).bind(row.after->row[c]);
  add_row(text, shape, row.key, guard.expected);
  return std::move(text).expecting(1);
}

Statement remove(Backend backend, const Shape& shape, const KeyValues& key,
                 const std::optional<std::int64_t>& expected) {
  Text text(backend);
  (text << "DELETE FROM ").table(shape.table);
  add_row(text, shape, key, expected);
  return std::move(text).expecting(1);
}

Statement remove_all(Backend backend, const Shape& child, const KeyValues& root_key) {
  Text text(backend);
  (text << "DELETE FROM ").table(child.table) << " WHERE ";
  text.equal(
      {child.parent.begin(), child.parent.begin() + static_cast<std::ptrdiff_t>(root_key.size())},
      root_key);
  return std::move(text).answering({});
}

namespace {

/// FOR KEY SHARE would not do for `share`: an UPDATE that leaves the key alone passes it
/// (https://www.postgresql.org/docs/15/explicit-locking.html, 13.3.2).
const char* clause(Lock lock) {
  switch (lock) {
    case Lock::share: return " FOR SHARE";
    case Lock::update: return " FOR NO KEY UPDATE";
    case Lock::remove: break;
  }
  return " FOR UPDATE";
}

}  // namespace

Statement lock(Backend backend, const Shape& root, const KeyValues& key,
               const std::optional<std::int64_t>& expected, Lock lock) {
  Text text(backend);
  text << "SELECT ";
  if (root.version && !expected)
    text.name(root.version->name);
  else
    text << "1";
  (text << " FROM ").table(root.table);
  add_row(text, root, key, expected);
  // SQLite has no row locks and needs none: BEGIN IMMEDIATE let nobody else in.
  if (backend == Backend::postgres) text << clause(lock);
  Statement out = std::move(text).answering({ColumnType::integer});
  out.expect = 1;
  return out;
}

Statement select_version(Backend backend, const Shape& shape, const KeyValues& key) {
  Text text(backend);
  text << "SELECT ";
  if (shape.version)
    text.name(shape.version->name);
  else
    text << "0";
  (text << " FROM ").table(shape.table);
  add_row(text, shape, key, {});
  return std::move(text).answering({ColumnType::integer});
}

Statement kept_digits(const RowChange& row, std::size_t column) {
  Text text(Backend::sqlite);
  (text << "SELECT 1 FROM ").table(row.shape->table);
  add_row(text, *row.shape, row.key, {});
  (text << " AND typeof(").name(row.shape->columns[column].name) << ") <> 'real'";
  Statement out = std::move(text).answering({ColumnType::integer});
  out.expect = 1;
  return out;
}

}  // namespace rowan::sql
