#include "changes.hpp"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include <rowan/errors.hpp>

#include "../change/diff.hpp"
#include "cell.hpp"
#include "parse.hpp"
#include "printed.hpp"
#include "rows.hpp"

namespace rowan::document {
namespace {

using change::RowChange;
using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();
/// A parser's, and more than any mapping has.
constexpr ParseLimits limits{200, no_limit};

ColumnType type_of(const Value& value) {
  constexpr ColumnType types[] = {ColumnType::text,      ColumnType::boolean, ColumnType::integer,
                                  ColumnType::real,      ColumnType::text,    ColumnType::blob,
                                  ColumnType::timestamp, ColumnType::date,    ColumnType::uuid,
                                  ColumnType::decimal};
  return types[value.index()];
}

bool is_beneath(const Shape& owner, const Shape& shape) {
  return std::any_of(owner.children.begin(), owner.children.end(), [&](const Shape& child) {
    return &child == &shape || is_beneath(child, shape);
  });
}

/// Row changes, parents before their children, to one JSON object for each thing that changed.
class Teller {
 public:
  ordered_json out = ordered_json::array();

  void tell(const RowChange& row) {
    if (is_in_whole(row)) return;
    switch (row.kind) {
      case RowChange::Kind::insert: return whole(row, "added", "after", *row.after);
      case RowChange::Kind::remove: return whole(row, "removed", "before", *row.before);
      case RowChange::Kind::update: break;
    }
    for (const FieldRun& field : row.shape->fields)
      if (std::find(row.columns.begin(), row.columns.end(), field.first) != row.columns.end())
        changed(row, field);
    if (row.position) reordered(row);
  }

 private:
  /// Beneath the row that came or went last.
  [[nodiscard]] bool is_in_whole(const RowChange& row) const {
    return whole_ && is_beneath(*whole_->shape, *row.shape) &&
           std::equal(whole_->key.begin(), whole_->key.end(), row.key.begin());
  }

  ordered_json& add(const char* kind, const Shape& shape, ConstCells key) {
    ordered_json& entry = out.emplace_back(ordered_json::object());
    entry["kind"] = kind;
    entry["table"] = shape.table;
    auto& cells = entry["key"] = ordered_json::array();
    for (const Value& part : key)
      cells.push_back(to_json({"key", type_of(part), false, {}}, part, Path()));
    return entry;
  }

  void whole(const RowChange& row, const char* kind, const char* side, const Snapshot& state) {
    whole_ = &row;
    add(kind, *row.shape, row.key)[side] = to_json(*row.shape, state, Path());
  }

  void changed(const RowChange& row, const FieldRun& field) {
    const Shape& shape = *row.shape;
    ordered_json& entry = add("field", shape, row.key);
    auto& columns = entry["columns"] = ordered_json::array();
    for (std::size_t c = field.first; c < field.first + field.count; ++c)
      columns.push_back(shape.columns[c].name);
    const auto cells = [&](const Snapshot& side) {
      return to_json(shape, field, ConstCells(side.row).subspan(field.first, field.count), Path());
    };
    entry["before"] = cells(*row.before);
    entry["after"] = cells(*row.after);
  }

  void reordered(const RowChange& row) {
    const std::size_t owner = row.shape->parent.size();
    KeyValues key(row.key.begin(), row.key.begin() + static_cast<std::ptrdiff_t>(owner));
    if (!reordered_.emplace(row.shape, key).second) return;
    add("order", *row.shape, key);
  }

  const RowChange* whole_ = nullptr;
  std::set<std::pair<const Shape*, KeyValues>> reordered_;
};

/// Reads one object of those; it has been written by us, so its members are asked for by name.
Change read_change(const json& from, const Path& at) {
  const auto member = [&](const char* name) -> const json& {
    const auto found = from.find(name);
    if (found == from.end()) throw DocumentError(Path(at, name).pointer(), "a change of a history");
    return *found;
  };
  const auto text = [&](const json& value) {
    if (!value.is_string()) throw DocumentError(at.pointer(), "a change of a history");
    return value.get<std::string>();
  };
  if (!from.is_object()) throw DocumentError(at.pointer(), "a change of a history");
  Change out;
  const std::string kind = text(member("kind"));
  for (const auto known :
       {Change::Kind::field, Change::Kind::added, Change::Kind::removed, Change::Kind::order})
    if (kind == to_string(known)) out.kind = known;
  out.table = text(member("table"));
  for (const json& part : member("key"))
    out.key.push_back(part.is_number_integer()
                          ? Value(part.get<std::int64_t>())
                          : Value(part.is_string() ? text(part) : part.dump()));
  if (out.kind == Change::Kind::field)
    for (const json& column : member("columns")) out.columns.push_back(text(column));
  const auto side = [&](const char* name) -> std::optional<std::string> {
    const auto found = from.find(name);
    return found == from.end() ? std::nullopt : std::optional(found->dump());
  };
  out.before = side("before");
  out.after = side("after");
  return out;
}

}  // namespace

std::string changes_text(const Shape& root, const KeyValues& key, const Snapshot& before,
                         Snapshot& after) {
  const auto rows = change::diff(root, key, &before, &after);
  Teller teller;
  for (const RowChange& row : rows) teller.tell(row);
  return printed(teller.out);
}

std::vector<Change> read_changes(std::string_view text) {
  const json from = parse(text, limits);
  if (!from.is_array()) throw DocumentError("", "a list of changes");
  std::vector<Change> out;
  for (std::size_t i = 0; i < from.size(); ++i)
    out.push_back(read_change(from[i], Path(Path(), i)));
  return out;
}

Snapshot read_state(const Shape& root, std::string_view text) {
  return RowReader(no_limit).row(root, parse(text, limits), Path(), Absent::null);
}

}  // namespace rowan::document
