/// The steps by which the words of a mapping become an ObjectMap.

#include <set>
#include <string_view>
#include <utility>

#include <rowan/mapping/mapping.hpp>

namespace rowan::detail {

Column column(std::string name, ColumnType type, bool nullable, std::string references) {
  return {std::move(name), type, nullable, std::move(references)};
}

std::vector<Column> with_prefix(const std::string& prefix, const std::vector<Column>& columns,
                                bool nullable) {
  std::vector<Column> out = columns;
  for (Column& c : out) {
    c.name.insert(0, prefix);
    c.nullable = c.nullable || nullable;
  }
  return out;
}

bool all_nullable(const std::vector<Column>& columns) {
  for (const Column& c : columns)
    if (!c.nullable) return false;
  return true;
}

std::string names(const std::vector<Column>& columns) {
  std::string out;
  for (const Column& c : columns) out += (out.empty() ? "" : ", ") + c.name;
  return out;
}

void add_field(ObjectMap& map, std::vector<Column> columns, std::string name, Field field) {
  Shape& shape = map.shape;
  shape.fields.push_back({std::move(name), shape.columns.size(), columns.size()});
  for (Column& c : columns) shape.columns.push_back(std::move(c));
  map.fields.push_back(std::move(field));
}

void add_list(ObjectMap& map, MemberAddress member, const ListOps& ops, ObjectMap element) {
  map.shape.children.push_back(element.shape);
  map.lists.push_back({member, &ops, std::make_shared<const ObjectMap>(std::move(element))});
}

void check_tags(ObjectMap& map, const std::string& kind, std::initializer_list<const char*> tags) {
  std::set<std::string_view> seen;
  for (const char* tag : tags)
    if (!seen.insert(tag).second)
      map.faults.push_back(map.shape.table + ", column " + kind + ": two alternatives are named '" +
                           tag + "'");
}

}  // namespace rowan::detail
