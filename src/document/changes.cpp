#include "changes.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include <rowan/errors.hpp>

#include "../change/diff.hpp"
#include "../change/siblings.hpp"
#include "../mapping/row_key.hpp"
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
      case RowChange::Kind::insert: return added(row);
      case RowChange::Kind::remove: return removed(row);
      case RowChange::Kind::update: break;
    }
    for (const FieldRun& field : row.shape->fields)
      if (std::find(row.columns.begin(), row.columns.end(), field.first) != row.columns.end())
        changed(row, field);
  }

  /// Of those that are on both sides: whether they stand in another order than before.
  void tell_orders(const Shape& owner, const KeyValues& key, const Snapshot& before,
                   const Snapshot& after) {
    for (std::size_t l = 0; l < owner.children.size(); ++l) {
      const Shape& shape = owner.children[l];
      const auto& rows = before.children[l];
      const auto places = kept(shape, rows, after.children[l]);
      if (shape.position && shape.key_width > 0 &&
          !std::is_sorted(places.begin(), places.end(),
                          [](const auto& a, const auto& b) { return a.first < b.first; }))
        add("order", shape, key);
      if (shape.children.empty()) continue;
      for (const auto& [place, row] : places)
        tell_orders(shape, mapping::row_key(shape, key, *row), rows[place], *row);
    }
  }

 private:
  /// The rows of `after` that were there, each with the place that it had.
  static std::vector<std::pair<std::size_t, const Snapshot*>> kept(const Shape& shape,
                                                                   const change::Rows& before,
                                                                   const change::Rows& after) {
    std::vector<std::pair<std::size_t, const Snapshot*>> out;
    if (shape.key_width == 0) {
      for (std::size_t i = 0; i < std::min(before.size(), after.size()); ++i)
        out.emplace_back(i, &after[i]);
      return out;
    }
    std::map<const Snapshot*, std::size_t, change::KeyLess> places{change::KeyLess(shape)};
    for (std::size_t i = 0; i < before.size(); ++i) places.emplace(&before[i], i);
    for (const Snapshot& row : after)
      if (const auto found = places.find(&row); found != places.end())
        out.emplace_back(found->second, &row);
    return out;
  }

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
      if (const auto* number = std::get_if<std::int64_t>(&part))
        cells.push_back(*number);
      else
        cells.push_back(to_json({"key", type_of(part), false, {}}, part, Path()));
    return entry;
  }

  /// Left out where it is what no JSON can hold, so that it can be put right.
  template <class F>
  static void add_before(ordered_json& to, F&& before) {
    try {
      to["before"] = before();
    } catch (const DocumentError&) {
      to.erase("before");
    }
  }

  void added(const RowChange& row) {
    whole_ = &row;
    add("added", *row.shape, row.key)["after"] = to_json(*row.shape, *row.after, Path());
  }
  void removed(const RowChange& row) {
    whole_ = &row;
    add_before(add("removed", *row.shape, row.key),
               [&] { return to_json(*row.shape, *row.before, Path()); });
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
    add_before(entry, [&] { return cells(*row.before); });
    entry["after"] = cells(*row.after);
  }

  const RowChange* whole_ = nullptr;
};

/// Reads one object of those.
class ChangeReader {
 public:
  ChangeReader(const json& from, const Path& at) : from_(from), at_(at) {
    if (!from.is_object()) refuse();
  }

  [[nodiscard]] Change read() const {
    Change out;
    out.kind = kind(text(member("kind")));
    out.table = text(member("table"));
    for (const json& part : list("key"))
      out.key.push_back(part.is_number_integer() ? Value(part.get<std::int64_t>())
                                                 : Value(text(part)));
    if (out.kind == Change::Kind::field)
      for (const json& column : list("columns")) out.columns.push_back(text(column));
    out.before = side("before");
    out.after = side("after");
    return out;
  }

 private:
  [[noreturn]] void refuse() const {
    throw DocumentError(at_.pointer(), "a change as a history has it");
  }

  [[nodiscard]] const json& member(const char* name) const {
    const auto found = from_.find(name);
    if (found == from_.end()) refuse();
    return *found;
  }
  [[nodiscard]] const json& list(const char* name) const {
    const json& out = member(name);
    if (!out.is_array()) refuse();
    return out;
  }
  [[nodiscard]] std::string text(const json& value) const {
    if (!value.is_string()) refuse();
    return value.get<std::string>();
  }
  [[nodiscard]] Change::Kind kind(const std::string& name) const {
    using Kind = Change::Kind;
    for (const Kind known : {Kind::field, Kind::added, Kind::removed, Kind::order})
      if (name == to_string(known)) return known;
    refuse();
  }
  [[nodiscard]] std::optional<std::string> side(const char* name) const {
    const auto found = from_.find(name);
    return found == from_.end() ? std::nullopt : std::optional(found->dump());
  }

  const json& from_;
  const Path& at_;
};

}  // namespace

std::string changes_text(const Shape& root, const KeyValues& key, const Snapshot& before,
                         Snapshot& after) {
  const auto rows = change::diff(root, key, &before, &after);
  Teller teller;
  for (const RowChange& row : rows) teller.tell(row);
  teller.tell_orders(root, key, before, after);
  return printed(teller.out);
}

std::vector<Change> read_changes(std::string_view text) {
  const json from = parse(text, limits);
  if (!from.is_array()) throw DocumentError("", "a list of changes");
  std::vector<Change> out;
  const Path root;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const Path at(root, i);
    out.push_back(ChangeReader(from[i], at).read());
  }
  return out;
}

Snapshot read_state(const Shape& root, std::string_view text) {
  return RowReader(no_limit).row(root, parse(text, limits), Path(), Absent::later);
}

}  // namespace rowan::document
