#include "read_rows.hpp"

#include <algorithm>
#include <deque>
#include <iterator>

#include <rowan/errors.hpp>

#include "../mapping/row_key.hpp"
#include "check_values.hpp"
#include "condition.hpp"

namespace rowan::sql {
namespace {

using Row = std::vector<Value>;
using Rows = std::vector<Row>;

/// What a SELECT of this table answers, and in which order: columns, position, version, parent.
struct Selection {
  std::vector<std::string> names;
  std::vector<ColumnType> types;

  void add(const std::string& name, ColumnType type) {
    names.push_back(name);
    types.push_back(type);
  }
};

/// `owner`: the types of the key of the owning row.
Selection selection(const Shape& shape, const std::vector<ColumnType>& owner) {
  Selection out;
  for (const Column& c : shape.columns) out.add(c.name, c.type);
  if (shape.position) out.add(*shape.position, ColumnType::integer);
  if (shape.version) out.add(shape.version->name, ColumnType::integer);
  for (std::size_t i = 0; i < shape.parent.size(); ++i) out.add(shape.parent[i], owner[i]);
  return out;
}

std::vector<ColumnType> key_types(const Shape& shape, std::vector<ColumnType> owner) {
  for (std::size_t i = 0; i < shape.key_width; ++i) owner.push_back(shape.columns[i].type);
  if (shape.key_width == 0 && shape.position) owner.push_back(ColumnType::integer);
  return owner;
}

void add_children(std::vector<Statement>& to, Backend backend, const Shape& owner,
                  const std::vector<ColumnType>& owner_types, const std::vector<KeyValues>& keys) {
  for (const Shape& shape : owner.children) {
    Selection what = selection(shape, owner_types);
    Text text(backend);
    (text << "SELECT ").names(what.names);
    (text << " FROM ").table(shape.table);
    const auto width = static_cast<std::ptrdiff_t>(keys.front().size());
    add_keys(text, {shape.parent.begin(), shape.parent.begin() + width}, keys);
    std::vector<std::string> order = shape.parent;
    if (shape.position) order.push_back(*shape.position);
    for (std::size_t i = 0; i < shape.key_width; ++i) order.push_back(shape.columns[i].name);
    (text << " ORDER BY ").names(order);
    to.push_back(std::move(text).answering(std::move(what.types)));
    add_children(to, backend, shape, key_types(shape, owner_types), keys);
  }
}

/// An integer that Rowan keeps for itself: a version or a position. `key()`: the row's, for
/// messages.
template <class Key>
std::int64_t own_integer(const Shape& shape, const std::string& column, const Value& value,
                         Key key) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  throw DataError(
      mapping::place(shape.table, key()) + ", column " + column +
      (std::holds_alternative<Null>(value) ? ": NULL where a number must be" : ": not an integer"));
}

/// The key of the owning row, which a child's row ends with.
ConstCells owner_of(const Shape& shape, const Row& row) {
  return ConstCells(row).last(shape.parent.size());
}

/// Takes a row over, whose cells become those of the Snapshot.
Snapshot take(const Shape& shape, Row row) {
  const auto owner_key = [&] {
    const ConstCells owner = owner_of(shape, row);
    return KeyValues(owner.begin(), owner.end());
  };
  Snapshot out;
  const auto whole_key = [&] {
    const Snapshot known{{row.begin(), row.begin() + static_cast<std::ptrdiff_t>(shape.key_width)},
                         0,
                         out.position,
                         {}};
    return mapping::row_key(shape, owner_of(shape, row), known);
  };
  std::size_t next = shape.columns.size();
  if (shape.position) out.position = own_integer(shape, *shape.position, row[next++], owner_key);
  if (shape.version) {
    out.version = own_integer(shape, shape.version->name, row[next], whole_key);
    if (out.version < 0 || out.version > shape.version->maximum)
      throw DataError(mapping::place(shape.table, whole_key()) + ", column " + shape.version->name +
                      ": beyond the range of versions");
  }
  row.resize(shape.columns.size());
  out.row = std::move(row);
  out.children.resize(shape.children.size());
  return out;
}

bool is_before(const Owner& a, const Owner& b) {
  return std::lexicographical_compare(a.key.begin(), a.key.end(), b.key.begin(), b.key.end());
}
void sort(Owners& owners) {
  if (!std::is_sorted(owners.begin(), owners.end(), is_before))
    std::sort(owners.begin(), owners.end(), is_before);
}

class Reader {
 public:
  Reader(const std::vector<KeyValues>& keys, std::vector<Outcome>::iterator answers)
      : keys_(keys), answer_(answers) {}

