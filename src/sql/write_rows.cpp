#include "write_rows.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <rowan/errors.hpp>

#include "../mapping/row_key.hpp"
#include "text.hpp"

namespace rowan::sql {
namespace {

using change::RowChange;

bool holds(const Withheld& withheld, std::size_t column) {
  return std::find(withheld.begin(), withheld.end(), column) != withheld.end();
}

/// Whether both databases have a text for it, of four digits for the year.
bool is_in_range(Timestamp time) {
  using namespace std::chrono;
  return time >= sys_days{year{1} / January / 1} && time < sys_days{year{10000} / January / 1};
}
bool is_in_range(Date date) {
  return date.year() >= std::chrono::year{1} && date.year() <= std::chrono::year{9999};
}

/// The end of every UPDATE and DELETE.
Text& where(Text& text, const Shape& shape, const KeyValues& key,
            const std::optional<std::int64_t>& expected) {
  (text << " WHERE ").equal(shape.key_columns(), key);
  if (expected && shape.version) {
    (text << " AND ").name(shape.version->name) << " = ";
    text.bind(*expected);
  }
  return text;
}

}  // namespace

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
  const char* comma = "";
  const auto next = [&](const std::string& column) -> Text& {
    (text << comma).name(column) << " = ";
    comma = ", ";
    return text;
  };
  if (guard.bump == Guard::Bump::yes && shape.version)
    next(shape.version->name).name(shape.version->name) << " + 1";
  if (row.new_owner)
    for (std::size_t i = 0; i < shape.parent.size(); ++i)
      next(shape.parent[i]).bind((*row.new_owner)[i]);
  if (row.position) next(*shape.position).bind(*row.position);
  for (std::size_t c : row.columns)
    if (!holds(withheld, c)) next(shape.columns[c].name).bind(row.after->row[c]);
  where(text, shape, row.key, guard.expected);
  return std::move(text).expecting(1);
}

Statement remove(Backend backend, const Shape& shape, const KeyValues& key,
                 const std::optional<std::int64_t>& expected) {
  Text text(backend);
  (text << "DELETE FROM ").table(shape.table);
  where(text, shape, key, expected);
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

Statement lock(Backend backend, const Shape& root, const KeyValues& key,
               const std::optional<std::int64_t>& expected) {
  Text text(backend);
  (text << "SELECT 1 FROM ").table(root.table);
  where(text, root, key, expected);
  // SQLite has no row locks and needs none: BEGIN IMMEDIATE let nobody else in.
  if (backend == Backend::postgres) text << " FOR UPDATE";
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
  where(text, shape, key, {});
  return std::move(text).answering({ColumnType::integer});
}

Statement kept_digits(const RowChange& row, std::size_t column) {
  Text text(Backend::sqlite);
  (text << "SELECT 1 FROM ").table(row.shape->table);
  where(text, *row.shape, row.key, {});
  (text << " AND typeof(").name(row.shape->columns[column].name) << ") <> 'real'";
  Statement out = std::move(text).answering({ColumnType::integer});
  out.expect = 1;
  return out;
}

void check_values(Backend backend, const RowChange& row) {
  const Shape& shape = *row.shape;
  const auto refuse = [&](const std::string& column, const char* why) {
    throw DataError(mapping::place(shape.table, row.key) + ", column " + column + ": " + why);
  };
  const auto check = [&](const std::string& column, const Value& value) {
    if (const auto* time = std::get_if<Timestamp>(&value); time && !is_in_range(*time))
      refuse(column, "an instant outside the years 1 to 9999");
    if (const auto* date = std::get_if<Date>(&value); date && !is_in_range(*date))
      refuse(column, "a date outside the years 1 to 9999");
    if (backend == Backend::postgres) {
      const auto* text = std::get_if<std::string>(&value);
      if (text && text->find('\0') != std::string::npos)
        refuse(column, "PostgreSQL keeps no text with a NUL in it");
    } else {
      const auto* number = std::get_if<double>(&value);
      if (number && std::isnan(*number)) refuse(column, "SQLite keeps no NaN: it makes it NULL");
    }
  };
  const auto keys = shape.key_columns();
  for (std::size_t i = 0; i < row.key.size(); ++i) check(keys[i], row.key[i]);
  for (std::size_t c : row.columns) check(shape.columns[c].name, row.after->row[c]);
}

}  // namespace rowan::sql
