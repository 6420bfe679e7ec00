/// The steps by which the words of a mapping become an ObjectMap.

#include <algorithm>
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

void add_hollow(std::vector<FieldRun>& to, std::size_t first, const std::vector<FieldRun>& inner) {
  for (FieldRun run : inner) {
    run.first += first;
    to.push_back(run);
  }
}

void note_hollow(ObjectMap& map, const std::vector<Column>& columns,
                 const std::vector<FieldRun>& hollow) {
  for (const FieldRun& run : hollow) {
    std::string names;
    for (std::size_t c = run.first; c < run.first + run.count; ++c)
      names += (names.empty() ? "" : ", ") + columns[c].name;
    map.faults.push_back(map.shape.table + ": the optional value object at " + names +
                         " has optional parts only, so an empty one and none are the same");
  }
}

void note_shared_name(ObjectMap& map, const std::string& column) {
  map.faults.push_back(map.shape.table + ", column " + column +
                       ": enum_names gives two enumerators one name");
}

void add_field(ObjectMap& map, std::vector<Column> columns, Field field) {
  Shape& shape = map.shape;
  shape.fields.push_back({shape.columns.size(), columns.size()});
  for (Column& c : columns) shape.columns.push_back(std::move(c));
  map.fields.push_back(std::move(field));
}

void add_list(ObjectMap& map, MemberAddress member, const ListOps& ops, ObjectMap element) {
  map.shape.children.push_back(element.shape);
  if (ops.single) map.shape.children.back().rows = Shape::Rows::one_at_most;
  map.lists.push_back({member, &ops, std::make_shared<const ObjectMap>(std::move(element))});
}

namespace {

/// Where a member that is no part of the key is mapped to: columns, a list, or neither.
FieldRun* run_of(ObjectMap& map, const MemberAddress& member) {
  for (std::size_t f = map.key_fields; f < map.fields.size(); ++f)
    if (map.fields[f].member == member) return &map.shape.fields[f];
  return nullptr;
}
Shape* list_of(ObjectMap& map, const MemberAddress& member) {
  for (std::size_t l = 0; l < map.lists.size(); ++l)
    if (map.lists[l].member == member) return &map.shape.children[l];
  return nullptr;
}

void note(ObjectMap& map, const FieldRun& run, const char* fault) {
  std::string where = map.shape.table;
  if (run.count > 0) where += ", column " + map.shape.columns[run.first].name;
  map.faults.push_back(where + ": " + fault);
}

bool is_number(const Shape& shape, const FieldRun& run) {
  if (run.count != 1) return false;
  const ColumnType type = shape.columns[run.first].type;
  return type == ColumnType::integer || type == ColumnType::decimal;
}

void note_nothing_to_merge(ObjectMap& map) {
  map.faults.push_back(map.shape.table +
                       ": merging(...) takes a member that is mapped before it and is no part of "
                       "the key");
}

void note_no_rule_of_lists(ObjectMap& map, const Shape& list) {
  map.faults.push_back(list.table +
                       ": what merges a list is clash, mine, theirs, always_clash or set_union");
}

}  // namespace

void leave_unversioned(ObjectMap& map, const MemberAddress& member) {
  if (FieldRun* run = run_of(map, member))
    run->moves = Moves::nothing;
  else if (Shape* list = list_of(map, member))
    list->moves = Moves::nothing;
  else
    map.faults.push_back(map.shape.table +
                         ": unversioned(...) takes members that are mapped before it and are no "
                         "part of the key");
}

void set_merging(ObjectMap& map, const MemberAddress& member, MergeRule rule) {
  if (FieldRun* run = run_of(map, member)) {
    if (rule == MergeRule::sum_of_deltas && !is_number(map.shape, *run))
      note(map, *run, "sum_of_deltas merges one column of integers or decimals");
    if (rule == MergeRule::set_union) note(map, *run, "set_union merges lists");
    if (rule == MergeRule::custom)
      note(map, *run, "instead of MergeRule::custom, merging(...) takes the function");
    run->merge = rule;
  } else if (Shape* list = list_of(map, member)) {
    if (rule == MergeRule::sum_of_deltas || rule == MergeRule::custom)
      note_no_rule_of_lists(map, *list);
    list->merge = rule;
  } else
    note_nothing_to_merge(map);
}

void set_merging(ObjectMap& map, const MemberAddress& member, MergeValues merge) {
  if (FieldRun* run = run_of(map, member)) {
    Field value = map.fields[static_cast<std::size_t>(run - map.shape.fields.data())];
    value.member = MemberAddress::self();
    run->merge = MergeRule::custom;
    run->merge_cells = std::make_shared<const MergeCells>(
        [value = std::move(value), merge = std::move(merge)](ConstCells base, ConstCells mine,
                                                             ConstCells theirs, Cells merged) {
          merge(value, base, mine, theirs, merged);
        });
  } else if (const Shape* list = list_of(map, member))
    note_no_rule_of_lists(map, *list);
  else
    note_nothing_to_merge(map);
}

void add_unique(ObjectMap& map, const std::vector<MemberAddress>& members) {
  Shape& shape = map.shape;
  auto& columns = shape.unique.emplace_back();
  for (const MemberAddress& member : members) {
    const auto field = std::find_if(map.fields.begin(), map.fields.end(),
                                    [&](const Field& f) { return f.member == member; });
    if (field == map.fields.end()) {
      map.faults.push_back(shape.table +
                           ": unique(...) takes members that are mapped to columns before it");
      shape.unique.pop_back();
      return;
    }
    const FieldRun& run = shape.fields[static_cast<std::size_t>(field - map.fields.begin())];
    for (std::size_t c = run.first; c < run.first + run.count; ++c) columns.push_back(c);
  }
}

void check_tags(ObjectMap& map, const std::string& kind, std::initializer_list<const char*> tags) {
  std::set<std::string_view> seen;
  for (const char* tag : tags)
    if (!seen.insert(tag).second)
      map.faults.push_back(map.shape.table + ", column " + kind + ": two alternatives are named '" +
                           tag + "'");
}

}  // namespace rowan::detail