  void read(const ObjectMap& owner, const Owners& owners) {
    for (std::size_t l = 0; l < owner.lists.size(); ++l) {
      const Shape& shape = owner.shape.children[l];
      const Owners given =
          hand_out(shape, owners, l, owner.lists[l].ops->single, std::move((answer_++)->rows));
      if (shape.children.empty()) continue;
      std::deque<KeyValues> keys;
      Owners children;
      for (const Owner& o : given)
        for (Snapshot& child : o.rows->children[l]) {
          keys.push_back(mapping::row_key(shape, o.key, child));
          children.push_back({keys.back(), &child});
        }
      sort(children);
      read(*owner.lists[l].element, children);
    }
  }

 private:
  /// They come in the order of their owners. Gives those that have got some.
  Owners hand_out(const Shape& shape, const Owners& owners, std::size_t list_number, bool single,
                  Rows rows) {
    Owners given;
    auto owner = owners.begin();
    for (auto row = rows.begin(); row != rows.end();) {
      const ConstCells key = owner_of(shape, *row);
      const auto is_key = [&](ConstCells other) {
        return std::equal(key.begin(), key.end(), other.begin(), other.end());
      };
      const auto end = std::find_if_not(
          row, rows.end(), [&](const Row& other) { return is_key(owner_of(shape, other)); });
      if (owner == owners.end() || !is_key(owner->key))
        owner = std::lower_bound(owners.begin(), owners.end(), Owner{key, nullptr}, is_before);
      if (owner == owners.end() || !is_key(owner->key)) {
        check_spelling(shape, key);
        row = end;  // their owner is not there: part of no aggregate
        continue;
      }
      auto& list = owner->rows->children[list_number];
      const auto count = list.size() + static_cast<std::size_t>(end - row);
      if (single && count > 1)
        throw DataError(mapping::place(shape.table, {key.begin(), key.end()}) +
                        ": two rows where the mapping has one at most");
      if (list.empty()) given.push_back(*owner);
      list.reserve(count);
      for (; row != end; ++row) list.push_back(take(shape, std::move(*row)));
      ++owner;
    }
    return given;
  }
  /// Who does not name a root in its own bytes was found all the same: by a collation that takes
  /// two spellings for one, or by padding.
  void check_spelling(const Shape& shape, ConstCells parent) const {
    const auto names_it = [&](const KeyValues& root) {
      return std::equal(root.begin(), root.end(), parent.begin());
    };
    if (std::none_of(keys_.begin(), keys_.end(), names_it))
      throw DataError(mapping::place(shape.table, {parent.begin(), parent.end()}) +
                      ": the database takes this for a key that is spelled otherwise; key columns "
                      "must compare byte by byte");
  }

  const std::vector<KeyValues>& keys_;
  std::vector<Outcome>::iterator answer_;
};

}  // namespace

std::vector<std::vector<KeyValues>> in_batches(const std::vector<KeyValues>& keys) {
  const auto at = [&](std::size_t i) {
    return keys.begin() + static_cast<std::ptrdiff_t>(std::min(i, keys.size()));
  };
  std::vector<std::vector<KeyValues>> out;
  for (std::size_t i = 0; i < keys.size(); i += keys_at_once)
    out.emplace_back(at(i), at(i + keys_at_once));
  return out;
}

bool go_as_array(Backend backend, std::size_t columns, std::size_t keys) noexcept {
  return columns == 1 && backend == Backend::postgres && keys > 1;
}

