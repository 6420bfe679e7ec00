#include "write_rows.hpp"

#include <algorithm>

#include "batch_text.hpp"
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

/// The columns that a row is found by.
Compared compared(const Shape& shape, bool checked) {
  Compared out{shape.key_columns(), 0, Compared::Version::no};
  if (!checked) return out;
  out.columns.push_back(shape.version->name);
  out.version = Compared::Version::yes;
  return out;
}

/// Whether rows may hand one of the values on to each other.
bool hands_on(const Shape& shape, const std::vector<std::size_t>& columns) {
  return std::any_of(shape.unique.begin(), shape.unique.end(), [&](const auto& unique) {
    return std::any_of(unique.begin(), unique.end(),
                       [&](std::size_t c) { return holds(columns, c); });
  });
}

/// As SQLite spells the same number if it is whole: without zeros at the end of a fraction.
std::string shortest(const Decimal& decimal) {
  std::string text = decimal.to_string();
  if (decimal.scale() == 0) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace

void add_row(Text& text, const Shape& shape, const KeyValues& key,
             const std::optional<std::int64_t>& expected) {
  text.reserve(text.bound() + key.size() + 1);
  if (text.is_known())
    for (const Value& part : key) text.bind(part);
  else
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

template <class Write, class Many>
Statement Writer::make(const WriteForm& form, Write write, Many many) {
  if (!last_ || !(last_->form == form)) last_ = texts_.find(form);
  if (last_) {
    Text text(backend_, last_->text.sql);
    write(text);
    Statement out = std::move(text).expecting(1);
    out.batch = last_->text.batch;
    return out;
  }
  Text text(backend_);
  write(text);
  Statement out = std::move(text).expecting(1);
  std::optional<Batch> batch = many(out.params.size());
  if (batch) out.batch = std::make_shared<const Batch>(*std::move(batch));
  last_ = texts_.keep(form, {out.sql, out.batch});
  return out;
}

Statement Writer::insert(const RowChange& row, const std::optional<std::int64_t>& version,
                         const Withheld& withheld) {
  const Shape& shape = *row.shape;
  const bool key_is_given = !row.key.empty() || shape.origin == KeyOrigin::assigned;
  const auto names = [&] {
    std::vector<std::string> out;
    if (key_is_given) out = shape.key_columns();
    if (shape.version && version) out.push_back(shape.version->name);
    if (row.position) out.push_back(*shape.position);
    for (const std::size_t c : row.columns) out.push_back(shape.columns[c].name);
    return out;
  };
  const auto write = [&](Text& text) {
    std::vector<std::string> all;
    if (!text.is_known()) {
      all = names();
      (text << "INSERT INTO ").table(shape.table);
      if (all.empty())
        text << " DEFAULT VALUES";
      else
        (text << " (").names(all) << ") VALUES (";
    }
    const char* comma = "";
    const auto bind = [&](const Value& value) {
      (text << comma).bind(value);
      comma = ", ";
    };
    text.reserve(row.key.size() + row.columns.size() + 2);
    if (key_is_given)
      for (const Value& part : row.key) bind(part);
    if (shape.version && version) bind(*version);
    if (row.position) bind(*row.position);
    for (const std::size_t c : row.columns)
      if (holds(withheld, c))
        bind(Null{});
      else
        bind(row.after->row[c]);
    if (!all.empty()) text << ")";
    if (!key_is_given) (text << " RETURNING ").name(shape.columns[0].name);
  };
  const std::uint32_t options =
      (key_is_given ? 1U : 0U) | (row.position ? 2U : 0U) | (version ? 4U : 0U);
  Statement out = make({WriteForm::Kind::insert, &shape, row.columns, {}, options}, write,
                       [&](std::size_t values) -> std::optional<Batch> {
                         if (!key_is_given || values == 0) return {};
                         return insert_many(backend_, shape.table, names());
                       });
  if (!key_is_given) out.columns = {shape.columns[0].type};
  return out;
}

Statement Writer::update(const RowChange& row, const Guard& guard, const Withheld& withheld) {
  const Shape& shape = *row.shape;
  const auto set = [&](Text& text) {
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
    for (const std::size_t c : row.columns)
      if (!holds(withheld, c)) next(shape.columns[c].name).bind(row.after->row[c]);
  };
  const auto write = [&](Text& text) {
    text.reserve(row.columns.size() + row.key.size() + 3);
    (text << "UPDATE ").table(shape.table) << " SET ";
    set(text);
    add_row(text, shape, row.key, guard.expected);
  };
  const bool checked = guard.expected && shape.version;
  const std::uint32_t options = static_cast<std::uint32_t>(guard.bump) | (checked ? 4U : 0U) |
                                (row.position ? 8U : 0U) | (row.new_owner ? 16U : 0U) |
                                (row.depth == 0 ? 32U : 0U);
  return make({WriteForm::Kind::update, &shape, row.columns, withheld, options}, write,
              [&](std::size_t values) -> std::optional<Batch> {
                // These go from row to row, in the order of the statements.
                if (row.new_owner || hands_on(shape, row.columns)) return {};
                Compared where = compared(shape, checked);
                where.first = values - where.columns.size();
                return update_many(backend_, shape.table, set, where, row.depth == 0);
              });
}

Statement Writer::remove(const Shape& shape, const KeyValues& key,
                         const std::optional<std::int64_t>& expected) {
  const bool checked = expected && shape.version;
  return make(
      {WriteForm::Kind::remove, &shape, {}, {}, checked ? 1U : 0U},
      [&](Text& text) {
        (text << "DELETE FROM ").table(shape.table);
        add_row(text, shape, key, expected);
      },
      [&](std::size_t) -> std::optional<Batch> {
        return remove_many(backend_, shape.table, compared(shape, checked));
      });
}

Statement Writer::lock(const Shape& root, const KeyValues& key,
                       const std::optional<std::int64_t>& expected, Lock lock) {
  const bool checked = expected && root.version;
  const bool tells = root.version && !expected;
  Statement out = make(
      {WriteForm::Kind::lock,
       &root,
       {},
       {},
       static_cast<std::uint32_t>(lock) * 2 + (checked ? 1U : 0U)},
      [&](Text& text) {
        text << "SELECT ";
        if (tells)
          text.name(root.version->name);
        else
          text << "1";
        (text << " FROM ").table(root.table);
        add_row(text, root, key, expected);
        // SQLite has no row locks and needs none: BEGIN IMMEDIATE let nobody else in.
        if (backend_ == Backend::postgres) text << clause(lock);
      },
      [&](std::size_t) -> std::optional<Batch> {
        if (tells) return {};
        return lock_many(backend_, root.table, compared(root, checked), clause(lock));
      });
  out.columns = {ColumnType::integer};
  return out;
}

Statement remove_all(Backend backend, const Shape& child, const KeyValues& root_key) {
  Text text(backend);
  (text << "DELETE FROM ").table(child.table) << " WHERE ";
  text.equal(
      {child.parent.begin(), child.parent.begin() + static_cast<std::ptrdiff_t>(root_key.size())},
      root_key);
  return std::move(text).answering({});
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
  const std::string& name = row.shape->columns[column].name;
  Text text(Backend::sqlite);
  (text << "SELECT 1 FROM ").table(row.shape->table);
  add_row(text, *row.shape, row.key, {});
  (text << " AND (typeof(").name(name) << ") = 'text' OR (typeof(";
  (text.name(name) << ") = 'integer' AND CAST(").name(name) << " AS TEXT) = ";
  text.bind(shortest(std::get<Decimal>(row.after->row[column])));
  text << "))";
  Statement out = std::move(text).answering({ColumnType::integer});
  out.expect = 1;
  return out;
}

}  // namespace rowan::sql
