#include "json_schema.hpp"

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "fingerprint.hpp"
#include "printed.hpp"
#include "rows.hpp"

namespace rowan::document {
namespace {

using Json = nlohmann::ordered_json;

Json text_like(const char* pattern) {
  return {{"type", "string"}, {"pattern", pattern}};
}
Json text_of_format(const char* format) {
  return {{"type", "string"}, {"format", format}};
}

/// What a cell may be, one way or another.
Json ways(ColumnType type) {
  using Integer = std::numeric_limits<std::int64_t>;
  switch (type) {
    case ColumnType::boolean: return Json::array({{{"type", "boolean"}}});
    case ColumnType::integer:
      return Json::array(
          {{{"type", "integer"}, {"minimum", Integer::min()}, {"maximum", Integer::max()}},
           text_like("^-?[0-9]+$")});
    case ColumnType::real:
      return Json::array(
          {{{"type", "number"}}, {{"enum", Json::array({"NaN", "Infinity", "-Infinity"})}}});
    case ColumnType::text: return Json::array({{{"type", "string"}}});
    case ColumnType::blob:
      return Json::array({{{"type", "string"}, {"contentEncoding", "base64"}}});
    case ColumnType::timestamp: return Json::array({text_of_format("date-time")});
    case ColumnType::date: return Json::array({text_of_format("date")});
    case ColumnType::uuid: return Json::array({text_of_format("uuid")});
    case ColumnType::decimal: return Json::array({text_like("^-?[0-9]+(\\.[0-9]+)?$")});
  }
  return Json::array();
}

Json any_of(Json ways) {
  if (ways.size() == 1) return std::move(ways.front());
  return {{"anyOf", std::move(ways)}};
}

Json cell(const Column& column) {
  Json out = ways(column.type);
  if (column.nullable) out.push_back({{"type", "null"}});
  return any_of(std::move(out));
}

/// With these members, and no others.
Json object(Json properties) {
  auto names = Json::array();
  for (const auto& entry : properties.items()) names.push_back(entry.key());
  return {{"type", "object"},
          {"properties", std::move(properties)},
          {"required", std::move(names)},
          {"additionalProperties", false}};
}

Json row(const Shape& shape) {
  auto properties = Json::object();
  for (const Column& column : shape.columns) properties[column.name] = cell(column);
  const std::vector<std::string> names = child_members(shape);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Shape& child = shape.children[i];
    properties[names[i]] = is_single(child) ? any_of(Json::array({row(child), {{"type", "null"}}}))
                                            : Json{{"type", "array"}, {"items", row(child)}};
  }
  return object(std::move(properties));
}

Json key(const Shape& root) {
  auto properties = Json::object();
  for (std::size_t i = 0; i < root.key_width; ++i)
    properties[root.columns[i].name] = cell(root.columns[i]);
  return object(std::move(properties));
}

}  // namespace

std::string json_schema(const Shape& root) {
  const Json state{{"$ref", "#/$defs/state"}};
  auto properties = Json::object();
  properties["type"] = {{"const", root.table}};
  properties["key"] = key(root);
  properties["version"] = {{"type", "string"}};
  properties["schema"] = {{"const", fingerprint(root)}};
  properties["state"] = state;
  properties["base"] = state;
  properties["merge_patch"] = {{"type", "object"}};
  properties["json_patch"] = {{"type", "array"}, {"items", {{"type", "object"}}}};
  const auto required = [](std::initializer_list<const char*> members) {
    return Json{{"required", members}};
  };
  auto out = Json::object();
  out["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  out["title"] = root.table;
  out["type"] = "object";
  out["properties"] = std::move(properties);
  out["required"] = Json::array({"type", "key", "schema"});
  out["additionalProperties"] = false;
  out["oneOf"] =
      Json::array({required({"state"}), required({"merge_patch"}), required({"json_patch"})});
  out["$defs"] = {{"state", row(root)}};
  return printed(out, Layout::indented);
}

}  // namespace rowan::document
