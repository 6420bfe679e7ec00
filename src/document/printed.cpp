#include "printed.hpp"

#include <nlohmann/json.hpp>

#include <rowan/errors.hpp>

namespace rowan::document {

std::string printed(const nlohmann::ordered_json& json, Layout layout) {
  try {
    return json.dump(layout == Layout::indented ? 2 : -1);
  } catch (const nlohmann::json::type_error&) {
    throw DocumentError("", "tables and columns whose names are UTF-8");
  }
}

}  // namespace rowan::document
