#include "history_rows.hpp"

#include "../mapping/history_shape.hpp"
#include "read_rows.hpp"
#include "text.hpp"

namespace rowan::sql {
namespace {

using mapping::column_of;
using mapping::HistoryColumn;

void add_at_version(Text& text, const Shape& root, const KeyValues& key, std::int64_t version) {
  (text << " FROM ").table(root.history->table) << " WHERE ";
  (text.equal(root.key_columns(), key) << " AND ").name(root.version->name) << " = ";
  text.bind(version);
}

Statement select_cell(Backend backend, const Shape& root, HistoryColumn column,
                      const KeyValues& key, std::int64_t version) {
  const Column& what = column_of(column, *root.history);
  Text text(backend);
  (text << "SELECT ").name(what.name);
  add_at_version(text, root, key, version);
  return std::move(text).answering({what.type});
}

}  // namespace

Statement select_newest_versions(Backend backend, const Shape& root,
                                 const std::vector<KeyValues>& keys) {
  const auto columns = root.key_columns();
  Text text(backend);
  ((text << "SELECT ").names(columns) << ", max(").name(root.version->name) << ") FROM ";
  text.table(root.history->table);
  add_keys(text, columns, keys);
  (text << " GROUP BY ").names(columns);
  std::vector<ColumnType> types;
  for (std::size_t i = 0; i < root.history->key_width; ++i)
    types.push_back(root.history->columns[i].type);
  return std::move(text).answering(std::move(types));
}

Statement select_revisions(Backend backend, const Shape& root, const KeyValues& key) {
  const Shape& history = *root.history;
  std::vector<std::string> names{root.version->name};
  std::vector<ColumnType> types{ColumnType::integer};
  for (const auto column :
       {HistoryColumn::changed_at, HistoryColumn::author, HistoryColumn::operation,
        HistoryColumn::changes, HistoryColumn::commit_id}) {
    names.push_back(column_of(column, history).name);
    types.push_back(column_of(column, history).type);
  }
  Text text(backend);
  ((text << "SELECT ").names(names) << " FROM ").table(history.table) << " WHERE ";
  (text.equal(root.key_columns(), key) << " ORDER BY ").name(root.version->name);
  return std::move(text).answering(std::move(types));
}

Statement select_state(Backend backend, const Shape& root, const KeyValues& key,
                       std::int64_t version) {
  return select_cell(backend, root, HistoryColumn::state, key, version);
}

Statement select_commit(Backend backend, const Shape& root, const KeyValues& key,
                        std::int64_t version) {
  return select_cell(backend, root, HistoryColumn::commit_id, key, version);
}

}  // namespace rowan::sql