void add_keys(Text& text, const std::vector<std::string>& columns,
              const std::vector<KeyValues>& keys) {
  text << " WHERE ";
  if (go_as_array(text.backend(), columns.size(), keys.size())) {
    std::vector<Value> parts;
    parts.reserve(keys.size());
    for (const KeyValues& key : keys) parts.push_back(key[0]);
    text.name(columns[0]) << " = ANY (";
    text.bind_array(std::move(parts)) << ")";
    return;
  }
  if (columns.size() == 1) {
    text.name(columns[0]) << " IN (";
    for (std::size_t i = 0; i < keys.size(); ++i) (text << (i ? ", " : "")).bind(keys[i][0]);
    text << ")";
    return;
  }
  for (std::size_t i = 0; i < keys.size(); ++i)
    (text << (i ? " OR (" : "(")).equal(columns, keys[i]) << ")";
}

Statement select_roots(Backend backend, const Shape& root, const std::vector<KeyValues>& keys) {
  for (const KeyValues& key : keys) check_key(backend, root, key);
  Selection what = selection(root, {});
  Text text(backend);
  (text << "SELECT ").names(what.names);
  (text << " FROM ").table(root.table);
  add_keys(text, root.key_columns(), keys);
  return std::move(text).answering(std::move(what.types));
}

Statement select_roots(Backend backend, const Shape& root, const Query& query) {
  Selection what = selection(root, {});
  for (const auto& o : total_order(root, query)) what.add(o.column->name, ColumnType::text);
  Text text(backend);
  (text << "SELECT ").names(what.names);
  (text << " FROM ").table(root.table);
  add_where(text, root, query);
  add_order(text, root, query);
  return std::move(text).answering(std::move(what.types));
}

Statement count_roots(Backend backend, const Shape& root, const Query& query) {
  Text text(backend);
  if (query.limit() || !query.after().empty()) {
    (text << "SELECT count(*) FROM (SELECT ").names(root.key_columns());
    (text << " FROM ").table(root.table);
    add_where(text, root, query);
    add_order(text, root, query);
    text << ") AS matching";
  } else {
    (text << "SELECT count(*) FROM ").table(root.table);
    add_where(text, root, query);
  }
  return std::move(text).answering({ColumnType::integer});
}

std::vector<Statement> select_children(Backend backend, const Shape& root,
                                       const std::vector<KeyValues>& keys) {
  std::vector<Statement> out;
  add_children(out, backend, root, key_types(root, {}), keys);
  return out;
}

Statement select_versions(Backend backend, const Shape& root, const std::vector<KeyValues>& keys) {
  Text text(backend);
  (text << "SELECT ").names(root.key_columns());
  text << ", ";
  if (root.version)
    text.name(root.version->name);
  else
    text << "0";
  (text << " FROM ").table(root.table);
  add_keys(text, root.key_columns(), keys);
  auto types = key_types(root, {});
  types.push_back(ColumnType::integer);
  return std::move(text).answering(std::move(types));
}

std::vector<RootRow> read_roots(const Shape& root, Rows rows) {
  const std::size_t own = root.columns.size() + (root.version ? 1 : 0);
  std::vector<RootRow> out;
  out.reserve(rows.size());
  for (Row& row : rows) {
    RootRow& to = out.emplace_back();
    to.place.assign(std::move_iterator(row.begin() + static_cast<std::ptrdiff_t>(own)),
                    std::move_iterator(row.end()));
    row.resize(own);
    to.snapshot = take(root, std::move(row));
    to.key = mapping::row_key(root, {}, to.snapshot);
  }
  return out;
}

Owners owners(std::vector<RootRow>& roots) {
  Owners out;
  out.reserve(roots.size());
  for (RootRow& root : roots) out.push_back({root.key, &root.snapshot});
  sort(out);
  return out;
}

void read_children(const ObjectMap& map, const Owners& roots, const std::vector<KeyValues>& keys,
                   std::vector<Outcome>::iterator answers) {
  Reader(keys, answers).read(map, roots);
}

}  // namespace rowan::sql
