#include "bulk_rows.hpp"

#include "condition.hpp"
#include "read_rows.hpp"
#include "text.hpp"

namespace rowan::sql {
namespace {

/// By bytes, as the identity map orders them, and not by the database's collation.
void add_key_order(Text& text, const Shape& root) {
  text << " ORDER BY ";
  for (std::size_t i = 0; i < root.key_width; ++i) {
    (text << (i ? ", " : "")).name(root.columns[i].name);
    if (text.backend() == Backend::postgres && root.columns[i].type == ColumnType::text)
      text << " COLLATE \"C\"";
  }
}

std::vector<ColumnType> key_types(const Shape& root) {
  std::vector<ColumnType> types;
  for (std::size_t i = 0; i < root.key_width; ++i) types.push_back(root.columns[i].type);
  return types;
}

/// The version comes last: of two assignments to one column SQLite takes the last
/// (https://www.sqlite.org/lang_update.html), where PostgreSQL refuses them.
void add_assignments(Text& text, const Shape& root, const Assignments& set, const Guard& guard) {
  (text << "UPDATE ").table(root.table) << " SET ";
  add_sql(text, root, "the list of assignments", set.text, set.values);
  text << "\n";  // it may end in a comment
  if (!root.version || guard.bump == Guard::Bump::none) return;
  text << ", ";
  add_version(text, root, guard);
}

/// The version as a number of 64 bits: to one that is narrower PostgreSQL cannot even compare what
/// is beyond it.
void add_wide_version(Text& text, const Shape& root) {
  if (text.backend() == Backend::postgres)
    (text << "CAST(").name(root.version->name) << " AS bigint)";
  else
    text.name(root.version->name);
}

void add_expected_row(Text& text, const Shape& root, const KeyValues& key, std::int64_t version) {
  add_row(text, root, key, {});
  text << " AND ";
  add_wide_version(text, root);
  text << " = ";
  text.bind(version);
}

}  // namespace

Statement update_roots(Backend backend, const Shape& root, const Assignments& set,
                       const Query& where, const Guard& guard, Answer answer) {
  Text text(backend);
  add_assignments(text, root, set, guard);
  if (backend == Backend::sqlite) {
    add_where(text, root, where);
  } else {
    text << " WHERE (";
    text.names(root.key_columns()) << ") IN (SELECT ";
    (text.names(root.key_columns()) << " FROM ").table(root.table);
    add_where(text, root, where);
    add_key_order(text, root);
    text << " FOR NO KEY UPDATE)";
  }
  if (answer == Answer::how_many) return std::move(text).answering({});
  text << " RETURNING ";
  text.names(root.key_columns());
  return std::move(text).answering(key_types(root));
}

Statement update_root(Backend backend, const Shape& root, const Assignments& set,
                      const KeyValues& key, std::int64_t version, const Guard& guard) {
  Text text(backend);
  add_assignments(text, root, set, guard);
  add_expected_row(text, root, key, version);
  return std::move(text).answering({});
}

Statement select_last_versions(Backend backend, const Shape& root, const Query& where,
                               std::int64_t last) {
  Text text(backend);
  text << "SELECT ";
  (text.names(root.key_columns()) << " FROM ").table(root.table);
  add_where(text, root, where);
  text << (where.condition().empty() ? " WHERE " : " AND ");
  add_wide_version(text, root);
  text << " >= ";
  text.bind(last);
  text << " LIMIT 1";
  return std::move(text).answering(key_types(root));
}

Statement lock_roots(Backend backend, const Shape& root, const Query& where) {
  Text text(backend);
  text << "SELECT ";
  (text.names(root.key_columns()) << " FROM ").table(root.table);
  add_where(text, root, where);
  add_key_order(text, root);
  if (backend == Backend::postgres) text << " FOR UPDATE";
  return std::move(text).answering(key_types(root));
}

Statement lock_root(Backend backend, const Shape& root, const KeyValues& key,
                    std::int64_t version) {
  Text text(backend);
  (text << "SELECT 1 FROM ").table(root.table);
  add_expected_row(text, root, key, version);
  if (backend == Backend::postgres) text << " FOR UPDATE";
  return std::move(text).answering({ColumnType::integer});
}

Statement remove_rows(Backend backend, const Shape& shape, const std::vector<KeyValues>& keys) {
  Text text(backend);
  (text << "DELETE FROM ").table(shape.table);
  auto columns = shape.key_columns();
  columns.resize(keys.front().size());
  add_keys(text, columns, keys);
  return std::move(text).answering({});
}

}  // namespace rowan::sql
