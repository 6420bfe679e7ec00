#include "changes.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <variant>

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

using nlohmann::ordered_json;
using Kind = Revision::Change::Kind;

constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();
/// More levels than any mapping has.
constexpr ParseLimits limits{200, no_limit};

/// Part of a key, of whatever column; null where it is what no JSON can hold.
ordered_json key_part(const Value& value) try {
  constexpr std::array types{ColumnType::text,      ColumnType::boolean, ColumnType::integer,
                             ColumnType::real,      ColumnType::text,    ColumnType::blob,
                             ColumnType::timestamp, ColumnType::date,    ColumnType::uuid,
                             ColumnType::decimal};
  static_assert(types.size() == std::variant_size_v<Value::variant>);
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  return to_json({"key", types[value.index()], false, {}}, value, Path());
} catch (const DocumentError&) {
  return nullptr;
}

/// A row on both sides; one of them may be missing.
struct Pair {
  const Snapshot* before = nullptr;
  const Snapshot* after = nullptr;
};

/// Those that were there in the order that they had, then those that were added.
std::vector<Pair> paired(const Shape& shape, const change::Rows& before,
                         const change::Rows& after) {
  std::vector<Pair> out;
  for (const Snapshot& row : before) out.push_back({&row, nullptr});
  if (shape.key_width == 0) {
    for (std::size_t i = 0; i < after.size(); ++i)
      if (i < before.size())
        out[i].after = &after[i];
      else
        out.push_back({nullptr, &after[i]});
    return out;
  }
  std::map<const Snapshot*, std::size_t, change::KeyLess> places{change::KeyLess(shape)};
  for (std::size_t i = 0; i < before.size(); ++i) places.emplace(&before[i], i);
  for (const Snapshot& row : after)
    if (const auto found = places.find(&row); found != places.end())
      out[found->second].after = &row;
    else
      out.push_back({nullptr, &row});
  return out;
}

/// Whether those that stayed stand in another order.
bool are_reordered(const Shape& shape, const std::vector<Pair>& pairs) {
  if (!shape.position || shape.key_width == 0) return false;
  std::vector<const Snapshot*> stayed;
  for (const Pair& pair : pairs)
    if (pair.before && pair.after) stayed.push_back(pair.after);
  return !std::is_sorted(stayed.begin(), stayed.end());
}

class Teller {
 public:
  ordered_json out = ordered_json::array();

  void tell(const Shape& shape, const KeyValues& key, const Snapshot& before,
            const Snapshot& after) {
    const auto columns = change::changed_columns(shape, before, after);
    for (const FieldRun& field : shape.fields)
      if (std::find(columns.begin(), columns.end(), field.first) != columns.end())
        changed(shape, field, key, before, after);
    for (std::size_t l = 0; l < shape.children.size(); ++l) {
      const Shape& child = shape.children[l];
      const auto pairs = paired(child, before.children[l], after.children[l]);
      for (const Pair& pair : pairs) row(child, key, pair);
      if (are_reordered(child, pairs)) add(Kind::order, child, key);
    }
  }

 private:
  void row(const Shape& shape, const KeyValues& owner, const Pair& pair) {
    const Snapshot* const before = pair.before;
    const Snapshot* const after = pair.after;
    const KeyValues key = mapping::row_key(shape, owner, before ? *before : *after);
    if (before && after)
      tell(shape, key, *before, *after);
    else if (after)
      add(Kind::added, shape, key)["after"] = to_json(shape, *after, Path());
    else
      add_before(add(Kind::removed, shape, key), [&] { return to_json(shape, *before, Path()); });
  }

  void changed(const Shape& shape, const FieldRun& field, const KeyValues& key,
               const Snapshot& before, const Snapshot& after) {
    ordered_json& entry = add(Kind::field, shape, key);
    auto& columns = entry["columns"] = ordered_json::array();
    for (std::size_t c = field.first; c < field.first + field.count; ++c)
      columns.push_back(shape.columns[c].name);
    const auto cells = [&](const Snapshot& side) {
      return to_json(shape, field, ConstCells(side.row).subspan(field.first, field.count), Path());
    };
    add_before(entry, [&] { return cells(before); });
    entry["after"] = cells(after);
  }

  ordered_json& add(Kind kind, const Shape& shape, ConstCells key) {
    ordered_json& entry = out.emplace_back(ordered_json::object());
    entry["kind"] = to_string(kind);
    entry["table"] = shape.table;
    auto& parts = entry["key"] = ordered_json::array();
    for (const Value& part : key) parts.push_back(key_part(part));
    return entry;
  }

  /// Left out where it is what no JSON can hold, so that it can be put right.
  template <class F>
  static void add_before(ordered_json& to, F&& before) {
    try {
      ordered_json cells = before();
      to["before"] = std::move(cells);
    } catch (const DocumentError&) {
      return;
    }
  }
};

Value read_key_part(const ordered_json& from) {
  if (from.is_null()) return Null{};
  if (from.is_boolean()) return from.get<bool>();
  if (from.is_number_integer()) return from.get<std::int64_t>();
  return from.get<std::string>();
}

std::optional<Kind> kind_of(const std::string& name) {
  for (const Kind known : {Kind::field, Kind::added, Kind::removed, Kind::order})
    if (name == to_string(known)) return known;
  return {};
}

Revision::Change read_change(const ordered_json& from, const Path& at) try {
  Revision::Change out;
  const auto kind = kind_of(from.at("kind").get<std::string>());
  if (!kind) throw DocumentError(Path(at, "kind").pointer(), "what became of a row or a field");
  out.kind = *kind;
  out.table = from.at("table").get<std::string>();
  for (const ordered_json& part : from.at("key").get_ref<const ordered_json::array_t&>())
    out.key.push_back(read_key_part(part));
  if (out.kind == Kind::field) out.columns = from.at("columns").get<std::vector<std::string>>();
  const auto side = [&](const char* name) -> std::optional<std::string> {
    const auto found = from.find(name);
    return found == from.end() ? std::nullopt : std::optional(found->dump());
  };
  out.before = side("before");
  out.after = side("after");
  return out;
} catch (const nlohmann::json::exception&) {
  throw DocumentError(at.pointer(), "a change as a history has it");
}

}  // namespace

std::string changes_text(const Shape& root, const KeyValues& key, const Snapshot& before,
                         const Snapshot& after) {
  Teller teller;
  teller.tell(root, key, before, after);
  return printed(teller.out);
}

std::vector<Revision::Change> read_changes(std::string_view text) {
  (void)parse(text, limits);  // refuses what is none
  const auto from = ordered_json::parse(text);
  if (!from.is_array()) throw DocumentError("", "a list of changes");
  std::vector<Revision::Change> out;
  const Path root;
  for (std::size_t i = 0; i < from.size(); ++i) out.push_back(read_change(from[i], Path(root, i)));
  return out;
}

Snapshot read_state(const Shape& root, std::string_view text, MappedSince since) {
  const Absent absent = since == MappedSince::none ? Absent::empty : Absent::refused;
  return RowReader(no_limit).row(root, parse(text, limits), Path(), absent);
}

}  // namespace rowan::document
