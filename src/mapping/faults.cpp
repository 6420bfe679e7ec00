#include "faults.hpp"

#include <algorithm>
#include <limits>
#include <set>

namespace rowan::mapping {
namespace {

/// SQLite compares names without regard to case; so does PostgreSQL for what stands unquoted.
std::string folded(std::string name) {
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return name;
}

bool is_table_name(const std::string& name) {
  return std::count(name.begin(), name.end(), '.') <= 1 && name.front() != '.' &&
         name.back() != '.';
}

std::string counted(std::size_t n, const char* what) {
  return std::to_string(n) + ' ' + what + (n == 1 ? "" : "s");
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

class Checker {
 public:
  std::vector<std::string> out;

  void root(std::type_index type, const ObjectMap& map) {
    const Shape& shape = map.shape;
    if (!classes_.insert(type).second) {
      note(shape, "its class is mapped twice in this schema");
      if (tables_.contains(folded(shape.table))) return;
    }
    if (shape.key_width == 0) note(shape, "its key has no column");
    if (shape.version && shape.version->assigned == VersionColumn::Assigned::unique &&
        shape.version->maximum < std::numeric_limits<std::int64_t>::max())
      note(shape, shape.version->name, "a unique version takes a member of 64 bits");
    table(map);
    if (shape.history) {
      table_name(*shape.history);
      columns(*shape.history);
    }
  }

 private:
  void note(const Shape& shape, const std::string& fault) { add(shape.table + ": " + fault); }
  void note(const Shape& shape, const std::string& column, const std::string& fault) {
    add(shape.table + ", column " + column + ": " + fault);
  }
  void add(std::string fault) {
    if (std::find(out.begin(), out.end(), fault) == out.end()) out.push_back(std::move(fault));
  }

  void table(const ObjectMap& map) {
    const Shape& shape = map.shape;
    for (const std::string& fault : map.faults) add(fault);
    table_name(shape);
    if (!map.make)
      note(shape, "its class has no default constructor open to the mapping: add .made_by(...)");
    columns(shape);
    members(map);
    for (const List& list : map.lists) child(map, list);
  }

  void table_name(const Shape& shape) {
    if (!tables_.insert(folded(shape.table)).second) note(shape, "two mappings use this table");
    if (!is_table_name(shape.table))
      note(shape, "a table is named `table` or `schema.table`, and neither is empty");
  }

  /// What is written from one member and read back into it must be in one place: of two, the one
  /// that is read last would win in silence, and a version would be a change by itself.
  void members(const ObjectMap& map) {
    const Shape& shape = map.shape;
    std::vector<std::pair<MemberAddress, std::string>> seen;
    const auto one = [&](const MemberAddress& member, const std::string& place) {
      const auto found = std::find_if(seen.begin(), seen.end(),
                                      [&](const auto& other) { return other.first == member; });
      if (found == seen.end()) {
        seen.emplace_back(member, place);
        return;
      }
      note(shape, "one member is mapped twice, to " + found->second + " and to " + place);
    };
    if (map.version) one(map.version->member, "column " + shape.version->name);
    for (std::size_t f = 0; f < map.fields.size(); ++f)
      if (shape.fields[f].count > 0)
        one(map.fields[f].member, "column " + shape.columns[shape.fields[f].first].name);
    for (const List& list : map.lists) one(list.member, "table " + list.element->shape.table);
  }

  void columns(const Shape& shape) {
    std::set<std::string> seen;
    const auto one = [&](const std::string& name) {
      if (name.empty()) return note(shape, "a column has no name");
      if (name.size() > 63)  // PostgreSQL cuts longer ones off in silence (manual, 4.1.1)
        note(shape, name, "the name is longer than 63 bytes");
      if (std::any_of(name.begin(), name.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }))
        note(shape, "the name of a column holds a control character");
      if (!seen.insert(folded(name)).second) note(shape, name, "the table has this column twice");
    };
    for (const std::string& name : shape.parent) one(name);
    for (const Column& c : shape.columns) one(c.name);
    if (shape.position) one(*shape.position);
    if (shape.version) one(shape.version->name);
    for (std::size_t i = 0; i < shape.key_width; ++i)
      if (shape.columns[i].nullable)
        note(shape, shape.columns[i].name, "it is part of the key, so it cannot be optional");
  }

  void child(const ObjectMap& owner, const List& list) {
    const Shape& shape = list.element->shape;
    const auto key = owner.shape.key_columns();
    if (shape.parent.size() != key.size())
      note(shape, "parent(" + joined(shape.parent) + ") names " +
                      counted(shape.parent.size(), "column") + ", but the key of " +
                      owner.shape.table + " has " + std::to_string(key.size()) + " (" +
                      joined(key) + ")");
    if (list.ops->single && shape.position)
      note(shape, *shape.position, "a child in a std::optional has no position");
    if (!list.ops->single && shape.key_width == 0 && !shape.position)
      note(shape, "children in a std::vector need a key or a position to be told apart");
    if (shape.version && shape.version->assigned != VersionColumn::Assigned::counted)
      note(shape, shape.version->name,
           "only the version of a root can be unique or assigned by the database");
    if (shape.scope == KeyScope::table && !owner.shape.parent.empty())
      note(shape, shape.columns.front().name,
           "only a child directly beneath a root can be unique_in_table");
    table(*list.element);
  }

  std::set<std::type_index> classes_;
  std::set<std::string> tables_;
};

}  // namespace

std::vector<std::string> faults(const Schema::Maps& maps) {
  Checker checker;
  for (const auto& [type, map] : maps) checker.root(type, map);
  return std::move(checker.out);
}

}  // namespace rowan::mapping
