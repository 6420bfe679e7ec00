/// The JSON Schema of a mapping: some facts of it.

#include "document/json_schema.hpp"

#include <nlohmann/json.hpp>

#include <doctest/doctest.h>

#include "document/fingerprint.hpp"
#include "shapes.hpp"

using namespace rowan::document;
using nlohmann::json;

TEST_CASE("a schema tells type, key and fingerprint, and what a document must have") {
  const std::string text = json_schema(orders());
  const json schema = json::parse(text);
  CHECK(text.starts_with("{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\""));
  CHECK(schema["title"] == "orders");
  CHECK(schema["type"] == "object");
  CHECK(schema["additionalProperties"] == false);
  CHECK(schema["required"] == json::parse(R"(["type","key","schema"])"));
  CHECK(schema["oneOf"] == json::parse(R"([{"required":["state"]},
      {"required":["merge_patch"]},{"required":["json_patch"]}])"));
  const json& members = schema["properties"];
  CHECK(members["type"] == json::parse(R"({"const":"orders"})"));
  CHECK(members["schema"]["const"] == fingerprint(orders()));
  CHECK(members["version"] == json::parse(R"({"type":"string"})"));
  CHECK(members["key"]["required"] == json::parse(R"(["id"])"));
  CHECK(members["state"] == json::parse(R"({"$ref":"#/$defs/state"})"));
  CHECK(members["base"] == members["state"]);
}

TEST_CASE("a schema tells the members of each row, and that there are no others") {
  const json schema = json::parse(json_schema(orders()));
  const json& order = schema["$defs"]["state"];
  CHECK(order["type"] == "object");
  CHECK(order["additionalProperties"] == false);
  CHECK(order["required"] == json::parse(R"(["id","status","weight","lines","note"])"));
  CHECK(order["properties"]["weight"] == json::parse(R"({"anyOf":[{"type":"number"},
      {"enum":["NaN","Infinity","-Infinity"]},{"type":"null"}]})"));
  const json& lines = order["properties"]["lines"];
  CHECK(lines["type"] == "array");
  CHECK(lines["items"]["required"] == json::parse(R"(["no","quantity","discounts"])"));
  CHECK(lines["items"]["properties"]["discounts"]["items"]["properties"]["percent"] ==
        json::parse(R"({"type":"string","pattern":"^-?[0-9]+(\\.[0-9]+)?$"})"));
  const json& note = order["properties"]["note"];
  CHECK(note["anyOf"][0]["required"] == json::parse(R"(["text"])"));
  CHECK(note["anyOf"][1] == json::parse(R"({"type":"null"})"));
}

TEST_CASE("a schema tells what each type of column is") {
  const json schema = json::parse(json_schema(everything()));
  const json& state = schema["$defs"]["state"]["properties"];
  const json& cells = state["values[]"]["items"]["properties"];
  CHECK(cells["boolean"] == json::parse(R"({"type":"boolean"})"));
  CHECK(cells["no boolean"] == json::parse(R"({"anyOf":[{"type":"boolean"},{"type":"null"}]})"));
  CHECK(cells["integer"] == json::parse(R"({"anyOf":[{"type":"integer",
      "minimum":-9223372036854775808,"maximum":9223372036854775807},
      {"type":"string","pattern":"^-?[0-9]+$"}]})"));
  CHECK(cells["text"] == json::parse(R"({"type":"string"})"));
  CHECK(cells["blob"] == json::parse(R"({"type":"string","contentEncoding":"base64"})"));
  CHECK(cells["timestamp"] == json::parse(R"({"type":"string","format":"date-time"})"));
  CHECK(cells["date"] == json::parse(R"({"type":"string","format":"date"})"));
  CHECK(cells["uuid"] == json::parse(R"({"type":"string","format":"uuid"})"));
  CHECK(state["a/b~c"]["items"]["required"].size() == 9);
}
