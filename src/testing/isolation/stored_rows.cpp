#include "stored_rows.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>

#include "../../driver/value_text.hpp"
#include "../../mapping/row_key.hpp"
#include "../../sql/dialect.hpp"
#include "../../sql/tables.hpp"

namespace rowan::testing {
namespace {

struct CellText {
  std::string operator()(Null) const { return "NULL"; }
  std::string operator()(bool cell) const { return cell ? "true" : "false"; }
  std::string operator()(std::int64_t cell) const { return std::to_string(cell); }
  std::string operator()(double cell) const { return driver::double_text(cell); }
  std::string operator()(const std::string& cell) const { return "'" + cell + "'"; }
  std::string operator()(const Bytes& cell) const { return driver::bytea_text(cell); }
  std::string operator()(Timestamp cell) const {
    return std::to_string(cell.time_since_epoch().count()) + "us";
  }
  std::string operator()(Date cell) const {
    return std::to_string(std::chrono::sys_days(cell).time_since_epoch().count()) + "d";
  }
  std::string operator()(const Uuid& cell) const { return cell.to_string(); }
  std::string operator()(const Decimal& cell) const { return cell.to_string(); }
};

std::string text(const Value& cell) {
  return std::visit(CellText{}, static_cast<const Value::variant&>(cell));
}

std::string key_text(ConstCells key) {
  return to_string(KeyValues(key.begin(), key.end()));
}

std::string cells_text(ConstCells cells) {
  std::string out;
  for (const Value& cell : cells) out += (out.empty() ? "" : ", ") + text(cell);
  return out;
}

bool is_counted(const Shape& shape) {
  return shape.version && shape.version->assigned == VersionColumn::Assigned::counted;
}

/// What stands in a row behind its whole key.
StoredRow row(const Shape& root, const Shape& shape, ConstCells cells, std::int64_t position,
              std::int64_t version) {
  StoredRow out;
  out.cells = cells_text(cells);
  if (shape.position && shape.key_width > 0) out.cells += " at " + std::to_string(position);
  if (is_counted(shape)) out.version = version;
  if (shape.origin == KeyOrigin::generated) out.key = StoredRow::Key::generated;
  if (root.origin == KeyOrigin::generated) out.root_key = StoredRow::RootKey::generated;
  return out;
}

void add(StoredRows& to, const Shape& root, const KeyValues& root_key, const Shape& shape,
         const KeyValues& key, const Snapshot& state) {
  to[{root.table, key_text(root_key), shape.table, key_text(key)}] = row(
      root, shape, ConstCells(state.row).subspan(shape.key_width), state.position, state.version);
  for (std::size_t i = 0; i < shape.children.size(); ++i)
    for (const Snapshot& child : state.children[i])
      add(to, root, root_key, shape.children[i], mapping::row_key(shape.children[i], key, child),
          child);
}

std::int64_t integer(const Value& cell) {
  const auto* number = std::get_if<std::int64_t>(&cell);
  return number == nullptr ? 0 : *number;
}

void add_table(StoredRows& to, const Shape& root, const sql::Table& table,
               const std::vector<std::vector<Value>>& rows) {
  const Shape& shape = *table.shape;
  for (const auto& cells : rows) {
    const std::size_t parent = shape.parent.size();
    std::size_t behind_key = parent + shape.key_width;
    std::int64_t position = 0;
    if (shape.position) position = integer(cells[behind_key++]);
    const std::size_t key_width =
        parent + (shape.key_width == 0 && shape.position ? 1 : shape.key_width);
    std::int64_t version = 0;
    if (shape.version) version = integer(cells[behind_key++]);
    const ConstCells all(cells);
    to[{root.table, key_text(all.first(root.key_width)), shape.table,
        key_text(all.first(key_width))}] =
        row(root, shape, all.subspan(behind_key), position, version);
  }
}

}  // namespace

std::string named_in(const std::string& schema, const std::string& table) {
  return (schema.empty() ? "" : sql::quoted(schema) + ".") + sql::quoted_table(table);
}

std::optional<StoredRows> read_all(Connection& connection, const Schema& mappings,
                                   const std::string& schema) {
  Plan plan;
  plan.begin = Begin{.isolation = Isolation::standard,
                     .access = Access::read_only,
                     .lock_timeout = std::chrono::milliseconds(
                         connection.backend() == Backend::sqlite ? 0 : 1000)};
  plan.finish = Plan::Finish::commit;
  std::vector<std::pair<const Shape*, sql::Table>> read;  // with the root of each
  const Shape* root = nullptr;
  for (const sql::Table& table : sql::tables(mappings)) {
    if (table.recorded != nullptr) continue;
    if (table.owner == nullptr) root = table.shape;  // owners come before their children
    Statement statement;
    std::string names;
    for (const Column& column : table.columns()) {
      names += (names.empty() ? "" : ", ") + sql::quoted(column.name);
      statement.columns.push_back(column.type);
    }
    statement.sql = "SELECT " + names + " FROM " + named_in(schema, table.shape->table);
    plan.statements.push_back(std::move(statement));
    read.emplace_back(root, table);
  }
  const PlanResult result = connection.run(plan);
  if (!result.complete) {
    connection.rollback();
    const Failure failure = result.failure.value_or(Failure{});
    if (failure.kind == FailureKind::lock_timeout) return {};
    throw std::runtime_error("cannot read the tables of the test: " + failure.code);
  }
  StoredRows out;
  for (std::size_t i = 0; i < read.size(); ++i)
    add_table(out, *read[i].first, read[i].second, result.outcomes[i].rows);
  return out;
}

StoredRows rows_of(const Shape& root, const KeyValues& key, const Snapshot& state) {
  StoredRows out;
  add(out, root, key, root, key, state);
  return out;
}

std::string canonical(const StoredRows& rows, const StoredRows& before) {
  std::vector<std::string> lines;
  for (const auto& [name, row] : rows) {
    const bool is_new = !before.contains(name);
    const RowName root{name.root_table, name.root_key, name.root_table, name.root_key};
    const bool new_root = row.root_key == StoredRow::RootKey::generated && !before.contains(root);
    const bool new_key = is_new && (new_root || row.key == StoredRow::Key::generated);
    lines.push_back(name.root_table + " " + (new_root ? "new" : name.root_key) + " " + name.table +
                    " " + (new_key ? "new" : name.key) + ": " + row.cells +
                    (row.version ? " v" + std::to_string(*row.version) : ""));
  }
  std::sort(lines.begin(), lines.end());
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

StoredRows of_aggregate(const StoredRows& rows, const std::string& root_table,
                        const std::string& root_key) {
  StoredRows out;
  for (auto i = rows.lower_bound({root_table, root_key, {}, {}});
       i != rows.end() && i->first.root_table == root_table && i->first.root_key == root_key; ++i)
    out.insert(*i);
  return out;
}

}  // namespace rowan::testing
