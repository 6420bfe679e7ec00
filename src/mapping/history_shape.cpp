#include "history_shape.hpp"

#include <rowan/mapping/mapping.hpp>

namespace rowan {
namespace mapping {

const Column& column_of(HistoryColumn column, const Shape& history) {
  return history.columns[place_of(column, history)];
}

Shape history_shape(const Shape& root, std::string table) {
  Shape out;
  out.table = std::move(table);
  const auto key_end = root.columns.begin() + static_cast<std::ptrdiff_t>(root.key_width);
  for (auto column = root.columns.begin(); column != key_end; ++column)
    out.columns.push_back({column->name, column->type, false, {}});
  out.columns.push_back({root.version->name, ColumnType::integer, false, {}});
  out.key_width = out.columns.size();
  const auto add = [&](const char* name, ColumnType type, bool nullable) {
    out.columns.push_back({name, type, nullable, {}});
  };
  add("changed_at", ColumnType::timestamp, false);
  add("author", ColumnType::text, true);
  add("operation", ColumnType::text, false);
  add("changes", ColumnType::text, false);
  add("state", ColumnType::text, true);
  add("commit_id", ColumnType::uuid, false);
  for (std::size_t i = 0; i < out.columns.size(); ++i) out.fields.push_back({i, 1});
  return out;
}

}  // namespace mapping

namespace detail {

void set_history(ObjectMap& map, Name table) {
  Shape& root = map.shape;
  if (!root.version)
    map.faults.push_back(root.table + ": a history is kept of versions, and it is unversioned");
  else if (root.version->assigned == VersionColumn::Assigned::by_database)
    map.faults.push_back(root.table +
                         ": a version that the database assigns is known too late to keep a "
                         "history of");
  else
    root.history = std::make_shared<const Shape>(mapping::history_shape(root, table.str()));
}

}  // namespace detail
}  // namespace rowan
